/// What the lines of a request head mean together: target, Host, length of the body, connection, expectation.
extension RequestHead {
    /// Finds the form of the target and its parts; `pathEnd` is the offset of the first `?`, negative if there is none.
    mutating func interpretTarget(_ bytes: RawSpan, pathEnd: Int) -> HTTPRefusal? {
        let range = target.range
        var pathStart = range.lowerBound
        if method == .connect {
            targetForm = .authority
            return nil
        }
        if bytes.byte(at: pathStart) == 0x2F {
            targetForm = .origin
        } else if range.count == 1, bytes.byte(at: pathStart) == 0x2A, method == .options {
            targetForm = .asterisk
            return nil
        } else {
            guard let authorityStart = startOfAuthority(bytes) else { return .targetForm }
            pathStart = authorityStart
            let authorityLimit = pathEnd < 0 ? range.upperBound : pathEnd
            while pathStart < authorityLimit, bytes.byte(at: pathStart) != 0x2F { pathStart &+= 1 }
            guard AuthorityGrammar.isValid(bytes, authorityStart..<pathStart) else { return .targetForm }
            authority = HTTPSpan(from: authorityStart, to: pathStart)
        }
        for offset in pathStart..<range.upperBound
        where bytes.byte(at: offset) == 0x5B || bytes.byte(at: offset) == 0x5D {
            return .targetCharacter
        }
        path = HTTPSpan(from: pathStart, to: pathEnd < 0 ? range.upperBound : pathEnd)
        if pathEnd >= 0 { query = HTTPSpan(from: pathEnd &+ 1, to: range.upperBound) }
        return nil
    }

    private mutating func startOfAuthority(_ bytes: RawSpan) -> Int? {
        let start = Int(target.start)
        if target.length > 7, bytes.matches("http://", at: start) {
            targetForm = .absoluteHTTP
            return start &+ 7
        }
        if target.length > 8, bytes.matches("https://", at: start) {
            targetForm = .absoluteHTTPS
            return start &+ 8
        }
        return nil
    }

    /// Judges the field lines together, once all are there.
    mutating func interpret(_ bytes: RawSpan) -> HTTPRefusal? {
        var hosts = 0
        var lengths = 0
        var codings = 0
        var expectations = 0
        var options = ConnectionOptions()
        var host = HTTPSpan.none
        var lengthValue = HTTPSpan.none
        var codingValue = HTTPSpan.none
        var expectValue = HTTPSpan.none
        for index in fields.indices {
            let field = fields[index]
            switch field.id {
            case .host:
                hosts &+= 1
                host = field.value
            case .contentLength:
                lengths &+= 1
                lengthValue = field.value
            case .transferEncoding:
                codings &+= 1
                codingValue = field.value
            case .expect:
                expectations &+= 1
                expectValue = field.value
            case .connection:
                if let cause = options.read(bytes, field.value, into: &nominated) { return cause }
            case .upgrade, .http2Settings:
                hasUpgrade = true
            case .via:
                hasVia = true
            case .framingLookalike:
                return .framingFieldLookalike
            default:
                continue
            }
        }
        if let cause = interpretHost(bytes, host, count: hosts) { return cause }
        if let cause = interpretLength(bytes, lengthValue, lengths, codingValue, codings) { return cause }
        if let cause = interpretExpectation(bytes, expectValue, count: expectations) { return cause }
        hasUpgrade = hasUpgrade || options.upgrades
        keepAlive = minorVersion == 1 && !options.closes && !hasUpgrade && method != .connect
        return nil
    }

    private mutating func interpretHost(_ bytes: RawSpan, _ host: HTTPSpan, count: Int) -> HTTPRefusal? {
        guard count > 0 else { return minorVersion == 0 ? nil : .hostMissing }
        guard count == 1 else { return .hostRepeated }
        guard AuthorityGrammar.isValid(bytes, host.range) else { return .hostMalformed }
        if let authority {
            return AuthorityGrammar.isSame(bytes, authority.range, host.range) ? nil : .hostDiffersFromTarget
        }
        authority = host
        return nil
    }

    private mutating func interpretLength(
        _ bytes: RawSpan,
        _ length: HTTPSpan,
        _ lengths: Int,
        _ coding: HTTPSpan,
        _ codings: Int
    ) -> HTTPRefusal? {
        guard codings == 0 else {
            if lengths > 0 { return .lengthAndTransferCoding }
            if codings > 1 { return .transferCodingRepeated }
            if minorVersion == 0 { return .transferCodingInHTTP10 }
            if coding.isEmpty { return .transferCodingEmpty }
            // As with a length: readers differ about a HTAB behind the value.
            guard coding.length == 7, bytes.matches("chunked", at: Int(coding.start)), !hasTab(bytes, after: coding)
            else {
                return .transferCodingUnknown
            }
            framing = .chunked
            return nil
        }
        guard lengths > 0 else { return method == .post ? .lengthRequired : nil }
        guard lengths == 1 else { return .contentLengthRepeated }
        // A widely used reader does not trim HTAB and takes such a number for malformed: so is it here.
        guard !hasTab(bytes, after: length), let announced = BodyFraming.contentLength(bytes, length) else {
            return .contentLengthMalformed
        }
        framing = announced
        return nil
    }

    /// Whether the whitespace between a value and the CR that ends its line holds an HTAB.
    private func hasTab(_ bytes: RawSpan, after value: HTTPSpan) -> Bool {
        var offset = value.range.upperBound
        while offset < bytes.byteCount, ByteClass.isBlank(bytes.byte(at: offset)) {
            if bytes.byte(at: offset) == ByteClass.tab { return true }
            offset &+= 1
        }
        return false
    }

    private mutating func interpretExpectation(_ bytes: RawSpan, _ value: HTTPSpan, count: Int) -> HTTPRefusal? {
        guard count > 0 else { return nil }
        guard count == 1, value.length == 12, bytes.matches("100-continue", at: Int(value.start)) else {
            return .expectationUnknown
        }
        // An HTTP/1.0 client cannot understand 100 (RFC 9110 section 10.1.1).
        expectsContinue = minorVersion == 1
        return nil
    }
}
