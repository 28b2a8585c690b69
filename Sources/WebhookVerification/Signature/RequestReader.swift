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
    var candidates: [Range<Int>] = []
    var decoded: [UInt8] = []
    var content: [UInt8] = []
    var pieces: [Piece] = []
    /// The signed time.
    private(set) var timestamp: Timestamp?
    /// Whether `content` and `pieces` are complete without having seen the body.
    private(set) var isResolved = false
    var signatureText: [UInt8] = []
    var items: [Item] = []
    private var keyName: [UInt8]?
    var work: [UInt8] = []
    /// Room for a MAC or a digest.
    var mac = [UInt8](repeating: 0, count: DigestAlgorithm.maximumByteCount)
    /// Room for the longest signature that is looked at.
    var decodeBuffer = [UInt8](repeating: 0, count: SignatureVerifier.maximumSignatureHeader)
    let document = BodyDocument()
    /// Which element of a list of signed items is read.
    var item: (list: JSONPointer, index: Int)?

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

    func found(_ found: FormReader.Found, _ name: [UInt8]) -> Found {
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
    func isEqual(_ range: Range<Int>, _ text: Span<UInt8>) -> Bool {
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

}
