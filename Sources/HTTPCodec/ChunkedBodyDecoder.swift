package import NIOCore

/// Decodes one chunked body (RFC 9112 section 7.1), strictly, with a limit on everything that is not body.
///
/// Sizes are 1*HEXDIG; lines and data end in CR LF; no whitespace outside quoted strings; extensions are checked and
/// dropped; trailers are checked and dropped. Framing bytes are counted against a budget that grows with the body
/// (R-H1-11 to -16). Serves requests and responses. Verdicts do not depend on how the input was split.
package struct ChunkedBodyDecoder {
    /// What the bytes so far amount to.
    package enum Outcome: Sendable, Equatable {
        /// All input is consumed or waits for the rest of the trailers; call again when more has arrived.
        case needMoreBytes
        /// The body and its trailers are consumed; what follows belongs to the next message.
        case complete
        /// The connection has to be closed.
        case refused(HTTPRefusal)
    }

    private enum Phase: UInt8 {
        case sizeStart
        case size
        case extensionName
        case extensionNameRest
        case extensionValue
        case extensionToken
        case extensionQuoted
        case extensionQuotedPair
        case extensionEnd
        case sizeLineFeed
        case data
        case dataReturn
        case dataLineFeed
        case trailers
        case complete
    }

    private let limits: HTTPLimits
    private let bodyLimit: Int
    private var phase = Phase.sizeStart
    /// Bytes of the current chunk: announced so far while its size is read, then those not yet delivered.
    private var chunkBytes: UInt64 = 0
    private var overheadBytes = 0
    private var extensionBytes = 0
    private var trailerSection: FieldSectionParser
    private var trailers = ContiguousArray<HTTPField>()
    private var refusal: HTTPRefusal?

    /// Bytes of body decoded so far; never more than the body limit.
    package private(set) var bodyBytes = 0

    /// A decoder for one body of at most `bodyLimit` bytes.
    package init(limits: HTTPLimits = HTTPLimits(), bodyLimit: Int) {
        self.limits = limits
        self.bodyLimit = max(bodyLimit, 0)
        self.trailerSection = FieldSectionParser(
            start: 0,
            maximumFields: limits.trailerFields,
            maximumNameBytes: limits.fieldNameBytes
        )
    }

    /// Consumes chunked bytes from `input` and appends the body bytes to `output`.
    ///
    /// A chunk that would exceed the body limit is refused when its size is read: none of its bytes are appended.
    package mutating func decode(_ input: inout ByteBuffer, into output: inout ByteBuffer) -> Outcome {
        if let refusal { return .refused(refusal) }
        while true {
            switch phase {
            case .complete:
                return .complete
            case .data:
                let count = Int(min(chunkBytes, UInt64(input.readableBytes)))
                guard count > 0 else { return .needMoreBytes }
                output.writeBytes(input.readableBytesSpan.extracting(first: count))
                input.moveReaderIndex(forwardBy: count)
                bodyBytes &+= count
                chunkBytes &-= UInt64(count)
                if chunkBytes == 0 { phase = .dataReturn }
            case .trailers:
                let (outcome, consumed) = decodeTrailers(input.readableBytesSpan)
                input.moveReaderIndex(forwardBy: consumed)
                if case .refused(let cause) = outcome { refusal = cause }
                return outcome
            default:
                guard input.readableBytes > 0 else { return .needMoreBytes }
                let (cause, consumed) = decodeFraming(input.readableBytesSpan)
                input.moveReaderIndex(forwardBy: consumed)
                if let cause {
                    refusal = cause
                    return .refused(cause)
                }
            }
        }
    }

    /// Reads size lines and the ends of chunks until body bytes or trailers follow or the input is used up.
    private mutating func decodeFraming(_ bytes: RawSpan) -> (HTTPRefusal?, consumed: Int) {
        let budget = overheadBudget
        var position = 0
        var cause: HTTPRefusal?
        while position < bytes.byteCount, cause == nil, phase != .data, phase != .trailers {
            overheadBytes &+= 1
            guard overheadBytes <= budget else {
                cause = .framingOverhead
                break
            }
            cause = read(bytes.byte(at: position))
            position &+= 1
        }
        return (cause, position)
    }

    private var overheadBudget: Int {
        let (share, overflow) = bodyBytes.multipliedReportingOverflow(by: limits.framingOverheadPercent)
        return limits.framingOverheadBytes &+ (overflow ? 0 : share / 100)
    }

    private mutating func read(_ byte: UInt8) -> HTTPRefusal? {
        switch phase {
        case .sizeStart:
            chunkBytes = 0
            phase = .size
            return readSizeDigit(byte) ? nil : .chunkSizeMalformed
        case .size:
            return readSize(byte)
        case .sizeLineFeed:
            guard byte == ByteClass.lineFeed else { return .chunkLineEnding }
            return beginChunk()
        case .dataReturn:
            guard byte == ByteClass.carriageReturn else { return .chunkDataEnding }
            phase = .dataLineFeed
            return nil
        case .dataLineFeed:
            guard byte == ByteClass.lineFeed else { return .chunkDataEnding }
            phase = .sizeStart
            return nil
        case .extensionName, .extensionNameRest, .extensionValue, .extensionToken, .extensionQuoted,
            .extensionQuotedPair, .extensionEnd:
            return readExtension(byte)
        case .data, .trailers, .complete:
            return nil
        }
    }

    @inline(__always)
    private mutating func readSizeDigit(_ byte: UInt8) -> Bool {
        let digit = ByteClass.hexValue(byte)
        guard digit < 16 else { return false }
        chunkBytes = chunkBytes &<< 4 | UInt64(digit)
        return true
    }

    private mutating func readSize(_ byte: UInt8) -> HTTPRefusal? {
        let mayGrow = chunkBytes >> 60 == 0
        if mayGrow, readSizeDigit(byte) { return nil }
        switch byte {
        case ByteClass.carriageReturn: phase = .sizeLineFeed
        case 0x3B: return beginExtension()
        case ByteClass.lineFeed: return .chunkLineEnding
        default: return !mayGrow && ByteClass.hexValue(byte) < 16 ? .chunkSizeOverflow : .chunkSizeMalformed
        }
        return nil
    }

    private mutating func beginChunk() -> HTTPRefusal? {
        guard chunkBytes > 0 else {
            phase = .trailers
            return nil
        }
        guard chunkBytes <= UInt64(bodyLimit &- bodyBytes) else { return .bodyTooLarge }
        phase = .data
        return nil
    }

    private mutating func beginExtension() -> HTTPRefusal? {
        extensionBytes &+= 1
        phase = .extensionName
        return extensionBytes > limits.chunkExtensionBytes ? .chunkExtensionsTooLong : nil
    }

    /// `";" token ["=" (token / quoted-string)]`, without the optional whitespace of RFC 9112 section 7.1.1.
    private mutating func readExtension(_ byte: UInt8) -> HTTPRefusal? {
        if phase != .extensionQuoted, phase != .extensionQuotedPair {
            if byte == ByteClass.carriageReturn, phase != .extensionName, phase != .extensionValue {
                phase = .sizeLineFeed
                return nil
            }
            if byte == ByteClass.lineFeed { return .chunkLineEnding }
            if byte == 0x3B, phase != .extensionName, phase != .extensionValue { return beginExtension() }
        }
        extensionBytes &+= 1
        guard extensionBytes <= limits.chunkExtensionBytes else { return .chunkExtensionsTooLong }
        guard let next = phaseInExtension(after: byte) else { return .chunkExtensionMalformed }
        phase = next
        return nil
    }

    private func phaseInExtension(after byte: UInt8) -> Phase? {
        switch phase {
        case .extensionName:
            return ByteClass.isToken(byte) ? .extensionNameRest : nil
        case .extensionNameRest:
            if byte == 0x3D { return .extensionValue }
            return ByteClass.isToken(byte) ? .extensionNameRest : nil
        case .extensionValue:
            if byte == 0x22 { return .extensionQuoted }
            return ByteClass.isToken(byte) ? .extensionToken : nil
        case .extensionToken:
            return ByteClass.isToken(byte) ? .extensionToken : nil
        case .extensionQuoted:
            guard ByteClass.isFieldValue(byte), byte < 0x80 else { return nil }
            return byte == 0x22 ? .extensionEnd : byte == 0x5C ? .extensionQuotedPair : .extensionQuoted
        case .extensionQuotedPair:
            return ByteClass.isFieldValue(byte) && byte < 0x80 ? .extensionQuoted : nil
        case .sizeStart, .size, .extensionEnd, .sizeLineFeed, .data, .dataReturn, .dataLineFeed, .trailers, .complete:
            return nil
        }
    }

    private mutating func decodeTrailers(_ bytes: RawSpan) -> (Outcome, consumed: Int) {
        let limit = min(limits.trailerBytes, HTTPLimits.headBytesCeiling)
        let end = min(bytes.byteCount, limit)
        switch trailerSection.parse(bytes, end: end, into: &trailers) {
        case .needMoreBytes:
            return (end == limit ? .refused(.trailersTooLarge) : .needMoreBytes, 0)
        case .refused(let cause):
            let isSize = cause == .tooManyFields || cause == .fieldNameTooLong
            return (.refused(isSize ? .trailersTooLarge : cause), 0)
        case .complete(let sectionEnd):
            for field in trailers {
                let isForbidden = FieldRules.isForbiddenInTrailers(bytes.extracting(field.name.range))
                if isForbidden || field.id == .framingLookalike { return (.refused(.trailerForbidden), 0) }
            }
            phase = .complete
            return (.complete, sectionEnd)
        }
    }
}
