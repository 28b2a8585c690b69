/// Check 3: may the head announce this? Method, media type, content coding, announced size.
///
/// Source: `docs/architecture.md`, order of the checks; R-H1-28, R-JSN-01, R-SIG-17, R-H1-08.
enum ContentCheck {
    private static let contentType = FieldName(literal: "content-type")
    private static let contentEncoding = FieldName(literal: "content-encoding")

    /// The first rule that refuses, or `nil`.
    static func evaluate(
        _ head: borrowing DeliveryHead,
        bytes: Span<UInt8>,
        rules: ContentRules
    ) -> Denial? {
        guard isListed(bytes.extracting(head.method.bounds), in: rules.methods) else {
            return Denial(.contentMethod, "method not allowed")
        }
        if let denial = mediaType(head, bytes: bytes, rules: rules) { return denial }
        if let denial = coding(head, bytes: bytes, rules: rules) { return denial }
        return nil
    }

    /// `size.too_large` where the head announces a body above the limit: a limit, which no source can have in shadow.
    static func size(_ announced: Int?, rules: ContentRules) -> Denial? {
        guard let announced, announced > rules.bodyLimit else { return nil }
        return Denial(.sizeTooLarge, "Content-Length is above the limit of \(rules.bodyLimit) bytes")
    }

    private static func isListed(_ value: Span<UInt8>, in list: [[UInt8]]) -> Bool {
        for entry in list where equal(entry, value) { return true }
        return false
    }

    private static func equal(_ expected: [UInt8], _ value: Span<UInt8>) -> Bool {
        guard expected.count == value.count else { return false }
        for index in value.indices where expected[index] != value[index] { return false }
        return true
    }

    /// One Content-Type whose type is listed; of parameters only `charset=utf-8` and none other for JSON.
    private static func mediaType(
        _ head: borrowing DeliveryHead,
        bytes: Span<UInt8>,
        rules: ContentRules
    ) -> Denial? {
        let range: ByteRange
        switch head.lookup(contentType, in: bytes) {
        case .absent: return Denial(.contentMediaType, "no Content-Type")
        case .several: return Denial(.contentMediaType, "several Content-Type fields")
        case .one(let found): range = found
        }
        let value = bytes.extracting(range.bounds)
        var end = 0
        while end < value.count, value[end] != UInt8(ascii: ";") { end += 1 }
        var typeEnd = end
        while typeEnd > 0, isSpace(value[typeEnd - 1]) { typeEnd -= 1 }
        guard let type = rules.mediaTypes.first(where: { equalIgnoringCase($0, value.extracting(0..<typeEnd)) }) else {
            return Denial(.contentMediaType, "media type not accepted")
        }
        if end == value.count { return nil }
        let isJSON = type.suffix(4) == Array("json".utf8)[...]
        return isUTF8CharsetOnly(value.extracting((end + 1)..<value.count)) || !isJSON
            ? nil : Denial(.contentMediaType, "only the parameter charset=utf-8 is accepted")
    }

    private static func isUTF8CharsetOnly(_ parameters: Span<UInt8>) -> Bool {
        var start = 0
        var end = parameters.count
        while start < end, isSpace(parameters[start]) { start += 1 }
        while end > start, isSpace(parameters[end - 1]) { end -= 1 }
        let text = parameters.extracting(start..<end)
        return text.count == 0 || equalIgnoringCase(Array("charset=utf-8".utf8), text)
            || equalIgnoringCase(Array("charset=\"utf-8\"".utf8), text)
    }

    private static func coding(_ head: borrowing DeliveryHead, bytes: Span<UInt8>, rules: ContentRules) -> Denial? {
        guard rules.coding == .refuse else { return nil }
        switch head.lookup(contentEncoding, in: bytes) {
        case .absent: return nil
        case .several: return Denial(.contentCoding, "several Content-Encoding fields")
        case .one(let range):
            return equalIgnoringCase(Array("identity".utf8), bytes.extracting(range.bounds))
                ? nil : Denial(.contentCoding, "only the identity coding is accepted")
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func equalIgnoringCase(_ lowercased: [UInt8], _ value: Span<UInt8>) -> Bool {
        guard lowercased.count == value.count else { return false }
        for index in value.indices where FieldName.lowercased(value[index]) != lowercased[index] { return false }
        return true
    }
}
