import HTTPCodec
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

/// One message as a reader understood it.
private struct Message: Equatable {
    var method: String
    var target: String
    var fields: [[String]]
    var body: [UInt8]
    /// Whether the reader got to the end of the body.
    var isComplete: Bool
}

/// The stream as this codec reads it, up to the first refusal or to the request that ends the connection.
private func readStrictly(_ bytes: [UInt8], pieces: [Int]) -> (messages: [Message], verdict: Verdict) {
    var parser = RequestHeadParser()
    var head = RequestHead()
    var buffer = ByteBuffer()
    var messages: [Message] = []
    var decoder = ChunkedBodyDecoder(bodyLimit: 1 << 20)
    var remaining = 0
    var inBody = false
    var fed = 0
    for cut in pieces + [bytes.count] where cut >= fed {
        buffer.writeBytes(bytes[fed..<cut])
        fed = cut
        reading: while true {
            if inBody {
                let last = messages.count - 1
                if head.framing == .chunked {
                    var output = ByteBuffer()
                    let outcome = decoder.decode(&buffer, into: &output)
                    messages[last].body += Array(output.readableBytesView)
                    switch outcome {
                    case .needMoreBytes: break reading
                    case .refused(let cause): return (messages, .refused(cause))
                    case .complete: break
                    }
                } else {
                    let part = buffer.readBytes(length: min(remaining, buffer.readableBytes)) ?? []
                    messages[last].body += part
                    remaining -= part.count
                    if remaining > 0 { break reading }
                }
                messages[last].isComplete = true
                inBody = false
                if !head.keepAlive { return (messages, .accepted) }
            }
            switch parser.parse(&buffer, into: &head) {
            case .needMoreBytes: break reading
            case .refused(let cause): return (messages, .refused(cause))
            case .head: break
            }
            // The other reader knows a list of methods and nothing else; such a request is answered 405 in any case.
            if head.method == .other { return (messages, .accepted) }
            messages.append(
                Message(
                    method: head.text(head.methodSpan),
                    target: head.text(head.target),
                    fields: head.fieldTexts,
                    body: [],
                    isComplete: false
                )
            )
            if head.hasUpgrade || head.method == .connect { return (messages, .accepted) }
            decoder = ChunkedBodyDecoder(bodyLimit: 1 << 20)
            remaining = 0
            if case .contentLength(let length) = head.framing { remaining = length }
            if head.framing == .contentLengthTooLarge { return (messages, .accepted) }
            inBody = true
        }
    }
    return (messages, .needMoreBytes)
}

/// The value without HTAB and SP at its end: NIOHTTP1 leaves a trailing HTAB in, against RFC 9110 section 5.5.
private func trimmed(_ value: String) -> String {
    var bytes = Array(value.utf8)
    while bytes.last == 0x09 || bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
}

/// The stream as NIOHTTP1 reads it.
private func readWithNIO(_ bytes: [UInt8]) -> [Message] {
    let channel = EmbeddedChannel()
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)
    guard (try? channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(decoder))) != nil else { return [] }
    _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    var messages: [Message] = []
    while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
        switch part {
        case .head(let head):
            messages.append(
                Message(
                    method: head.method.rawValue,
                    target: head.uri,
                    fields: head.headers.map { [$0.name, trimmed($0.value)] },
                    body: [],
                    isComplete: false
                )
            )
        case .body(let body): messages[messages.count - 1].body += Array(body.readableBytesView)
        case .end: messages[messages.count - 1].isComplete = true
        }
    }
    return messages
}

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
