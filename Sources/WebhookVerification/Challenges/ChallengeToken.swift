import StrictJSON

/// The rules for what a challenge may be made of.
enum ChallengeToken {
    /// Whether `token` is not empty, not too long, and of the form's characters only.
    static func isWellFormed(_ token: [UInt8], _ preset: ChallengePreset) -> Bool {
        let limit = preset.isEcho ? ChallengeRule.echoMax : ChallengeRule.tokenMax
        guard (1...limit).contains(token.count) else { return false }
        if preset.form == .digits, token.count > 1, token[0] == UInt8(ascii: "0") { return false }
        return token.allSatisfy { isAllowed($0, preset.form) }
    }

    /// Whether a byte may be part of a token; never a quote, a brace or a bracket, but in a body repeated as text.
    static func isAllowed(_ byte: UInt8, _ form: ChallengePreset.TokenForm) -> Bool {
        if form == .digits { return byte &- UInt8(ascii: "0") < 10 }
        if form == .printable { return byte >= 0x20 && byte < 0x7F }
        let letter = (byte | 0x20) &- UInt8(ascii: "a")
        if letter < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") {
            return true
        }
        switch form {
        case .oracle: return "+/=".utf8.contains(byte)
        case .plain: return "+/=.~".utf8.contains(byte)
        case .sentence: return "+/=.~ :?&%".utf8.contains(byte)
        case .digits, .printable: return false
        }
    }

    /// Whether a token can never be the signed content of a delivery, so that its MAC is no signature.
    static func isSeparate(_ token: [UInt8], _ scheme: CompiledSignatureScheme, isJSON: Bool) -> Bool {
        if scheme.contentIsBody { return isJSON && !isJSONText(token) }
        return scheme.parts.contains { part in
            guard case .literal(let text) = part.origin, part.condition == nil else { return false }
            return !token.span.holds(text.span)
        }
    }

    /// Whether a token could be the body of a delivery.
    static func isJSONText(_ token: [UInt8]) -> Bool { JSONDocument().parse(token.span) == nil }
}
