import GatewayConfig
import Testing

@Suite("Damaged files")
struct MutationTests {
    @Test("no change of a few bytes of an example traps the loader, and what still loads has no mistakes")
    func survives() throws {
        let directory = try ExampleFiles.prepare()
        var state: UInt64 = 0x2545_F491_4F6C_DD1D
        func next(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(truncatingIfNeeded: state >> 1) % bound
        }
        let alphabet = Array("{}[]:,-?&*!|>'\"%@`#~ \n\t$0a/\u{e9}\0".utf8)
        let examples = try ExampleFiles.names.map { Array(try ExampleFiles.text($0).utf8) }
        for round in 0..<600 {
            var bytes = examples[round % examples.count]
            for _ in 0...next(4) {
                let place = next(bytes.count)
                switch next(4) {
                case 0: bytes[place] = alphabet[next(alphabet.count)]
                case 1: bytes.insert(alphabet[next(alphabet.count)], at: place)
                case 2: bytes.removeSubrange(place..<min(bytes.count, place + 1 + next(30)))
                default:
                    bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + next(60))], at: next(bytes.count))
                }
                if bytes.isEmpty { bytes = [0x20] }
            }
            let result = ConfigurationLoader.load(bytes: bytes, file: directory.path + "/p.yaml", environment: [:])
            #expect((result.configuration == nil) != result.mistakes.isEmpty)
        }
    }

    @Test("a file full of mistakes is reported in reasonable time")
    func manyMistakes() {
        let text = (0..<50_000).map { "k\($0): 1\n" }.joined()
        let result = ConfigurationSample.load(text)
        #expect(result.mistakes.count > 50_000)
    }
}
