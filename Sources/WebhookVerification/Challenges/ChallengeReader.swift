import StrictJSON

/// Takes values out of a request that may be a challenge; made anew for each, off the way of deliveries.
struct ChallengeReader {
    private let head: DeliveryHead
    private let headBytes: [UInt8]
    private let body: [UInt8]
    private let document = JSONDocument()
    private let isParsed: Bool

    init(_ head: DeliveryHead, _ bytes: Span<UInt8>, body: [UInt8]) {
        self.head = head
        headBytes = [UInt8](copying: bytes)
        self.body = body
        isParsed = body.isEmpty ? false : document.parse(body.span) == nil
    }

    /// The method.
    var method: String { String(decoding: headBytes[head.method.bounds], as: UTF8.self) }

    /// The only value at a place; `nil` where it is absent, there twice, or not a plain value.
    func value(_ source: ValueSource) -> [UInt8]? {
        switch source {
        case .header(let name):
            guard case .one(let range) = head.lookup(name, in: headBytes.span) else { return nil }
            return Array(headBytes[range.bounds])
        case .query(let name):
            var value: [UInt8] = []
            guard let range = head.query,
                FormReader.find(name, in: headBytes.span.extracting(range.bounds), appendingTo: &value) == .appended
            else { return nil }
            return value
        case .json(let pointer):
            guard isParsed, let node = document.find(pointer, in: body.span) else { return nil }
            switch document.kind(of: node) {
            case .string: return document.copyString(node, in: body.span)
            case .number, .true, .false: return document.textRange(of: node).map { Array(body[$0]) }
            case .null, .array, .object: return nil
            }
        case .numberedHeader, .form, .signatureField, .config, .claim: return nil
        }
    }

    /// Whether a condition of a preset holds.
    func holds(_ source: ValueSource, _ match: ChallengePreset.Match) -> Bool {
        switch match {
        case .present: return value(source) != nil
        case .text(let texts):
            guard let value = value(source) else { return false }
            return texts.contains { value.elementsEqual($0.utf8) }
        case .emptyArray:
            guard case .json(let pointer) = source, isParsed, let node = document.find(pointer, in: body.span),
                document.kind(of: node) == .array
            else { return false }
            return !document.elements(of: node).contains { _ in true }
        }
    }
}
