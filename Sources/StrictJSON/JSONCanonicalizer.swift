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
        case .number: writer.raw(number(document, node, bytes))
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

    private static func number(_ document: JSONDocument, _ node: JSONNode, _ bytes: Span<UInt8>) -> [UInt8] {
        guard let range = document.textRange(of: node) else { return [] }
        let text = range.map { bytes[$0] }
        return ECMANumber.text(Double(String(decoding: text, as: UTF8.self)) ?? 0)
    }

    private static func sortedMembers(
        _ document: JSONDocument,
        _ node: JSONNode,
        _ bytes: Span<UInt8>
    ) -> [(name: [UInt8], value: JSONNode)] {
        var members: [(units: [UInt16], name: [UInt8], value: JSONNode)] = []
        for member in document.members(of: node) {
            let name = document.copyString(member.name, in: bytes) ?? []
            members.append((Array(String(decoding: name, as: UTF8.self).utf16), name, member.value))
        }
        // RFC 8785 section 3.2.3: by UTF-16 code units, not by bytes.
        members.sort { $0.units.lexicographicallyPrecedes($1.units) }
        return members.map { ($0.name, $0.value) }
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
