import StrictJSON

/// The body as JSON, for the few schemes that sign members of it: read once per request, on demand.
///
/// The body is not known to be genuine yet, so the limits are those of the contract and a name that occurs twice is a
/// refusal: the handler may read the other one. Owned by one event loop.
final class BodyDocument {
    /// What a look-up found.
    enum Found {
        case absent
        case appended
        case refused(SignatureFault, String)
    }

    private let document = JSONDocument()
    private var state = State.unread

    private enum State {
        case unread
        case read
        case refused(SignatureFault)
    }

    /// Forgets the body of the request before.
    func forget() { state = .unread }

    /// Appends the text of the member that `pointer` leads to: strings decoded, numbers and booleans as written.
    ///
    /// `null` counts as absent; an array or object is refused.
    func append(_ pointer: JSONPointer, of body: Span<UInt8>, to output: inout [UInt8]) -> Found {
        if let fault = read(body) { return .refused(fault, "the body is not one strict JSON text") }
        guard let node = document.find(pointer, in: body) else { return .absent }
        switch document.kind(of: node) {
        case .null: return .absent
        case .string:
            guard let text = document.copyString(node, in: body) else { return .absent }
            output.append(contentsOf: text)
            return .appended
        case .number, .true, .false:
            guard let range = document.textRange(of: node) else { return .absent }
            output.appendBytes(body.extracting(range))
            return .appended
        case .array, .object: return .refused(.malformedBody, "a signed member is not a plain value")
        }
    }

    /// Appends the canonical form of the body (RFC 8785), which has to be an object or an array.
    ///
    /// A number that a binary64 does not hold as written is refused: other digits would have the same form, and so the same
    /// signature.
    func appendCanonical(_ body: Span<UInt8>, to output: inout [UInt8]) -> Found {
        if let fault = read(body) { return .refused(fault, "the body is not one strict JSON text") }
        guard let root = document.root, [.object, .array].contains(document.kind(of: root)) else {
            return .refused(.malformedBody, "the signed body is not a JSON object or array")
        }
        guard !hasRoundedNumber(root, body) else {
            return .refused(.malformedBody, "a number in the signed body has more digits than its canonical form keeps")
        }
        JSONCanonicalizer.append(document, root, in: body, to: &output)
        return .appended
    }

    /// As deep as the document, which its policy bounds.
    private func hasRoundedNumber(_ node: JSONNode, _ body: Span<UInt8>) -> Bool {
        switch document.kind(of: node) {
        case .null, .true, .false, .string: return false
        case .array: return document.elements(of: node).contains { hasRoundedNumber($0, body) }
        case .object: return document.members(of: node).contains { hasRoundedNumber($0.value, body) }
        case .number: return isRounded(node, body)
        }
    }

    private func isRounded(_ number: JSONNode, _ body: Span<UInt8>) -> Bool {
        if let integer = document.integer(number, in: body) { return integer.magnitude >= 1 << 53 }
        guard let range = document.textRange(of: number) else { return true }
        let text = range.map { body[$0] }
        let digits = text.prefix { $0 | 0x20 != UInt8(ascii: "e") }.filter { $0 &- UInt8(ascii: "0") < 10 }
        let significant = digits.drop { $0 == UInt8(ascii: "0") }.reversed().drop { $0 == UInt8(ascii: "0") }.count
        if significant == 0 { return false }
        guard let value = Double(String(decoding: text, as: UTF8.self)), value.isNormal else { return true }
        // 15 digits always survive the way to a binary64 and back.
        return significant > 15
    }

    /// How many elements the list has that `pointer` leads to; 0 where there is none.
    func count(_ pointer: JSONPointer, of body: Span<UInt8>) -> Int {
        guard read(body) == nil, let node = document.find(pointer, in: body), document.kind(of: node) == .array else {
            return 0
        }
        return document.count(of: node)
    }

    /// The members of the top object whose values are strings; none where the body is no JSON object.
    func textMembers(of body: Span<UInt8>) -> [(name: [UInt8], value: [UInt8])] {
        guard read(body) == nil, let root = document.root else { return [] }
        var members: [(name: [UInt8], value: [UInt8])] = []
        for member in document.members(of: root) {
            guard let name = document.copyString(member.name, in: body),
                let value = document.copyString(member.value, in: body)
            else { continue }
            members.append((name, value))
        }
        return members
    }

    private func read(_ body: Span<UInt8>) -> SignatureFault? {
        switch state {
        case .read: return nil
        case .refused(let fault): return fault
        case .unread:
            guard let fault = document.parse(body) else {
                state = .read
                return nil
            }
            let found = fault.kind.faultClass == .duplicateMember ? SignatureFault.duplicateKey : .malformedBody
            state = .refused(found)
            return found
        }
    }
}
