/// Why a text is not accepted, and at which byte.
///
/// The description names the rule and the byte offset and never quotes the text: faults end in logs, and payloads
/// carry secrets.
package struct JSONFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// The rule that was broken.
    package let kind: JSONFaultKind
    /// The offset, counted from 0, of the byte at which this was certain; the length of the text where it ended early.
    package let offset: Int

    /// Makes a fault.
    package init(_ kind: JSONFaultKind, at offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    /// One sentence for people: the rule and the offset.
    package var description: String { "\(kind.sentence) at byte \(offset)" }
}

/// The rule a text breaks.
package enum JSONFaultKind: String, CaseIterable, Sendable {
    /// There is no value at all.
    case empty
    /// The text stops inside a value.
    case unexpectedEnd
    /// A byte that the grammar does not allow at this place.
    case unexpectedByte
    /// Bytes after the value.
    case trailingBytes
    /// A literal other than `true`, `false` and `null`.
    case invalidLiteral
    /// A number outside RFC 8259 section 6.
    case invalidNumber
    /// A backslash followed by something else than RFC 8259 section 7 lists.
    case invalidEscape
    /// An unescaped control character in a string.
    case controlCharacter
    /// Bytes that are not UTF-8 (RFC 3629), overlong forms and encoded surrogates included.
    case invalidUTF8
    /// A byte order mark at the start.
    case byteOrderMark
    /// An escaped surrogate without its partner.
    case loneSurrogate
    /// U+0000 where the policy refuses it.
    case nulCharacter
    /// A noncharacter where the policy refuses it.
    case noncharacter
    /// A member name that changes a JavaScript prototype, where the policy refuses it.
    case prototypeMember
    /// The same member name twice in one object, compared as decoded bytes.
    case duplicateMember
    /// Arrays and objects nested deeper than the policy allows.
    case tooDeep
    /// More values than the policy allows.
    case tooManyValues
    /// More members in one object than the policy allows.
    case tooManyMembers
    /// A member name longer than the policy allows.
    case nameTooLong
    /// A number with more significant digits than the policy allows.
    case tooManyDigits
    /// A number whose exponent is larger than the policy allows.
    case exponentTooLarge
    /// A number that binary64 reads as infinity.
    case numberTooLarge
    /// An integer beyond ±(2^53−1) where the policy asks for I-JSON.
    case unsafeInteger
    /// More bytes than the policy allows.
    case documentTooLarge
}

/// The four classes of refusal that the contract gives reason codes to (`payload.malformed` and so on).
package enum JSONFaultClass: String, Sendable {
    /// Not one strict JSON text.
    case malformed
    /// A member name twice.
    case duplicateMember = "duplicate_member"
    /// Nested too deep.
    case tooDeep = "too_deep"
    /// A size or number limit.
    case limits
}

extension JSONFaultKind {
    /// The class of the contract, section 2, that this kind belongs to.
    package var faultClass: JSONFaultClass {
        switch self {
        case .empty, .unexpectedEnd, .unexpectedByte, .trailingBytes, .invalidLiteral, .invalidNumber, .invalidEscape,
            .controlCharacter, .invalidUTF8, .byteOrderMark, .loneSurrogate, .nulCharacter, .noncharacter,
            .prototypeMember:
            .malformed
        case .duplicateMember:
            .duplicateMember
        case .tooDeep:
            .tooDeep
        case .tooManyValues, .tooManyMembers, .nameTooLong, .tooManyDigits, .exponentTooLarge, .numberTooLarge,
            .unsafeInteger, .documentTooLarge:
            .limits
        }
    }

    /// The rule as the start of a sentence, without any part of the text.
    package var sentence: String {
        switch self {
        case .empty: "no JSON value"
        case .unexpectedEnd: "the text ends inside a value"
        case .unexpectedByte: "unexpected byte"
        case .trailingBytes: "bytes after the value"
        case .invalidLiteral: "invalid literal"
        case .invalidNumber: "invalid number"
        case .invalidEscape: "invalid escape"
        case .controlCharacter: "unescaped control character"
        case .invalidUTF8: "invalid UTF-8"
        case .byteOrderMark: "byte order mark"
        case .loneSurrogate: "lone surrogate"
        case .nulCharacter: "U+0000"
        case .noncharacter: "noncharacter"
        case .prototypeMember: "member name that changes a prototype"
        case .duplicateMember: "duplicate member name"
        case .tooDeep: "nested too deep"
        case .tooManyValues: "too many values"
        case .tooManyMembers: "too many members in one object"
        case .nameTooLong: "member name too long"
        case .tooManyDigits: "number with too many digits"
        case .exponentTooLarge: "number with too large an exponent"
        case .numberTooLarge: "number beyond the range of binary64"
        case .unsafeInteger: "integer beyond 2^53-1"
        case .documentTooLarge: "document too large"
        }
    }
}
