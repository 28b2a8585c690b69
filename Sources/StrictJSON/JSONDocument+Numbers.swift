extension JSONDocument {
    /// Reads the number at `start` (RFC 8259 section 6) and gives the index after it.
    @inline(__always)
    func scanNumber(
        _ bytes: ByteView,
        _ start: Int,
        _ policy: JSONPolicy,
        _ entries: Scratch<TapeEntry>,
        _ top: inout Int
    ) throws(JSONFault) -> Int {
        let isNegative = bytes[start] == UInt8(ascii: "-")
        let digits = isNegative ? start + 1 : start
        var index = digits
        var value = 0
        // Eighteen digits fit Int64, and one comparison tells whether this was the whole number.
        while index < bytes.count, index < digits + 18 {
            let digit = bytes[index] &- UInt8(ascii: "0")
            if digit > 9 { break }
            value = value &* 10 &+ Int(digit)
            index += 1
        }
        let length = index - digits
        // Nothing this short exceeds 2^53−1; the default limit of digits is above it too.
        if length > 0, length <= 15, length <= policy.significantDigitsMax, index < bytes.count,
            bytes[digits] != UInt8(ascii: "0") || length == 1
        {
            let byte = bytes[index]
            if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") || byte <= 0x20 {
                let isSmall = value <= Int(Int32.max)
                let small = Int32(truncatingIfNeeded: isNegative ? 0 &- value : value)
                entries[top] = TapeEntry(
                    meta: isSmall ? TapeEntry.integer | TapeEntry.smallInteger : TapeEntry.integer,
                    offset: start,
                    length: index - start,
                    extra: isSmall ? UInt32(bitPattern: small) : 0
                )
                top += 1
                return index
            }
        }
        return try scanLongNumber(bytes, start, policy, &top)
    }

    /// The same for every number, with the limits of the policy.
    private func scanLongNumber(
        _ bytes: ByteView,
        _ start: Int,
        _ policy: JSONPolicy,
        _ top: inout Int
    ) throws(JSONFault) -> Int {
        let grammar = try NumberGrammar(bytes, start)
        let number = ExactDecimal(bytes, start, grammar.end - start)
        try judge(number, grammar, start, policy)
        let isInteger = !grammar.hasFraction && !grammar.hasExponent
        if isInteger, !number.isSafeInteger {
            if policy.numbers == .iJSON { throw JSONFault(.unsafeInteger, at: start) }
            state.fields.hasUnsafeIntegers = true
        }
        var meta = isInteger ? TapeEntry.integer : TapeEntry.decimal
        var extra: UInt32 = 0
        if isInteger, let value = number.int64, let small = Int32(exactly: value) {
            meta |= TapeEntry.smallInteger
            extra = UInt32(bitPattern: small)
        }
        state.fields.entries[top] = TapeEntry(meta: meta, offset: start, length: grammar.end - start, extra: extra)
        top += 1
        return grammar.end
    }

    private func judge(
        _ number: ExactDecimal,
        _ grammar: NumberGrammar,
        _ start: Int,
        _ policy: JSONPolicy
    ) throws(JSONFault) {
        if grammar.significantDigits > policy.significantDigitsMax { throw JSONFault(.tooManyDigits, at: start) }
        guard grammar.exponent.magnitude <= UInt(max(0, policy.exponentMax)) else {
            throw JSONFault(.exponentTooLarge, at: start)
        }
        guard !number.isZero else {
            // A zero may have leading zeros without end in its fraction.
            if grammar.end - start > policy.significantDigitsMax + policy.exponentMax + 16 {
                throw JSONFault(.tooManyDigits, at: start)
            }
            return
        }
        guard number.leadingExponent.magnitude <= UInt(max(0, policy.exponentMax)) else {
            throw JSONFault(.exponentTooLarge, at: start)
        }
        if policy.numbersBeyondBinary64 == .refuse, number.overflowsBinary64 {
            throw JSONFault(.numberTooLarge, at: start)
        }
    }
}

/// The parts of a number's text.
struct NumberGrammar {
    /// The index after the number.
    private(set) var end: Int
    private(set) var hasFraction = false
    private(set) var hasExponent = false
    /// The exponent as written; cut to ±1,000,000,000.
    private(set) var exponent = 0
    /// The digits from the first that is not zero to the last that is written.
    private(set) var significantDigits = 0

    init(_ bytes: ByteView, _ start: Int) throws(JSONFault) {
        end = bytes[start] == UInt8(ascii: "-") ? start + 1 : start
        let first = end
        try takeDigits(bytes)
        // RFC 8259 section 6: no leading zeros.
        if bytes[first] == UInt8(ascii: "0"), end > first + 1 { throw JSONFault(.invalidNumber, at: first + 1) }
        if end < bytes.count, bytes[end] == UInt8(ascii: ".") {
            hasFraction = true
            end += 1
            try takeDigits(bytes)
        }
        if end < bytes.count, bytes[end] | 0x20 == UInt8(ascii: "e") {
            hasExponent = true
            end += 1
            try takeExponent(bytes)
        }
    }

    private mutating func takeDigits(_ bytes: ByteView) throws(JSONFault) {
        let first = end
        while end < bytes.count, bytes[end] &- UInt8(ascii: "0") <= 9 {
            if significantDigits > 0 || bytes[end] != UInt8(ascii: "0") { significantDigits += 1 }
            end += 1
        }
        if end == first { throw Self.missingDigit(bytes, end) }
    }

    private mutating func takeExponent(_ bytes: ByteView) throws(JSONFault) {
        var isNegative = false
        if end < bytes.count, bytes[end] == UInt8(ascii: "-") || bytes[end] == UInt8(ascii: "+") {
            isNegative = bytes[end] == UInt8(ascii: "-")
            end += 1
        }
        let first = end
        while end < bytes.count, bytes[end] &- UInt8(ascii: "0") <= 9 {
            exponent = min(exponent * 10 + Int(bytes[end] - UInt8(ascii: "0")), 1_000_000_000)
            end += 1
        }
        if end == first { throw Self.missingDigit(bytes, end) }
        if isNegative { exponent = -exponent }
    }

    private static func missingDigit(_ bytes: ByteView, _ index: Int) -> JSONFault {
        index < bytes.count ? JSONFault(.invalidNumber, at: index) : JSONFault(.unexpectedEnd, at: bytes.count)
    }
}
