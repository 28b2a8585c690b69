import GatewayCrypto
import StrictJSON

/// Takes apart one request as a scheme says; its buffers are used again for the next request.
///
/// Values are copied into `content` in the order in which they are signed, so that what surrounds the body is one run
/// of bytes on each side.
///
/// Methods that only ask are `mutating` too: the verifier keeps it in a property, and is to reach it in place, not in a copy.
struct RequestReader {
    /// A run of the signed content.
    struct Piece {
        enum Kind {
            /// In `content`.
            case text
            case body
            case key
        }

        let kind: Kind
        var range: Range<Int>
    }

    /// A field of the signature header, as places in `signatureText`.
    struct Item {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// Decoded signatures, as places in `decoded`.
    private(set) var candidates: [Range<Int>] = []
    private(set) var decoded: [UInt8] = []
    var content: [UInt8] = []
    var pieces: [Piece] = []
    /// The signed time.
    private(set) var timestamp: Timestamp?
    /// Whether `content` and `pieces` are complete without having seen the body.
    private(set) var isResolved = false
    private var signatureText: [UInt8] = []
    private var items: [Item] = []
    private var keyName: [UInt8]?
    var work: [UInt8] = []
    /// Room for the longest signature that is looked at.
    private var decodeBuffer = [UInt8](repeating: 0, count: SignatureVerifier.maximumSignatureHeader)
    private let document = BodyDocument()
    /// Which element of a list of signed items is read.
    private var item: (list: JSONPointer, index: Int)?

    init() {
        candidates.reserveCapacity(8)
        decoded.reserveCapacity(2048)
        content.reserveCapacity(1024)
        pieces.reserveCapacity(8)
        signatureText.reserveCapacity(1024)
        items.reserveCapacity(16)
        work.reserveCapacity(256)
    }

    /// Everything that can be judged before the body is there.
    mutating func readHead(_ head: DeliveryHead, _ bytes: Span<UInt8>, _ scheme: CompiledSignatureScheme) -> Denial? {
        forget()
        if let names = scheme.ownHeaders { return readPresence(of: names, head, bytes) }
        let nothing = Span<UInt8>()
        if !scheme.placesAreInBody, let denial = readSignatures(head, bytes, nothing, scheme) { return denial }
        if let rule = scheme.timestamp, !rule.source.isInBody,
            let denial = readTimestamp(rule, head, bytes, nothing, scheme)
        {
            return denial
        }
        if let source = scheme.keyName, let denial = readKeyName(source, head, bytes) { return denial }
        if scheme.isKnownFromHead {
            if let denial = resolveContent(head, bytes, nothing, scheme, urlVariant: 0) { return denial }
            isResolved = true
        }
        return nil
    }

    /// What is left once the body is there.
    mutating func readBody(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ scheme: CompiledSignatureScheme
    ) -> Denial? {
        if scheme.placesAreInBody, let denial = readSignatures(head, bytes, body, scheme) { return denial }
        if let rule = scheme.timestamp, rule.source.isInBody,
            let denial = readTimestamp(rule, head, bytes, body, scheme)
        {
            return denial
        }
        if !isResolved, let denial = resolveContent(head, bytes, body, scheme, urlVariant: 0) { return denial }
        if scheme.bodyMayNotBeginWithDigit, !body.isEmpty, body[0] &- UInt8(ascii: "0") < 10 {
            return SignatureFault.ambiguousComponent.denial("the body begins with a digit right after the timestamp")
        }
        for requirement in scheme.requirements {
            if let denial = check(requirement, head, bytes, body, scheme) { return denial }
        }
        return nil
    }

    /// Whether any signature equals `expected`; all are compared, in constant time each.
    mutating func anyCandidateEquals(_ expected: Span<UInt8>) -> Bool {
        var isFound = false
        for range in candidates where constantTimeEquals(decoded.span.extracting(range), expected) { isFound = true }
        return isFound
    }

    /// Whether any signature holds over `message`; the first that does ends the search, for nothing here is secret.
    mutating func anyCandidateHolds(_ key: VerificationContext, _ message: Span<UInt8>) -> Bool {
        for range in candidates where key.verify(signature: decoded.span.extracting(range), message: message) {
            return true
        }
        return false
    }

