/// The parser's loop: one pass, no recursion, open containers linked through the tape itself.
///
/// While a container is open, its entry's `extra` is the tape index of the container around it and its `length` counts
/// what has been read.
extension JSONDocument {
    /// Parses the value and gives the number of tape entries.
    func parseValue(_ bytes: ByteView, policy: JSONPolicy) throws(JSONFault) -> Int {
        let count = bytes.count
        // Copies of the buffers' addresses: they do not change while a text is parsed.
        let entries = state.fields.entries
        let openNames = state.fields.openNames
        let seed = NameHash.processSeed
        let valuesMax = policy.valuesMax
        var index = Self.skipWhitespace(bytes, 0)
        var top = 0
        var values = 0
        var depth = 0
        var container = -1
        var inObject = false
        var namesTop = 0
        guard index < count else { throw JSONFault(.empty, at: count) }
        if bytes[index] >= 0xEF, Self.startsWithByteOrderMark(bytes) { throw JSONFault(.byteOrderMark, at: 0) }

        value: while true {
            guard index < count else { throw JSONFault(.unexpectedEnd, at: count) }
            values += 1
            if values > valuesMax { throw JSONFault(.tooManyValues, at: index) }
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "\""):
                let scan = try scanString(bytes, index + 1, policy)
                entries[top] = TapeEntry(
                    meta: TapeEntry.string | scan.flags,
                    offset: index + 1,
                    length: scan.end - index - 1,
                    extra: scan.codePoints
                )
                top += 1
                index = scan.end + 1
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                if depth > policy.depthMax { throw JSONFault(.tooDeep, at: index) }
                let isObject = byte == UInt8(ascii: "{")
                entries[top] = TapeEntry(
                    meta: isObject ? TapeEntry.object : TapeEntry.array,
                    offset: index,
                    length: 0,
                    extra: UInt32(truncatingIfNeeded: container)
                )
                let opened = top
                top += 1
                index = Self.skipWhitespace(bytes, index + 1)
                guard index < count else { throw JSONFault(.unexpectedEnd, at: count) }
                guard bytes[index] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    container = opened
                    inObject = isObject
                    if isObject {
                        index = try scanName(bytes, index, policy, seed, entries, openNames, &top, &namesTop)
                    }
                    continue value
                }
                entries[opened].extra = UInt32(truncatingIfNeeded: top)
                depth -= 1
                index += 1
            case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                index = try scanNumber(bytes, index, policy, entries, &top)
            default:
                index = try Self.scanLiteral(bytes, index, entries, &top)
            }

            // A value is complete: what follows belongs to the containers around it.
            while true {
                if container < 0 {
                    index = Self.skipWhitespace(bytes, index)
                    guard index == count else { throw JSONFault(.trailingBytes, at: index) }
                    return top
                }
                entries[container].length += 1
                if index < count, bytes[index] <= 0x20 { index = Self.skipWhitespace(bytes, index) }
                guard index < count else { throw JSONFault(.unexpectedEnd, at: count) }
                let byte = bytes[index]
                if byte == UInt8(ascii: ",") {
                    index += 1
                    if index < count, bytes[index] <= 0x20 { index = Self.skipWhitespace(bytes, index) }
                    if inObject {
                        guard index < count else { throw JSONFault(.unexpectedEnd, at: count) }
                        index = try scanName(bytes, index, policy, seed, entries, openNames, &top, &namesTop)
                    }
                    continue value
                }
                guard byte == (inObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
                    throw JSONFault(.unexpectedByte, at: index)
                }
                if inObject {
                    namesTop = try closeObject(bytes, container, namesTop, policy, entries, top)
                }
                let outer = Int(Int32(bitPattern: entries[container].extra))
                entries[container].extra = UInt32(truncatingIfNeeded: top)
                container = outer
                inObject = outer >= 0 && entries[outer].code == TapeEntry.object
                depth -= 1
                index += 1
            }
        }
    }

    /// The first index from `start` on that holds no whitespace (RFC 8259 section 2).
    @inline(__always)
    static func skipWhitespace(_ bytes: ByteView, _ start: Int) -> Int {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte > 0x20 { return index }
            // Space, tab, line feed and carriage return.
            guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { return index }
            index += 1
        }
        return index
    }

    static func startsWithByteOrderMark(_ bytes: ByteView) -> Bool {
        bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF
            || bytes.count >= 2 && (bytes[0] == 0xFF && bytes[1] == 0xFE || bytes[0] == 0xFE && bytes[1] == 0xFF)
    }

    /// Reads `true`, `false` or `null` at `start`; gives the index after it.
    @inline(__always)
    private static func scanLiteral(
        _ bytes: ByteView,
        _ start: Int,
        _ entries: Scratch<TapeEntry>,
        _ top: inout Int
    ) throws(JSONFault) -> Int {
        if start + 4 <= bytes.count {
            let word = bytes.halfWord(at: start)
            if word == 0x6C6C_756E {
                entries[top] = TapeEntry(meta: TapeEntry.null, offset: start, length: 4, extra: 0)
                top += 1
                return start + 4
            }
            if word == 0x6575_7274 {
                entries[top] = TapeEntry(meta: TapeEntry.true, offset: start, length: 4, extra: 0)
                top += 1
                return start + 4
            }
            if word == 0x736C_6166, start + 5 <= bytes.count, bytes[start + 4] == UInt8(ascii: "e") {
                entries[top] = TapeEntry(meta: TapeEntry.false, offset: start, length: 5, extra: 0)
                top += 1
                return start + 5
            }
        }
        throw literalFault(bytes, start)
    }

    /// Where and how a literal differs from the three there are.
    private static func literalFault(_ bytes: ByteView, _ start: Int) -> JSONFault {
        let expected: StaticString
        switch bytes[start] {
        case UInt8(ascii: "t"): expected = "true"
        case UInt8(ascii: "f"): expected = "false"
        case UInt8(ascii: "n"): expected = "null"
        default: return JSONFault(.unexpectedByte, at: start)
        }
        for position in 0..<expected.utf8CodeUnitCount {
            guard start + position < bytes.count else { return JSONFault(.unexpectedEnd, at: bytes.count) }
            if unsafe bytes[start + position] != expected.utf8Start[position] {
                return JSONFault(.invalidLiteral, at: start + position)
            }
        }
        return JSONFault(.invalidLiteral, at: start)
    }
}
