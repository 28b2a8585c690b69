package import NIOCore

/// Reads response heads of an upstream as distrustfully as those of requests (N13, R-FWD-13, R-FWD-14).
///
/// Interim responses are swallowed up to a limit; 101 is an error. Every refusal means 502 and the end of the upstream
/// connection. Call ``parse(_:requestMethod:into:)`` again each time bytes were appended; each byte is visited once.
package struct ResponseHeadParser {
    /// What the bytes so far amount to.
    package enum Outcome: Sendable, Equatable {
        /// The final head is not complete; call again when the buffer has grown.
        case needMoreBytes
        /// The final head is filled and its bytes are consumed; the body starts at the buffer's reader index.
        case head
        /// The connection to the upstream has to be closed.
        case refused(HTTPRefusal)
    }

    private enum Phase: UInt8 {
        case version
        case status
        case reason
        case statusLineFeed
        case fields
    }

    private let limits: HTTPLimits
    private var phase = Phase.version
    private var position = 0
    private var interimResponses = 0
    private var fieldSection: FieldSectionParser
    private var refusal: HTTPRefusal?

    /// A parser at the beginning of a connection.
    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
        self.fieldSection = FieldSectionParser(start: 0, maximumFields: 0, maximumNameBytes: 0)
    }

    /// Reads on in `buffer` and fills `head` when the final head is complete.
    ///
    /// `requestMethod` is the method of the request this response answers: after HEAD there is no body.
    package mutating func parse(
        _ buffer: inout ByteBuffer,
        requestMethod: HTTPMethod,
        into head: inout ResponseHead
    ) -> Outcome {
        if let refusal { return .refused(refusal) }
        while true {
            if phase == .version, position == 0 { head.reset() }
            switch advance(buffer.readableBytesSpan, requestMethod, &head) {
            case .needMoreBytes:
                return .needMoreBytes
            case .refused(let cause):
                refusal = cause
                head.keepAlive = false
                return .refused(cause)
            case .complete(let end):
                phase = .version
                position = 0
                if head.status >= 200 {
                    head.bytes = buffer.readSlice(length: end) ?? ByteBuffer()
                    interimResponses = 0
                    return .head
                }
                buffer.moveReaderIndex(forwardBy: end)
            }
        }
    }

    private mutating func advance(
        _ bytes: RawSpan,
        _ requestMethod: HTTPMethod,
        _ head: inout ResponseHead
    ) -> FieldSectionParser.Step {
        let limit = min(limits.responseHeadBytes, HTTPLimits.headBytesCeiling)
        let end = min(bytes.byteCount, limit)
        if phase != .fields, let cause = advanceStatusLine(bytes, end: end, &head) { return .refused(cause) }
        if phase == .fields {
            switch fieldSection.parse(bytes, end: end, into: &head.fields) {
            case .needMoreBytes: position = end
            case .refused(let cause): return .refused(cause)
            case .complete(let sectionEnd):
                if let cause = head.interpret(bytes, requestMethod: requestMethod) { return .refused(cause) }
                return .complete(sectionEnd)
            }
        }
        return end == limit ? .refused(.headTooLarge) : .needMoreBytes
    }

    private mutating func advanceStatusLine(_ bytes: RawSpan, end: Int, _ head: inout ResponseHead) -> HTTPRefusal? {
        while position < end, phase != .fields {
            let byte = bytes.byte(at: position)
            let cause: HTTPRefusal?
            switch phase {
            case .version: cause = readVersion(byte, &head)
            case .status: cause = readStatus(byte, &head)
            case .reason: cause = readReason(byte)
            case .statusLineFeed: cause = readStatusLineFeed(byte)
            case .fields: return nil
            }
            if let cause { return cause }
            position &+= 1
        }
        return nil
    }

    private mutating func readVersion(_ byte: UInt8, _ head: inout ResponseHead) -> HTTPRefusal? {
        let isExpected: Bool
        switch position {
        case 0: isExpected = byte == 0x48
        case 1, 2: isExpected = byte == 0x54
        case 3: isExpected = byte == 0x50
        case 4: isExpected = byte == 0x2F
        case 5: isExpected = byte == 0x31
        case 6: isExpected = byte == 0x2E
        case 7:
            isExpected = byte == 0x30 || byte == 0x31
            head.minorVersion = byte &- 0x30
        default:
            isExpected = byte == ByteClass.space
            phase = .status
        }
        return isExpected ? nil : .statusLineMalformed
    }

    /// `3DIGIT`, 100 to 599, then the space before the reason, or the end of the line when both are left out.
    private mutating func readStatus(_ byte: UInt8, _ head: inout ResponseHead) -> HTTPRefusal? {
        if position < 12 {
            guard ByteClass.isDigit(byte) else { return .statusLineMalformed }
            head.status = head.status &* 10 &+ Int(byte &- 0x30)
            return nil
        }
        guard head.status >= 100, head.status <= 599 else { return .statusOutOfRange }
        guard head.status != 101 else { return .switchingProtocols }
        if head.status < 200 {
            interimResponses &+= 1
            guard interimResponses <= limits.interimResponses else { return .interimResponsesTooMany }
        }
        switch byte {
        case ByteClass.space: phase = .reason
        case ByteClass.carriageReturn: phase = .statusLineFeed
        case ByteClass.lineFeed: return .bareLineFeed
        default: return .statusLineMalformed
        }
        return nil
    }

    private mutating func readReason(_ byte: UInt8) -> HTTPRefusal? {
        if byte == ByteClass.carriageReturn {
            phase = .statusLineFeed
            return nil
        }
        if byte == ByteClass.lineFeed { return .bareLineFeed }
        return ByteClass.isFieldValue(byte) ? nil : .reasonPhraseMalformed
    }

    private mutating func readStatusLineFeed(_ byte: UInt8) -> HTTPRefusal? {
        guard byte == ByteClass.lineFeed else { return .bareCarriageReturn }
        fieldSection = FieldSectionParser(
            start: position &+ 1,
            maximumFields: limits.responseFields,
            maximumNameBytes: limits.fieldNameBytes
        )
        phase = .fields
        return nil
    }
}
