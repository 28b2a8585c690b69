import GatewayCrypto
import StrictJSON

/// A compact JWS (RFC 7515 section 7.1) taken apart, nothing of it believed yet.
struct CompactToken {
    /// Header and payload as they were signed, the dot between them included.
    let signingInput: [UInt8]
    /// The decoded signature.
    let signature: [UInt8]
    let header: TokenMembers
    /// The claims; `nil` for a detached token, whose middle part is empty (RFC 7515 appendix F).
    let claims: TokenMembers?
    /// The header part as it was sent.
    var headerText: ArraySlice<UInt8> { signingInput.prefix(headerCount) }
    private let headerCount: Int

    /// Whether the payload stands in the token.
    enum Form {
        case attached
        case detached
    }

    /// Takes `text` apart; `nil` where it is not three parts of base64url with JSON objects in them.
    ///
    /// What is read stays in `documents`: a token is used up before the next one is read into the same.
    init?(_ text: Span<UInt8>, form: Form, documents: Documents = Documents()) {
        guard let dots = CompactToken.dots(text), dots.first > 0, dots.second < text.count - 1 else { return nil }
        let payloadRange = (dots.first + 1)..<dots.second
        guard payloadRange.isEmpty == (form == .detached),
            let headerBytes = CompactToken.decode(text.extracting(0..<dots.first)),
            let payloadBytes = CompactToken.decode(text.extracting(payloadRange)),
            let signature = CompactToken.decodeSignature(text.extracting((dots.second + 1)..<text.count)),
            let header = TokenMembers(headerBytes, documents.header)
        else { return nil }
        switch form {
        case .detached: claims = nil
        case .attached:
            guard let members = TokenMembers(payloadBytes, documents.claims) else { return nil }
            claims = members
        }
        self.header = header
        self.signature = signature
        var input: [UInt8] = []
        input.appendBytes(text.extracting(0..<dots.second))
        signingInput = input
        headerCount = dots.first
    }

    /// Where the two dots are; `nil` for fewer or more.
    private static func dots(_ text: Span<UInt8>) -> (first: Int, second: Int)? {
        var first = -1
        var second = -1
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: ".") {
                if second >= 0 { return nil }
                if first < 0 { first = index } else { second = index }
            }
            index &+= 1
        }
        return second < 0 ? nil : (first, second)
    }

    /// What header and claims are read into, again and again; owned by one thread.
    struct Documents {
        let header = JSONDocument()
        let claims = JSONDocument()
    }

    /// The signature; empty, which fits no key, where the text ends in bits that no byte uses: it was cut short.
    private static func decodeSignature(_ text: Span<UInt8>) -> [UInt8]? {
        if let bytes = decode(text) { return bytes }
        for index in 0..<text.count where !isDigit(text[index]) { return nil }
        return []
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        return letter < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
    }

    /// Base64url without padding (RFC 7515 section 2).
    private static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        if text.count > 0, text[text.count - 1] == UInt8(ascii: "=") { return nil }
        return Base64.decode(text, alphabet: .url)
    }
}

/// The members of a JSON object in a token.
struct TokenMembers {
    private let bytes: [UInt8]
    private let document: JSONDocument
    private let root: JSONNode

    /// Reads an object, duplicate members refused; `nil` for anything else.
    init?(_ bytes: [UInt8], _ document: JSONDocument = JSONDocument()) {
        self.bytes = bytes
        self.document = document
        guard document.parse(bytes.span) == nil, let root = document.root, document.kind(of: root) == .object else {
            return nil
        }
        self.root = root
    }

    /// Whether the member is there.
    func has(_ name: String) -> Bool { node(Array(name.utf8)) != nil }

    /// Whether the member is there.
    func has(_ name: [UInt8]) -> Bool { node(name) != nil }

    /// The decoded bytes of a member that is a string.
    func text(_ name: String) -> [UInt8]? { text(Array(name.utf8)) }

    /// The decoded bytes of a member that is a string.
    func text(_ name: [UInt8]) -> [UInt8]? {
        guard let node = node(name), document.kind(of: node) == .string else { return nil }
        return document.copyString(node, in: bytes.span)
    }

    /// The strings of a member that is a string or an array of strings, as `aud` may be (RFC 7519 section 4.1.3).
    func texts(_ name: [UInt8]) -> [[UInt8]] {
        guard let node = node(name) else { return [] }
        if document.kind(of: node) != .array { return text(name).map { [$0] } ?? [] }
        return document.elements(of: node).compactMap { document.copyString($0, in: bytes.span) }
    }

    /// What a NumericDate says (RFC 7519 section 2).
    enum Date {
        case absent
        case malformed
        case at(Int64)
    }

    /// The whole seconds of a member that is a NumericDate.
    func date(_ name: [UInt8]) -> Date {
        guard let node = node(name) else { return .absent }
        guard document.kind(of: node) == .number else { return .malformed }
        if let whole = document.integer(node, in: bytes.span) {
            return whole < 1 << 40 && whole > 0 ? .at(whole) : .malformed
        }
        guard let range = document.textRange(of: node) else { return .malformed }
        // Seconds with a fraction: rounded down.
        let digits = bytes[range].prefix { $0 &- UInt8(ascii: "0") < 10 }
        let rest = bytes[range].dropFirst(digits.count)
        guard (1...12).contains(digits.count), rest.first == UInt8(ascii: "."),
            rest.dropFirst().allSatisfy({ $0 &- UInt8(ascii: "0") < 10 })
        else { return .malformed }
        return .at(digits.reduce(0) { $0 * 10 + Int64($1 &- UInt8(ascii: "0")) })
    }

    private func node(_ name: [UInt8]) -> JSONNode? { document.member(name.span, of: root, in: bytes.span) }
}
