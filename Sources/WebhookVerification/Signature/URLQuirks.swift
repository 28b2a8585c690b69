import GatewayCrypto

/// What single senders do to a URL before they sign it.
enum URLQuirks {
    /// Decodes `%XX` of reserved characters and leaves every other escape as it is.
    ///
    /// Source: HubSpot's page on validating requests, version 3: `: / ? @ ! $ ' ( ) * , ;` are decoded.
    static func appendDecoded(_ target: Span<UInt8>, to output: inout [UInt8]) {
        var index = 0
        while index < target.count {
            if target[index] == UInt8(ascii: "%"), index + 2 < target.count {
                let high = Hex.value(target[index + 1])
                let low = Hex.value(target[index + 2])
                if high < 16, low < 16, isReserved(high << 4 | low) {
                    output.append(high << 4 | low)
                    index += 3
                    continue
                }
            }
            output.append(target[index])
            index += 1
        }
    }

    private static func isReserved(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: ":"), UInt8(ascii: "/"), UInt8(ascii: "?"), UInt8(ascii: "@"), UInt8(ascii: "!"),
            UInt8(ascii: "$"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "*"),
            UInt8(ascii: ","), UInt8(ascii: ";"):
            true
        default: false
        }
    }

    /// Escapes the query as one component and then path and query as a URL, which doubles the query's escapes.
    ///
    /// Source: Contentful's request verification: the first `?` splits, a second one ends the query; `querystring.escape`
    /// and `encodeURI` of ECMAScript.
    static func appendEscaped(_ target: Span<UInt8>, to output: inout [UInt8]) {
        var index = 0
        while index < target.count, target[index] != UInt8(ascii: "?") {
            append(target[index], to: &output, keeping: isURLByte)
            index += 1
        }
        var query: [UInt8] = []
        index += 1
        while index < target.count, target[index] != UInt8(ascii: "?") {
            append(target[index], to: &query, keeping: isComponentByte)
            index += 1
        }
        if query.isEmpty { return }
        output.append(UInt8(ascii: "?"))
        for byte in query { append(byte, to: &output, keeping: isURLByte) }
    }

    private static func append(_ byte: UInt8, to output: inout [UInt8], keeping isKept: (UInt8) -> Bool) {
        if isKept(byte) { return output.append(byte) }
        let digits = Array("0123456789ABCDEF".utf8)
        output += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }

    private static func isComponentByte(_ byte: UInt8) -> Bool {
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 26 || byte &- UInt8(ascii: "0") < 10 || "-_.!~*'()".utf8.contains(byte)
    }

    private static func isURLByte(_ byte: UInt8) -> Bool {
        isComponentByte(byte) || ";/?:@&=+$,#".utf8.contains(byte)
    }

    /// Glues the sorted query and the sorted form to a URL without query; `false` where either is malformed.
    ///
    /// Source: Plivo's signature version 3: `?name=value&…` of the query; a form follows a dot, or the bare `?` where there
    /// is no query, as names and values without separators. All decoded; a name's values are sorted.
    static func appendGlued(query: Span<UInt8>, form: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        guard let names = FormReader.sortedPairs(query), let fields = FormReader.sortedPairs(form) else { return false }
        if !names.isEmpty || !fields.isEmpty { output.append(UInt8(ascii: "?")) }
        for (index, pair) in names.enumerated() {
            if index > 0 { output.append(UInt8(ascii: "&")) }
            output += pair.name + [UInt8(ascii: "=")] + pair.value
        }
        if !names.isEmpty, !fields.isEmpty { output.append(UInt8(ascii: ".")) }
        for pair in fields { output += pair.name + pair.value }
        return true
    }
}
