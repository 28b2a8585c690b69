import HTTPCodec
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@Suite("Against the reader of NIOHTTP1")
struct DifferentialTests {
    /// Compares many streams and returns how many messages both readers completed.
    private func compare(seed: UInt64, count: Int, _ make: (inout MessageGenerator) -> [UInt8]) -> Int {
        var generator = MessageGenerator(seed: seed)
        var agreed = 0
        for index in 0..<count {
            let bytes = make(&generator)
            let strict = readStrictly(bytes, pieces: [])
            let other = readWithNIO(bytes)
            for (position, message) in strict.messages.enumerated() {
                // Incomplete bodies may be handed on in other pieces; what is complete has to be the same.
                guard message.isComplete else { break }
                guard position < other.count, other[position] == message else {
                    let text = String(decoding: bytes, as: UTF8.self)
                    Issue.record(
                        "seed \(seed), stream \(index): \(message) is not what NIOHTTP1 read in \(text.debugDescription)"
                    )
                    return agreed
                }
                agreed += 1
            }
            let cuts = (0..<4).map { _ in generator.below(bytes.count + 1) }.sorted()
            let split = readStrictly(bytes, pieces: cuts)
            #expect(
                split.messages == strict.messages && split.verdict == strict.verdict,
                "seed \(seed), stream \(index)"
            )
        }
        return agreed
    }

    @Test(
        "What this codec accepts, NIOHTTP1 reads as the same requests with the same bodies",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func requests(seed: UInt64) {
        #expect(compare(seed: seed, count: 1500) { $0.stream() } > 500)
    }

    @Test(
        "A chunked body that this codec accepts has the same bytes and the same end for NIOHTTP1",
        arguments: 11...14 as ClosedRange<UInt64>
    )
    func chunkedBodies(seed: UInt64) {
        #expect(compare(seed: seed, count: 1500) { $0.chunkedStream() } > 500)
    }

    @Test(
        "A response that this codec accepts has the same status and fields for NIOHTTP1",
        arguments: 21...24 as ClosedRange<UInt64>
    )
    func responses(seed: UInt64) {
        var generator = MessageGenerator(seed: seed)
        var agreed = 0
        for index in 0..<1500 {
            let bytes = generator.response()
            let strict = readResponse(bytes, cuts: [])
            let cuts = (0..<4).map { _ in generator.below(bytes.count + 1) }.sorted()
            #expect(readResponse(bytes, cuts: cuts) == strict, "seed \(seed), response \(index)")
            guard let strict else { continue }
            let other = readResponseWithNIO(bytes)
            #expect(
                other == strict,
                "seed \(seed), response \(index): \(String(decoding: bytes, as: UTF8.self).debugDescription)"
            )
            agreed += 1
        }
        #expect(agreed > 300)
    }
}

/// The final response head as status and fields, `nil` if it is refused or not complete.
private func readResponse(_ bytes: [UInt8], cuts: [Int]) -> [[String]]? {
    var parser = ResponseHeadParser()
    var head = ResponseHead()
    var buffer = ByteBuffer()
    var fed = 0
    for cut in cuts + [bytes.count] where cut >= fed {
        buffer.writeBytes(bytes[fed..<cut])
        fed = cut
        switch parser.parse(&buffer, requestMethod: .post, into: &head) {
        case .needMoreBytes: continue
        case .refused: return nil
        case .head: return [["\(head.status)"]] + head.fields.map { [head.text($0.name), head.text($0.value)] }
        }
    }
    return nil
}

private func readResponseWithNIO(_ bytes: [UInt8]) -> [[String]]? {
    let channel = EmbeddedChannel()
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    let decoder = ByteToMessageHandler(HTTPResponseDecoder(leftOverBytesStrategy: .dropBytes))
    guard (try? channel.pipeline.syncOperations.addHandler(decoder)) != nil else { return nil }
    let request = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/")
    _ = try? channel.writeOutbound(HTTPClientRequestPart.head(request))
    _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    while let part = try? channel.readInbound(as: HTTPClientResponsePart.self) {
        guard case .head(let head) = part, head.status.code >= 200 else { continue }
        return [["\(head.status.code)"]] + head.headers.map { [$0.name, trimmed($0.value)] }
    }
    return nil
}
