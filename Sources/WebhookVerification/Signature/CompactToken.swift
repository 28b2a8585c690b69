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
    let headerText: [UInt8]

    /// Whether the payload stands in the token.
    enum Form {
        case attached
        case detached
    }

    /// Takes `text` apart; `nil` where it is not three parts of base64url with JSON objects in them.
    init?(_ text: Span<UInt8>, form: Form) {
        var dots: [Int] = []
        for index in 0..<text.count where text[index] == UInt8(ascii: ".") { dots.append(index) }
        guard dots.count == 2, dots[0] > 0, dots[1] < text.count - 1 else { return nil }
        let payloadRange = (dots[0] + 1)..<dots[1]
        guard payloadRange.isEmpty == (form == .detached),
            let headerBytes = CompactToken.decode(text.extracting(0..<dots[0])),
            let payloadBytes = CompactToken.decode(text.extracting(payloadRange)),
            let signature = CompactToken.decodeSignature(text.extracting((dots[1] + 1)..<text.count)),
            let header = TokenMembers(headerBytes)
        else { return nil }
        switch form {
        case .detached: claims = nil
        case .attached:
            guard let members = TokenMembers(payloadBytes) else { return nil }
            claims = members
        }
        self.header = header
        self.signature = signature
        var input: [UInt8] = []
        input.appendBytes(text.extracting(0..<dots[1]))
        signingInput = input
        var headerText: [UInt8] = []
        headerText.appendBytes(text.extracting(0..<dots[0]))
        self.headerText = headerText
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
    private let document = JSONDocument()
    private let root: JSONNode

    /// Reads an object, duplicate members refused; `nil` for anything else.
    init?(_ bytes: [UInt8]) {
        self.bytes = bytes
        guard document.parse(bytes.span) == nil, let root = document.root, document.kind(of: root) == .object else {
            return nil
        }
        self.root = root
    }

    /// Whether the member is there.
    func has(_ name: String) -> Bool { node(name) != nil }

    /// The decoded bytes of a member that is a string.
    func text(_ name: String) -> [UInt8]? {
        guard let node = node(name), document.kind(of: node) == .string else { return nil }
        return document.copyString(node, in: bytes.span)
    }

    /// The strings of a member that is a string or an array of strings, as `aud` may be (RFC 7519 section 4.1.3).
    func texts(_ name: String) -> [[UInt8]] {
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
    func date(_ name: String) -> Date {
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

    private func node(_ name: String) -> JSONNode? {
        document.member(Array(name.utf8).span, of: root, in: bytes.span)
    }
}
