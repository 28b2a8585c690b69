import Foundation
import GatewayCrypto
import GatewayTestSupport
import Testing
import WebhookVerification

@Suite struct DiagnosisMutationTests {
    /// A generator of our own, so that a failure can be repeated.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    private static func mutated(_ bytes: [UInt8], _ generator: inout Generator) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
            let index = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: index)
            case 2: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: index)
            default: bytes.removeLast(bytes.count - index)
            }
        }
        return bytes
    }

    @Test("Whatever comes, a post-mortem ends with a sentence and a ranking with a list")
    func requests() throws {
        var generator = Generator(state: 7)
        for mistake in DiagnosisCases.all {
            let sent = try mistake.sent()
            for _ in 0..<6 {
                var request = sent
                request.body = Self.mutated(request.body, &generator)
                for index in request.fields.indices {
                    request.fields[index].value = Self.mutated(request.fields[index].value, &generator)
                }
                request.target = String(decoding: Self.mutated(Array(request.target.utf8), &generator), as: UTF8.self)
                var broken = mistake
                let copy = request
                broken.way = { $0 = copy }
                let result = try broken.diagnose()
                #expect(result.match != nil || !result.findings.isEmpty || result.denial != nil)
            }
        }
    }

    @Test("Broken compressed bodies are given up, whole ones are read")
    func inflater() throws {
        let plain = Array(String(repeating: "{\"a\": [1, 2, 3], \"text\": \"some words\"}\n", count: 200).utf8)
        let made = try ChildProcess.run(["sh", "-c", "gzip -c | base64"], input: plain)
        let data = try #require(Data(base64Encoded: made.output, options: .ignoreUnknownCharacters))
        let packed = Array(data)
        #expect(Inflater.inflate(packed) == plain)
        #expect(Inflater.inflate(plain) == nil)
        #expect(Inflater.inflate([]) == nil)
        var generator = Generator(state: 11)
        for _ in 0..<4000 {
            let result = Inflater.inflate(Self.mutated(packed, &generator))
            #expect((result?.count ?? 0) <= 8 << 20)
        }
        for length in 0..<packed.count { _ = Inflater.inflate(Array(packed.prefix(length))) }
    }

    @Test("A bomb is given up at 8 MiB")
    func bomb() throws {
        let made = try ChildProcess.run(["sh", "-c", "head -c 50000000 /dev/zero | gzip -c | base64"])
        let data = try #require(Data(base64Encoded: made.output, options: .ignoreUnknownCharacters))
        #expect(Inflater.inflate(Array(data)) == nil)
    }
}
