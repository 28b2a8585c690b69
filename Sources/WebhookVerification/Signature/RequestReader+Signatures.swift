import GatewayCrypto
import StrictJSON

/// Where signatures stand, how they are written, and the candidates they make.
extension RequestReader {
    mutating func readSignatures(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ scheme: CompiledSignatureScheme
    ) -> Denial? {
        var isPresent = false
        for place in scheme.places {
            if case .numberedHeader(let prefix, let limit) = place {
                if let denial = readNumbered(prefix, limit, head, bytes, scheme, &isPresent) { return denial }
                continue
            }
            let start = signatureText.count
            var text: [UInt8] = []
            swap(&text, &signatureText)
            let found = append(place, head, bytes, body, to: &text)
            swap(&text, &signatureText)
            switch found {
            case .absent: continue
            case .refused(let denial): return denial
            case .appended: isPresent = true
            }
            if let denial = parse(start..<signatureText.count, scheme) { return denial }
        }
        guard isPresent else { return SignatureFault.missingSignature.denial("no signature is there") }
        if candidates.isEmpty { return SignatureFault.malformedSignature.denial("no signature is well formed") }
        return nil
    }

    private mutating func readNumbered(
        _ prefix: FieldName,
        _ limit: Int,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ scheme: CompiledSignatureScheme,
        _ isPresent: inout Bool
    ) -> Denial? {
        var seen: Set<Int> = []
        for field in head.fields {
            let name = bytes.extracting(field.name.bounds)
            guard name.count > prefix.bytes.count, name.count <= prefix.bytes.count + 4,
                prefix.matches(name.extracting(0..<prefix.bytes.count)),
                let number = RequestReader.number(name.extracting(prefix.bytes.count..<name.count)), number <= limit
            else { continue }
            guard seen.insert(number).inserted else {
                return SignatureFault.duplicateHeader.denial("header \(prefix.text)\(number) is there more than once")
            }
            isPresent = true
            let start = signatureText.count
            signatureText.appendBytes(bytes.extracting(field.value.bounds))
            if let denial = parse(start..<signatureText.count, scheme) { return denial }
        }
        return nil
    }

    /// A number of at most four digits without a leading zero.
    private static func number(_ text: Span<UInt8>) -> Int? {
        guard (1...4).contains(text.count), text[0] != UInt8(ascii: "0") else { return nil }
        var value = 0
        for index in 0..<text.count {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value * 10 + Int(digit)
        }
        return value
    }

    mutating func parse(_ range: Range<Int>, _ scheme: CompiledSignatureScheme) -> Denial? {
        guard range.count <= SignatureVerifier.maximumSignatureHeader else {
            return SignatureFault.malformedSignature.denial("the signature is longer than 4096 bytes")
        }
        switch scheme.grammar {
        case .whole(let prefixes): return parseWhole(range, prefixes, scheme)
        case .pairs(let item, let pair, let field): return parsePairs(range, item, pair, field, scheme)
        case .list(let item):
            return forEachItem(range, item) { reader, range in reader.offer(range, scheme) }
        case .positional(let item, let fields):
            var position = 0
            return forEachItem(range, item) { reader, range in
                defer { position += 1 }
                guard position < fields.count else { return reader.offer(range, scheme) }
                reader.addItem(name: fields[position], value: range)
                return nil
            }
        case .base64JSON(let pointer): return parseBase64JSON(range, pointer, scheme)
        }
    }

    private mutating func parseWhole(
        _ range: Range<Int>,
        _ prefixes: [[UInt8]],
        _ scheme: CompiledSignatureScheme
    ) -> Denial? {
        if prefixes.isEmpty { return offer(range, scheme) }
        for prefix in prefixes where begins(range, with: prefix, scheme) {
            return offer((range.lowerBound + prefix.count)..<range.upperBound, scheme)
        }
        return nil
    }

