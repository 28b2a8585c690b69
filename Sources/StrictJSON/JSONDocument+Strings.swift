/// What a pass over a string found.
struct StringScan {
    /// The index of the closing quotation mark.
    var end: Int
    /// `TapeEntry.escaped` and `TapeEntry.nonASCII` as they apply.
    var flags: UInt32
    /// The number of code points after decoding.
    var codePoints: UInt32
}

extension JSONDocument {
    /// Reads the string whose content starts at `start`.
    @inline(__always)
    func scanString(_ bytes: ByteView, _ start: Int, _ policy: JSONPolicy) throws(JSONFault) -> StringScan {
        let index = Self.plainEnd(bytes, start)
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            return StringScan(end: index, flags: 0, codePoints: UInt32(truncatingIfNeeded: index - start))
        }
        return try Self.scanRest(bytes, start, index, policy, nul: policy.nulCharacters == .refuse)
    }

    /// The first index from `start` on that holds something else than a plain ASCII character.
    @inline(__always)
    static func plainEnd(_ bytes: ByteView, _ start: Int) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let stops = specials(bytes.word(at: index))
            if stops != 0 { return index + stops.trailingZeroBitCount >> 3 }
            index += 8
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte >= 0x80 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index += 1
        }
        return index
    }

    /// The high bit of every byte that ends a plain run, exact up to the first one: a borrow only reaches higher bytes.
    @inline(__always)
    private static func specials(_ word: UInt64) -> UInt64 {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let quote = (word ^ 0x2222_2222_2222_2222) &- ones
        let backslash = (word ^ 0x5C5C_5C5C_5C5C_5C5C) &- ones
        let control = word &- 0x2020_2020_2020_2020
        return (quote | backslash | control | word) & 0x8080_8080_8080_8080
    }

    /// Continues at `position`, where the first byte stands that is not plain.
    static func scanRest(
        _ bytes: ByteView,
        _ start: Int,
        _ position: Int,
        _ policy: JSONPolicy,
        nul refusesNUL: Bool
    ) throws(JSONFault) -> StringScan {
        var index = position
        var flags: UInt32 = 0
        // Bytes that are not the first of their code point: continuation bytes and all but one byte of an escape.
        var surplus = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte >= 0x80 {
                flags |= TapeEntry.nonASCII
                let length = try UTF8Rules.sequenceLength(bytes, index, policy.noncharacters)
                surplus += length - 1
                index += length
                continue
            }
            if byte == UInt8(ascii: "\"") {
                let codePoints = UInt32(truncatingIfNeeded: index - start - surplus)
                return StringScan(end: index, flags: flags, codePoints: codePoints)
            }
            if byte == UInt8(ascii: "\\") {
                flags |= TapeEntry.escaped
                let length = try EscapeRules.checkedLength(bytes, index, policy, refusesNUL: refusesNUL)
                surplus += length - 1
                index += length
                continue
            }
            if byte < 0x20 { throw JSONFault(.controlCharacter, at: index) }
            index = plainEnd(bytes, index)
        }
        throw JSONFault(.unexpectedEnd, at: bytes.count)
    }

    /// Reads a member name and the colon after it; gives the index where the value starts.
    @inline(__always)
    func scanName(
        _ bytes: ByteView,
        _ start: Int,
        _ policy: JSONPolicy,
        _ seed: (UInt64, UInt64),
        _ entries: Scratch<TapeEntry>,
        _ openNames: Scratch<UInt64>,
        _ top: inout Int,
        _ namesTop: inout Int
    ) throws(JSONFault) -> Int {
        guard bytes[start] == UInt8(ascii: "\"") else { throw JSONFault(.unexpectedByte, at: start) }
        let content = start + 1
        let plain = Self.plainEnd(bytes, content)
        var index: Int
        if plain < bytes.count, bytes[plain] == UInt8(ascii: "\"") {
            let length = plain - content
            if length > policy.nameBytesMax { throw JSONFault(.nameTooLong, at: start) }
            if policy.prototypeMembers == .refuse, EscapeRules.namesPrototype(bytes, content, length) {
                throw JSONFault(.prototypeMember, at: start)
            }
            entries[top] = TapeEntry(
                meta: TapeEntry.name,
                offset: content,
                length: length,
                extra: NameHash.hash(bytes, content, length, seed)
            )
            index = plain + 1
        } else {
            index = try scanLongName(bytes, content, plain, policy, seed, top)
        }
        openNames[namesTop] = UInt64(entries[top].extra) << 32 | UInt64(UInt32(truncatingIfNeeded: top))
        namesTop += 1
        top += 1
        if index < bytes.count, bytes[index] <= 0x20 { index = Self.skipWhitespace(bytes, index) }
        guard index < bytes.count else { throw JSONFault(.unexpectedEnd, at: bytes.count) }
        guard bytes[index] == UInt8(ascii: ":") else { throw JSONFault(.unexpectedByte, at: index) }
        index += 1
        if index < bytes.count, bytes[index] <= 0x20 { index = Self.skipWhitespace(bytes, index) }
        return index
    }

    /// A name with escapes or bytes above 0x7F; gives the index after its quotation mark.
    private func scanLongName(
        _ bytes: ByteView,
        _ content: Int,
        _ plain: Int,
        _ policy: JSONPolicy,
        _ seed: (UInt64, UInt64),
        _ top: Int
    ) throws(JSONFault) -> Int {
        let refusesNUL = policy.nulCharacters != .allow
        let scan = try Self.scanRest(bytes, content, plain, policy, nul: refusesNUL)
        var offset = content
        var length = scan.end - content
        var source = bytes
        if scan.flags & TapeEntry.escaped != 0 {
            // Decoded names never take more bytes than the text, so this reserves once per document.
            if state.fields.decodedNameBytes == 0 { state.fields.decodedNames.reserve(bytes.count) }
            offset = state.fields.decodedNameBytes
            var end = offset
            var decoder = StringDecoder(bytes, content, length)
            while let byte = decoder.next() {
                state.fields.decodedNames[end] = byte
                end += 1
            }
            state.fields.decodedNameBytes = end
            length = end - offset
            source = decodedNameView
        }
        if length > policy.nameBytesMax { throw JSONFault(.nameTooLong, at: content - 1) }
        if policy.prototypeMembers == .refuse, EscapeRules.namesPrototype(source, offset, length) {
            throw JSONFault(.prototypeMember, at: content - 1)
        }
        state.fields.entries[top] = TapeEntry(
            meta: TapeEntry.name | scan.flags,
            offset: offset,
            length: length,
            extra: NameHash.hash(source, offset, length, seed)
        )
        return scan.end + 1
    }

    /// Applies the member limits of one complete object; gives the new top of the open names.
    @inline(__always)
    func closeObject(
        _ bytes: ByteView,
        _ object: Int,
        _ namesTop: Int,
        _ policy: JSONPolicy,
        _ entries: Scratch<TapeEntry>,
        _ top: Int
    ) throws(JSONFault) -> Int {
        let count = Int(entries[object].length)
        if count > policy.membersPerObjectMax {
            throw JSONFault(.tooManyMembers, at: Int(entries[object].offset))
        }
        let base = namesTop - count
        if count > 1, policy.duplicateMembers != .allow,
            let position = state.fields.duplicates.firstRepeat(state.fields.openNames, base: base, count: count)
        {
            try judgeRepeat(bytes, base, position, namesTop, policy, top)
        }
        return base
    }

    /// Two hashes are equal from `position` on: compares the names themselves, pairwise because this is rare.
    private func judgeRepeat(
        _ bytes: ByteView,
        _ base: Int,
        _ position: Int,
        _ namesTop: Int,
        _ policy: JSONPolicy,
        _ top: Int
    ) throws(JSONFault) {
        let openNames = state.fields.openNames
        for later in position..<namesTop {
            for earlier in base..<later where openNames[later] >> 32 == openNames[earlier] >> 32 {
                let first = Int(openNames[earlier] & 0xFFFF_FFFF)
                let second = Int(openNames[later] & 0xFFFF_FFFF)
                guard nameView(first, bytes).equals(nameView(second, bytes)) else { continue }
                if policy.duplicateMembers == .allowIdentical {
                    state.fields.entryCount = top
                    let isSame = JSONEquality.equal(self, first + 1, bytes, self, second + 1, bytes)
                    state.fields.entryCount = 0
                    if isSame { continue }
                }
                let entry = state.fields.entries[second]
                let isDecoded = entry.meta & TapeEntry.escaped != 0
                throw JSONFault(.duplicateMember, at: isDecoded ? valueOffset(second + 1) : Int(entry.offset) - 1)
            }
        }
    }

    /// The decoded bytes of the name at `index`.
    @inline(__always)
    func nameView(_ index: Int, _ bytes: ByteView) -> ByteView {
        let entry = state.fields.entries[index]
        if entry.meta & TapeEntry.escaped != 0 {
            return decodedNameView.slice(Int(entry.offset), Int(entry.length))
        }
        return bytes.slice(Int(entry.offset), Int(entry.length))
    }

    /// The offset of the first byte of the value at `index`, its quotation mark included.
    func valueOffset(_ index: Int) -> Int {
        let entry = state.fields.entries[index]
        return Int(entry.offset) - (entry.code == TapeEntry.string ? 1 : 0)
    }
}