    /// Whether a key of this name may be the one that the request names.
    mutating func keyNameFits(_ name: String?) -> Bool {
        guard let name, let keyName else { return true }
        return name.utf8.elementsEqual(keyName)
    }

    /// The first covered event id that is there and not in the body.
    mutating func eventID(
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ scheme: CompiledSignatureScheme
    ) -> SignatureMatch.EventID {
        for source in scheme.signedEventIDSources {
            switch source {
            case .header(let name):
                if case .one(let range) = head.lookup(name, in: bytes), range.count > 0 { return .head(range) }
            case .signatureField(let name):
                if let index = firstItem(name.span) { return .value(Array(signatureText[items[index].value])) }
            case .query(let name):
                var value: [UInt8] = []
                if let range = head.query,
                    FormReader.find(name, in: bytes.extracting(range.bounds), appendingTo: &value) == .appended
                {
                    return .value(value)
                }
            case .numberedHeader, .form, .json, .config, .claim: continue
            }
        }
        return .none
    }

    /// For schemes with a reader of their own: every field is there, once and not empty.
    private func readPresence(of names: [FieldName], _ head: DeliveryHead, _ bytes: Span<UInt8>) -> Denial? {
        for name in names {
            switch head.lookup(name, in: bytes) {
            case .absent: return SignatureFault.missingSignature.denial("no signature is there")
            case .several:
                return SignatureFault.duplicateHeader.denial("header \(name.text) is there more than once")
            case .one(let range):
                if range.count == 0 { return SignatureFault.malformedSignature.denial("header \(name.text) is empty") }
            }
        }
        return nil
    }

    private mutating func forget() {
        candidates.removeAll(keepingCapacity: true)
        decoded.removeAll(keepingCapacity: true)
        signatureText.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
        timestamp = nil
        keyName = nil
        isResolved = false
        item = nil
        document.forget()
    }

    // MARK: - Items

    /// How many elements the list has; 0 where there is none.
    mutating func itemCount(_ list: JSONPointer, _ body: Span<UInt8>) -> Int { document.count(list, of: body) }

    /// Reads signatures, time and content of one item of the body instead of those of the first.
    mutating func readItem(
        _ index: Int,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ scheme: CompiledSignatureScheme
    ) -> Denial? {
        candidates.removeAll(keepingCapacity: true)
        decoded.removeAll(keepingCapacity: true)
        signatureText.removeAll(keepingCapacity: true)
        items.removeAll(keepingCapacity: true)
        item = scheme.each.map { ($0, index) }
        isResolved = false
        return readBody(head, bytes, body, scheme)
    }

    // MARK: - Values

    /// What a look-up of a value found.
    enum Found {
        case absent
        case appended
        case refused(Denial)
    }

    /// Appends the value of `source` to `output`.
    mutating func append(
        _ source: ValueSource,
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        to output: inout [UInt8]
    ) -> Found {
        switch source {
        case .header(let name):
            switch head.lookup(name, in: bytes) {
            case .absent: return .absent
            case .several:
                return .refused(SignatureFault.duplicateHeader.denial("header \(name.text) is there more than once"))
            case .one(let range):
                output.appendBytes(bytes.extracting(range.bounds))
                return .appended
            }
        case .query(let name):
            guard let range = head.query else { return .absent }
            return found(FormReader.find(name, in: bytes.extracting(range.bounds), appendingTo: &output), name)
        case .form(let name): return found(FormReader.find(name, in: body, appendingTo: &output), name)
        case .json(let first):
            let pointer = item.map { first.moved(to: $0.index, of: $0.list) } ?? first
            switch document.append(pointer, of: body, to: &output) {
            case .absent: return .absent
            case .appended: return .appended
            case .refused(let fault, let sentence): return .refused(fault.denial(sentence))
            }
        case .signatureField(let name): return signatureField(name, to: &output)
        case .numberedHeader, .config, .claim: return .absent
        }
    }

