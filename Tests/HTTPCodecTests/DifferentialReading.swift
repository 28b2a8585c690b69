import HTTPCodec
import NIOCore
import NIOEmbedded
import NIOHTTP1

/// One message as a reader understood it.
struct DifferentialReading: Equatable {
    var method: String
    var target: String
    var fields: [[String]]
    var body: [UInt8]
    /// Whether the reader got to the end of the body.
    var isComplete: Bool
}

/// The stream as this codec reads it, up to the first refusal or to the request that ends the connection.
func readStrictly(_ bytes: [UInt8], pieces: [Int]) -> (messages: [DifferentialReading], verdict: Verdict) {
    var parser = RequestHeadParser()
    var head = RequestHead()
    var buffer = ByteBuffer()
    var messages: [DifferentialReading] = []
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
                DifferentialReading(
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
func trimmed(_ value: String) -> String {
    var bytes = Array(value.utf8)
    while bytes.last == 0x09 || bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
}

/// The stream as NIOHTTP1 reads it.
func readWithNIO(_ bytes: [UInt8]) -> [DifferentialReading] {
    let channel = EmbeddedChannel()
    defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
    let decoder = HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes)
    guard (try? channel.pipeline.syncOperations.addHandler(ByteToMessageHandler(decoder))) != nil else { return [] }
    _ = try? channel.writeInbound(ByteBuffer(bytes: bytes))
    var messages: [DifferentialReading] = []
    while let part = try? channel.readInbound(as: HTTPServerRequestPart.self) {
        switch part {
        case .head(let head):
            messages.append(
                DifferentialReading(
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
