/// Reads the value of Connection: a list of tokens, empty elements allowed (RFC 9110 sections 5.6.1 and 7.6.1).
///
/// SP and HTAB may stand around each token (R-H1-35, N10); anything that is not a token makes the value malformed.
struct ConnectionOptions {
    /// More options than this in all Connection lines of a head are refused.
    static let maximumNominated = 16

    private(set) var closes = false
    private(set) var upgrades = false
    private var protectsFields = true

    /// Reads one line and appends the names it nominates to `nominated`.
    mutating func read(
        _ bytes: RawSpan,
        _ value: HTTPSpan,
        into nominated: inout ContiguousArray<HTTPSpan>
    ) -> HTTPRefusal? {
        let range = value.range
        var position = range.lowerBound
        while position < range.upperBound {
            let byte = bytes.byte(at: position)
            if byte == 0x2C || ByteClass.isBlank(byte) {
                position &+= 1
                continue
            }
            let start = position
            while position < range.upperBound, ByteClass.isToken(bytes.byte(at: position)) { position &+= 1 }
            guard position > start else { return .connectionMalformed }
            if let refusal = take(bytes, HTTPSpan(from: start, to: position), into: &nominated) { return refusal }
            while position < range.upperBound, ByteClass.isBlank(bytes.byte(at: position)) { position &+= 1 }
            guard position == range.upperBound || bytes.byte(at: position) == 0x2C else { return .connectionMalformed }
        }
        return nil
    }

    private mutating func take(
        _ bytes: RawSpan,
        _ option: HTTPSpan,
        into nominated: inout ContiguousArray<HTTPSpan>
    ) -> HTTPRefusal? {
        let start = Int(option.start)
        switch option.length {
        case 2 where bytes.matches("te", at: start): return nil
        case 5 where bytes.matches("close", at: start): closes = true
        case 7 where bytes.matches("upgrade", at: start): upgrades = true
        case 10 where bytes.matches("keep-alive", at: start): return nil
        default:
            guard nominated.count < Self.maximumNominated else { return .connectionOptionsTooMany }
            if protectsFields, FieldRules.isProtectedFromNomination(bytes.extracting(option.range)) {
                return .connectionNominatesProtected
            }
            nominated.append(option)
        }
        return nil
    }
}

extension ConnectionOptions {
    /// Reads one line of a response, whose options are only followed, never judged against fields the gateway owns.
    mutating func readResponse(
        _ bytes: RawSpan,
        _ value: HTTPSpan,
        into nominated: inout ContiguousArray<HTTPSpan>
    ) -> HTTPRefusal? {
        protectsFields = false
        return read(bytes, value, into: &nominated)
    }
}
