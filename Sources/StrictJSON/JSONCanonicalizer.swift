/// Writes a parsed value in the canonical form of RFC 8785 (JCS).
///
/// Numbers become what ECMAScript prints for the nearest binary64 (RFC 8785 section 3.2.2.3), so integers beyond
/// ±(2^53−1) and long decimals are rounded: the form identifies values as JavaScript reads them.
package enum JSONCanonicalizer {
    /// Appends the canonical form of the value at `node` to `output`.
    ///
    /// The recursion is as deep as the document, which its policy bounds.
    package static func append(
        _ document: JSONDocument,
        _ node: JSONNode,
        in bytes: Span<UInt8>,
        to output: inout [UInt8]
    ) {
        var writer = JSONWriter()
        swap(&writer.bytes, &output)
        write(document, node, bytes, &writer)
        swap(&writer.bytes, &output)
    }

    private static func write(
        _ document: JSONDocument,
        _ node: JSONNode,
        _ bytes: Span<UInt8>,
        _ writer: inout JSONWriter
    ) {
        switch document.kind(of: node) {
        case .null: writer.null()
        case .false: writer.boolean(false)
        case .true: writer.boolean(true)
        case .number: number(document, node, bytes, &writer)
        case .string: writer.string(document.copyString(node, in: bytes) ?? [])
        case .array:
            writer.beginArray()
            for element in document.elements(of: node) { write(document, element, bytes, &writer) }
            writer.endArray()
        case .object:
            writer.beginObject()
            for member in sortedMembers(document, node, bytes) {
                writer.name(member.name)
                write(document, member.value, bytes, &writer)
            }
            writer.endObject()
        }
    }

    private static func number(
        _ document: JSONDocument,
        _ node: JSONNode,
        _ bytes: Span<UInt8>,
        _ writer: inout JSONWriter
    ) {
        guard let range = document.textRange(of: node) else { return writer.raw([]) }
        let text = bytes.extracting(range)
        // Most numbers are small integers, which are canonical as they stand.
        if isPlainInteger(text) { return writer.raw(range.map { bytes[$0] }) }
        writer.raw(ECMANumber.text(Double(String(decoding: range.map { bytes[$0] }, as: UTF8.self)) ?? 0))
    }

    /// Whether the text of a number is an integer of at most 15 digits, and not `-0`.
    private static func isPlainInteger(_ text: Span<UInt8>) -> Bool {
        let start = text.count > 0 && text[0] == UInt8(ascii: "-") ? 1 : 0
        guard (1...15).contains(text.count - start), start == 0 || text[start] != UInt8(ascii: "0") else {
            return false
        }
        for index in start..<text.count where text[index] &- UInt8(ascii: "0") > 9 { return false }
        return true
    }

    private static func sortedMembers(
        _ document: JSONDocument,
        _ node: JSONNode,
        _ bytes: Span<UInt8>
    ) -> [(name: [UInt8], value: JSONNode)] {
        var members: [(name: [UInt8], value: JSONNode)] = []
        for member in document.members(of: node) {
            members.append((document.copyString(member.name, in: bytes) ?? [], member.value))
        }
        members.sort { precedes($0.name, $1.name) }
        return members
    }

    /// The order of RFC 8785 section 3.2.3: by UTF-16 code units, though the names are UTF-8.
    ///
    /// The two differ only where a character beyond U+FFFF, whose first unit is a surrogate, meets one from U+E000 on.
    private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        var index = 0
        while index < left.count, index < right.count {
            let (first, second) = (left[index], right[index])
            if first != second {
                let isBeyond = (first >= 0xF0, second >= 0xF0)
                if first >= 0xEE, second >= 0xEE, isBeyond.0 != isBeyond.1 { return isBeyond.0 }
                return first < second
            }
            index &+= 1
        }
        return left.count < right.count
    }
}

/// Numbers as ECMAScript prints them (ECMA-262, Number::toString).
package enum ECMANumber {
    /// The text of a finite value; zero is `0` whatever its sign.
    package static func text(_ value: Double) -> [UInt8] {
        guard value.isFinite, value != 0 else { return [UInt8(ascii: "0")] }
        // The standard library prints the shortest digits that read back as the same value; only the layout differs.
        var digits: [UInt8] = []
        var point = 0
        var exponent = 0
        parseDescription(value.magnitude.description, &digits, &point, &exponent)
        var text: [UInt8] = value < 0 ? [UInt8(ascii: "-")] : []
        layOut(digits, point + exponent, &text)
        return text
    }

    /// Splits "12.5e-7" into digits without zeros at either end and the place of the decimal point before them.
    private static func parseDescription(
        _ text: String,
        _ digits: inout [UInt8],
        _ point: inout Int,
        _ exponent: inout Int
    ) {
        var hasPoint = false
        for (position, byte) in text.utf8.enumerated() {
            if byte == UInt8(ascii: "e") {
                exponent = Int(text.dropFirst(position + 1)) ?? 0
                break
            }
            if byte == UInt8(ascii: ".") {
                hasPoint = true
                continue
            }
            if digits.isEmpty, byte == UInt8(ascii: "0") {
                if hasPoint { point -= 1 }
                continue
            }
            digits.append(byte)
            if !hasPoint { point += 1 }
        }
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
    }

    /// Number::toString steps 6 to 10: `point` is the specification's n.
    private static func layOut(_ digits: [UInt8], _ point: Int, _ text: inout [UInt8]) {
        let count = digits.count
        if count <= point, point <= 21 {
            text += digits
            text += repeatElement(UInt8(ascii: "0"), count: point - count)
        } else if point > 0, point <= 21 {
            text += digits[..<point]
            text.append(UInt8(ascii: "."))
            text += digits[point...]
        } else if point > -6, point <= 0 {
            text += "0.".utf8
            text += repeatElement(UInt8(ascii: "0"), count: -point)
            text += digits
        } else {
            text.append(digits[0])
            if count > 1 {
                text.append(UInt8(ascii: "."))
                text += digits[1...]
            }
            text += (point - 1 < 0 ? "e-" : "e+").utf8
            text += String((point - 1).magnitude).utf8
        }
    }
}
