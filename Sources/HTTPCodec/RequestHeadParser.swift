package import NIOCore

/// Reads request heads, strictly: what two readers could understand differently is refused (security.md, section 5.1).
///
/// A state machine over the readable bytes of the connection's buffer. Call ``parse(_:into:)`` again with the same head
/// each time bytes were appended; nothing may be consumed from the buffer in between. Each byte is visited once, so a
/// head that drips in costs no more than one that comes whole, and the verdict never depends on the split (R-H1-42).
/// After a refusal the parser stays refused.
package struct RequestHeadParser {
    /// What the bytes so far amount to.
    package enum Outcome: Sendable, Equatable {
        /// The head is not complete; call again when the buffer has grown.
        case needMoreBytes
        /// The head is filled and its bytes are consumed; the body starts at the buffer's reader index.
        case head
        /// The connection has to be closed; no later byte of it may be parsed.
        case refused(HTTPRefusal)
    }

    private enum Phase: UInt8 {
        case start
        case emptyLineFeed
        case method
        case target
        case version
        case requestLineFeed
        case fields
    }

    enum Step {
        case needMoreBytes
        case complete(Int)
        case refused(HTTPRefusal)
    }

    /// The longest method read; every registered one is shorter (IANA HTTP Method Registry).
    private static let maximumMethodBytes = 32

    private let limits: HTTPLimits
    private var phase = Phase.start
    private var position = 0
    private var tokenStart = 0
    private var pathEnd = -1
    private var fieldSection: FieldSectionParser
    private var refusal: HTTPRefusal?

    /// A parser at the beginning of a connection.
    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        self.fieldSection = FieldSectionParser(start: 0, maximumFields: 0, maximumNameBytes: 0)
    }

    /// Whether a request has begun: false between requests, when the bytes seen so far are none.
    package var hasBegun: Bool { position > 0 || phase != .start }

    /// Reads on in `buffer` and fills `head` when the head is complete.
    ///
    /// - Returns: `.head` exactly once per request; then the next call starts the next request.
    package mutating func parse(_ buffer: inout ByteBuffer, into head: inout RequestHead) -> Outcome {
        if let refusal { return .refused(refusal) }
        switch advance(buffer.readableBytesSpan, &head) {
        case .needMoreBytes:
            return .needMoreBytes
        case .refused(let cause):
            refusal = cause
            head.keepAlive = false
            let arrived = min(buffer.readableBytes, limits.requestHeadBytes)
            head.bytes = buffer.getSlice(at: buffer.readerIndex, length: arrived) ?? ByteBuffer()
            return .refused(cause)
        case .complete(let end):
            // `end` lies within the readable bytes; an empty head would be refused upstream of here.
            head.bytes = buffer.readSlice(length: end) ?? ByteBuffer()
            phase = .start
            position = 0
            return .head
        }
    }

    private mutating func advance(_ bytes: RawSpan, _ head: inout RequestHead) -> Step {
        let limit = min(limits.requestHeadBytes, HTTPLimits.headBytesCeiling)
        let end = min(bytes.byteCount, limit)
        if position == 0, phase == .start { head.reset() }
        if phase != .fields, let cause = advanceRequestLine(bytes, end: end, &head) { return .refused(cause) }
        if phase == .fields {
            switch fieldSection.parse(bytes, end: end, into: &head.fields) {
            case .needMoreBytes: position = end
            case .refused(let cause): return .refused(cause)
            case .complete(let sectionEnd):
                if let cause = head.interpret(bytes) { return .refused(cause) }
                return .complete(sectionEnd)
            }
        }
        return end == limit ? .refused(.headTooLarge) : .needMoreBytes
    }

    /// Reads the request line; `phase` is `.fields` when it is complete.
    private mutating func advanceRequestLine(_ bytes: RawSpan, end: Int, _ head: inout RequestHead) -> HTTPRefusal? {
        while position < end, phase != .fields {
            let cause: HTTPRefusal?
            let before = position
            switch phase {
            case .start: cause = readStart(bytes)
            case .emptyLineFeed: cause = readEmptyLine(bytes)
            case .method: cause = readMethod(bytes, end: end, &head)
            case .target: cause = readTarget(bytes, end: end, &head)
            case .version: cause = readVersion(bytes, end: end, &head)
            case .requestLineFeed: cause = readRequestLineFeed(bytes, &head)
            case .fields: return nil
            }
            if let cause { return cause }
            // A percent sign at the end of the bytes waits for its two digits without moving on.
            if position == before, phase == .target { return nil }
        }
        return nil
    }

    private mutating func readStart(_ bytes: RawSpan) -> HTTPRefusal? {
        let byte = bytes.byte(at: position)
        if byte == ByteClass.carriageReturn {
            guard position == 0 else { return .leadingEmptyLines }
            position = 1
            phase = .emptyLineFeed
            return nil
        }
        guard ByteClass.isToken(byte) else { return byte == ByteClass.lineFeed ? .bareLineFeed : .methodMalformed }
        tokenStart = position
        phase = .method
        return nil
    }

    private mutating func readEmptyLine(_ bytes: RawSpan) -> HTTPRefusal? {
        guard bytes.byte(at: position) == ByteClass.lineFeed else { return .bareCarriageReturn }
        position &+= 1
        phase = .start
        return nil
    }

    private mutating func readMethod(_ bytes: RawSpan, end: Int, _ head: inout RequestHead) -> HTTPRefusal? {
        var offset = position
        while offset < end, ByteClass.isToken(bytes.byte(at: offset)) { offset &+= 1 }
        position = offset
        guard offset &- tokenStart <= Self.maximumMethodBytes else { return .methodTooLong }
        guard offset < end else { return nil }
        guard bytes.byte(at: offset) == ByteClass.space else {
            return bytes.byte(at: offset) == ByteClass.lineFeed ? .bareLineFeed : .methodMalformed
        }
        head.method = HTTPMethod.identify(bytes, at: tokenStart, length: offset &- tokenStart)
        head.methodSpan = HTTPSpan(from: tokenStart, to: offset)
        position = offset &+ 1
        tokenStart = position
        pathEnd = -1
        phase = .target
        return nil
    }

    private mutating func readTarget(_ bytes: RawSpan, end: Int, _ head: inout RequestHead) -> HTTPRefusal? {
        var offset = position
        var cause: HTTPRefusal?
        var isComplete = false
        scan: while offset < end {
            let byte = bytes.byte(at: offset)
            if ByteClass.isTarget(byte) {
                offset &+= 1
                continue
            }
            switch byte {
            case ByteClass.space:
                isComplete = true
                break scan
            case 0x3F:
                if pathEnd < 0 { pathEnd = offset }
                offset &+= 1
            case 0x25:
                guard isEncoded(bytes, offset &+ 1, end), isEncoded(bytes, offset &+ 2, end) else {
                    cause = .targetPercentEncoding
                    break scan
                }
                guard offset &+ 2 < end else { break scan }
                offset &+= 3
            // Brackets belong to an IPv6 address; where they may stand is judged with the form of the target.
            case 0x5B, 0x5D:
                offset &+= 1
            default:
                cause = refusalInTarget(byte)
                break scan
            }
        }
        position = offset
        if offset &- tokenStart > limits.targetBytes { return .targetTooLong }
        if let cause { return cause }
        guard isComplete else { return nil }
        guard offset > tokenStart else { return .targetMissing }
        head.target = HTTPSpan(from: tokenStart, to: offset)
        position = offset &+ 1
        phase = .version
        tokenStart = position
        return nil
    }

    /// Whether the byte at `offset` is a hex digit or has not arrived yet.
    @inline(__always)
    private func isEncoded(_ bytes: RawSpan, _ offset: Int, _ end: Int) -> Bool {
        offset >= end || ByteClass.hexValue(bytes.byte(at: offset)) < 16
    }

    private func refusalInTarget(_ byte: UInt8) -> HTTPRefusal {
        switch byte {
        case ByteClass.carriageReturn: .versionMissing
        case ByteClass.lineFeed: .bareLineFeed
        default: .targetCharacter
        }
    }

    private mutating func readVersion(_ bytes: RawSpan, end: Int, _ head: inout RequestHead) -> HTTPRefusal? {
        while position < end {
            let byte = bytes.byte(at: position)
            switch position &- tokenStart {
            case 0: guard byte == 0x48 else { return .protocolName }
            case 1, 2: guard byte == 0x54 else { return .protocolName }
            case 3: guard byte == 0x50 else { return .protocolName }
            case 4: guard byte == 0x2F else { return .protocolName }
            case 5:
                guard ByteClass.isDigit(byte) else { return .versionMalformed }
                guard byte == 0x31 else { return .versionUnsupported }
            case 6: guard byte == 0x2E else { return .versionMalformed }
            case 7:
                guard ByteClass.isDigit(byte) else { return .versionMalformed }
                guard byte <= 0x31 else { return .versionUnsupported }
                head.minorVersion = byte &- 0x30
            default:
                guard byte == ByteClass.carriageReturn else {
                    return byte == ByteClass.lineFeed ? .bareLineFeed : .versionMalformed
                }
                position &+= 1
                phase = .requestLineFeed
                return nil
            }
            position &+= 1
        }
        return nil
    }

    private mutating func readRequestLineFeed(_ bytes: RawSpan, _ head: inout RequestHead) -> HTTPRefusal? {
        guard bytes.byte(at: position) == ByteClass.lineFeed else { return .bareCarriageReturn }
        if let cause = head.interpretTarget(bytes, pathEnd: pathEnd) { return cause }
        position &+= 1
        fieldSection = FieldSectionParser(
            start: position,
            maximumFields: limits.requestFields,
            maximumNameBytes: limits.fieldNameBytes
        )
        phase = .fields
        return nil
    }
}
