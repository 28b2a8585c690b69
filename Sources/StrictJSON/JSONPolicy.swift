/// What the parser accepts beyond the grammar of RFC 8259, and how much of it.
///
/// RFC 8259 leaves duplicate names (section 4), number range (6), lone surrogates (8.2) and sizes (9) open; every
/// point it leaves open is a place where the gateway and the handler could read two different documents. The defaults
/// are those of the contract, section 7.
package struct JSONPolicy: Sendable, Equatable {
    /// What happens to a second member of the same name in one object.
    package enum DuplicateMembers: Sendable, Equatable {
        /// The document is refused.
        case refuse
        /// The document is refused unless both values are equal JSON values.
        case allowIdentical
        /// Both members stay in the tape, in order; look-up finds the first. Not advised.
        case allow
    }

    /// Where the escape `\u0000` may stand.
    package enum NULCharacters: Sendable, Equatable {
        /// Nowhere.
        case refuse
        /// In string values, not in member names.
        case refuseInNames
        /// Everywhere, as RFC 8259 has it.
        case allow
    }

    /// Which numbers are accepted inside the limits.
    package enum Numbers: Sendable, Equatable {
        /// All of them, exactly; integers beyond ±(2^53−1) are flagged in `JSONDocument.hasUnsafeIntegers`.
        case exact
        /// Integers beyond ±(2^53−1) are refused (RFC 7493 section 2.2).
        case iJSON
    }

    /// Whether an oddity is let through.
    package enum Oddity: Sendable, Equatable {
        /// The document is refused.
        case refuse
        /// Nothing happens.
        case allow
    }

    /// How deep arrays and objects may nest; 1 to 1,024.
    package var depthMax = 64
    /// How many members one object may have.
    package var membersPerObjectMax = 10_000
    /// How many values (member names not counted) the document may have.
    package var valuesMax = 100_000
    /// How many digits a number may have, counted from its first digit that is not zero.
    package var significantDigitsMax = 64
    /// The largest magnitude of a number's exponent, as written and after scaling to one leading digit.
    package var exponentMax = 400
    /// How long a member name may be, in decoded bytes.
    package var nameBytesMax = 1024
    /// How long the document may be, in bytes; never more than 2^30.
    package var documentBytesMax = 1 << 30
    /// What happens to duplicate members.
    package var duplicateMembers = DuplicateMembers.refuse
    /// Where U+0000 may stand.
    package var nulCharacters = NULCharacters.refuse
    /// Whether the members `__proto__`, `constructor` and `prototype` are let through; handlers in JavaScript that copy
    /// members one by one change their prototypes with them.
    package var prototypeMembers = Oddity.allow
    /// Whether noncharacters such as U+FFFF are let through (RFC 7493 section 2.1 forbids them).
    package var noncharacters = Oddity.allow
    /// Whether numbers that IEEE 754 binary64 can only read as infinity are let through.
    package var numbersBeyondBinary64 = Oddity.refuse
    /// Which numbers are accepted.
    package var numbers = Numbers.exact

    /// The defaults of the contract.
    package init() {}

    /// The defaults of the contract, section 7.
    package static let `default` = JSONPolicy()

    /// The defaults, and no member that changes a JavaScript object's prototype.
    package static let nodeHandler: JSONPolicy = {
        var policy = JSONPolicy()
        policy.prototypeMembers = .refuse
        return policy
    }()

    /// The restrictions of RFC 7493 (I-JSON) on top of the defaults.
    package static let iJSON: JSONPolicy = {
        var policy = JSONPolicy()
        policy.noncharacters = .refuse
        policy.numbers = .iJSON
        return policy
    }()

    /// Whatever the grammar of RFC 8259 allows, within the limits: for tests and tools, not for deliveries.
    package static let rfc8259: JSONPolicy = {
        var policy = JSONPolicy()
        policy.duplicateMembers = .allow
        policy.nulCharacters = .allow
        policy.numbersBeyondBinary64 = .allow
        return policy
    }()
}