    func begins(_ range: Range<Int>, with prefix: [UInt8], _ scheme: CompiledSignatureScheme) -> Bool {
        // RFC 7617 section 2: the name of the authentication scheme is not case-sensitive.
        guard case .credentials = scheme.candidateForm else { return signatureText[range].starts(with: prefix) }
        return range.count >= prefix.count
            && prefix.indices.allSatisfy {
                FieldName.lowercased(signatureText[range.lowerBound + $0]) == FieldName.lowercased(prefix[$0])
            }
    }

    private mutating func parsePairs(
        _ range: Range<Int>,
        _ itemSeparator: UInt8,
        _ pairSeparator: UInt8,
        _ field: [UInt8],
        _ scheme: CompiledSignatureScheme
    ) -> Denial? {
        forEachItem(range, itemSeparator) { reader, range in
            var middle = range.lowerBound
            while middle < range.upperBound, reader.signatureText[middle] != pairSeparator { middle &+= 1 }
            guard middle < range.upperBound else { return nil }
            let value = (middle + 1)..<range.upperBound
            if reader.isEqual(range.lowerBound..<middle, field.span) { return reader.offer(value, scheme) }
            guard reader.items.count < 64 else {
                return SignatureFault.malformedSignature.denial("the signature has more than 64 fields")
            }
            reader.items.append(Item(name: range.lowerBound..<middle, value: value))
            return nil
        }
    }

    private mutating func parseBase64JSON(
        _ range: Range<Int>,
        _ pointer: JSONPointer,
        _ scheme: CompiledSignatureScheme
    ) -> Denial? {
        guard let json = Base64.decode(signatureText.span.extracting(range)) else { return nil }
        let inner = BodyDocument()
        for member in inner.textMembers(of: json.span) {
            addItem(name: member.name, value: append(member.value))
        }
        var text: [UInt8] = []
        guard case .appended = inner.append(pointer, of: json.span, to: &text) else { return nil }
        return offer(append(text), scheme)
    }

    /// Appends bytes to `signatureText` and says where.
    mutating func append(_ text: [UInt8]) -> Range<Int> {
        let start = signatureText.count
        signatureText.append(contentsOf: text)
        return start..<signatureText.count
    }

    private mutating func addItem(name: [UInt8], value: Range<Int>) {
        items.append(Item(name: append(name), value: value))
    }

    /// Calls `body` with every item, white space around it left out.
    private mutating func forEachItem(
        _ range: Range<Int>,
        _ separator: UInt8,
        _ body: (inout RequestReader, Range<Int>) -> Denial?
    ) -> Denial? {
        var start = range.lowerBound
        while start <= range.upperBound {
            var end = start
            while end < range.upperBound, signatureText[end] != separator { end += 1 }
            var item = start..<end
            while let first = item.first, RequestReader.isSpace(signatureText[first]) { item = (first + 1)..<end }
            while let last = item.last, RequestReader.isSpace(signatureText[last]) { item = item.lowerBound..<last }
            if !item.isEmpty, let denial = body(&self, item) { return denial }
            start = end + 1
        }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    /// Decodes one signature; one that is not well formed is left out.
    private mutating func offer(_ range: Range<Int>, _ scheme: CompiledSignatureScheme) -> Denial? {
        let start = decoded.count
        // A second reference instead of a borrow, so that the buffers beside it can be written.
        let source = signatureText
        let text = source.span.extracting(range)
        switch scheme.candidateForm {
        case .raw: decoded.appendBytes(text)
        case .credentials:
            guard let credentials = Base64.decode(text) else { return nil }
            decoded.append(contentsOf: credentials)
        case .encoded(let encoding):
            if range.isEmpty { return nil }
            guard let count = decode(text, encoding) else { return nil }
            let room = decodeBuffer
            decoded.appendBytes(room.span.extracting(0..<count))
        }
        candidates.append(start..<decoded.count)
        return candidates.count <= scheme.maximumCandidates
            ? nil : SignatureFault.tooManySignatures.denial("more than \(scheme.maximumCandidates) signatures")
    }

    private mutating func decode(_ text: Span<UInt8>, _ encoding: SignatureEncoding) -> Int? {
        var output = decodeBuffer.mutableSpan
        return encoding.decode(text, into: &output)
    }
}