    private func found(_ found: FormReader.Found, _ name: [UInt8]) -> Found {
        switch found {
        case .absent: return .absent
        case .appended: return .appended
        case .several:
            let name = String(decoding: name, as: UTF8.self)
            return .refused(SignatureFault.duplicateParameter.denial("parameter \(name) is there more than once"))
        case .malformed:
            return .refused(SignatureFault.malformedParameters.denial("the parameters are not well formed"))
        }
    }

    private func signatureField(_ name: [UInt8], to output: inout [UInt8]) -> Found {
        guard let index = firstItem(name.span) else { return .absent }
        if hasItem(name.span, after: index) { return severalFields(name.span) }
        output.appendBytes(signatureText.span.extracting(items[index].value))
        return .appended
    }

    /// Appends a field of the signature's value to `content`.
    mutating func appendSignatureField(_ name: Span<UInt8>) -> Found {
        guard let index = firstItem(name) else { return .absent }
        if hasItem(name, after: index) { return severalFields(name) }
        // A second reference instead of a borrow, so that the buffer beside it can be written.
        let source = signatureText
        content.appendBytes(source.span.extracting(items[index].value))
        return .appended
    }

    private func severalFields(_ name: Span<UInt8>) -> Found {
        let name = String(decoding: [UInt8](copying: name), as: UTF8.self)
        return .refused(SignatureFault.duplicateParameter.denial("field \(name) is there more than once"))
    }

    private func firstItem(_ name: Span<UInt8>) -> Int? {
        var index = 0
        while index < items.count {
            if isEqual(items[index].name, name) { return index }
            index &+= 1
        }
        return nil
    }

    private func hasItem(_ name: Span<UInt8>, after first: Int) -> Bool {
        var index = first + 1
        while index < items.count {
            if isEqual(items[index].name, name) { return true }
            index &+= 1
        }
        return false
    }

    /// Whether a place in `signatureText` holds exactly these bytes.
    private func isEqual(_ range: Range<Int>, _ text: Span<UInt8>) -> Bool {
        guard range.count == text.count else { return false }
        var index = 0
        while index < text.count {
            if signatureText[range.lowerBound &+ index] != text[index] { return false }
            index &+= 1
        }
        return true
    }

    // MARK: - Timestamp and key name

    private mutating func readTimestamp(
        _ rule: (source: ValueSource, grammar: TimestampGrammar),
        _ head: DeliveryHead,
        _ bytes: Span<UInt8>,
        _ body: Span<UInt8>,
        _ scheme: CompiledSignatureScheme
    ) -> Denial? {
        var text = takeWork()
        defer { work = text }
        switch append(rule.source, head, bytes, body, to: &text) {
        case .refused(let denial): return denial
        case .absent:
            if scheme.scheme.timestamp?.isOptional == true { return nil }
            return SignatureFault.missingTimestamp.denial("the signed timestamp is not there")
        case .appended:
            guard let time = rule.grammar.parse(text.span) else {
                return SignatureFault.malformedTimestamp.denial(
                    "the signed timestamp is not of the form \(rule.grammar.rawValue)"
                )
            }
            timestamp = time
            return nil
        }
    }

    private mutating func readKeyName(_ source: ValueSource, _ head: DeliveryHead, _ bytes: Span<UInt8>) -> Denial? {
        var name: [UInt8] = []
        switch append(source, head, bytes, Span<UInt8>(), to: &name) {
        case .refused(let denial): return denial
        case .absent: return nil
        case .appended:
            keyName = name
            return nil
        }
    }

    /// The work buffer, emptied; the caller gives it back.
    mutating func takeWork() -> [UInt8] {
        var buffer: [UInt8] = []
        swap(&buffer, &work)
        buffer.removeAll(keepingCapacity: true)
        return buffer
    }

    // MARK: - Signatures

    private mutating func readSignatures(
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

    private mutating func parse(_ range: Range<Int>, _ scheme: CompiledSignatureScheme) -> Denial? {
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

    private func begins(_ range: Range<Int>, with prefix: [UInt8], _ scheme: CompiledSignatureScheme) -> Bool {
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
    private mutating func append(_ text: [UInt8]) -> Range<Int> {
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
            decoded.append(contentsOf: decodeBuffer[0..<count])
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
