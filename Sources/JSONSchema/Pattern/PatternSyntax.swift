/// The tree of a regular expression.
indirect enum PatternNode {
    case empty
    case set(ScalarSet)
    case sequence([PatternNode])
    case alternation([PatternNode])
    case repetition(PatternNode, min: Int, max: Int?)
    case start
    case end
    case wordBoundary
    case notWordBoundary
}

/// Why a pattern is not accepted.
package struct PatternFault: Error, Equatable, Sendable {
    /// What is wrong, for people.
    package let reason: String
    /// The index of the code point at which it was noticed.
    package let offset: Int
}

/// Parses the grammar of ECMA-262, section 22.2.1, with the `u` flag.
///
/// Look-around and back-references are part of the grammar, so the parser reads them and remembers the first in
/// `unsupported`: `format: regex` accepts them, `pattern` does not.
struct PatternSyntax {
    let root: PatternNode
    /// The first construct that no finite automaton can express.
    let unsupported: PatternFault?

    /// Parses `pattern`; where `allowsIdentityEscapes` is set, any punctuation may be escaped as in Annex B, because
    /// schemas in the field do that.
    init(_ pattern: [UInt8], allowsIdentityEscapes: Bool) throws(PatternFault) {
        let scalars = String(decoding: pattern, as: UTF8.self).unicodeScalars.map(\.value)
        var parser = PatternParser(scalars, allowsIdentityEscapes)
        root = try parser.parse()
        unsupported = parser.unsupported
    }
}

private func code(_ character: Unicode.Scalar) -> UInt32 { character.value }

private struct PatternParser {
    private let text: [UInt32]
    private let allowsIdentityEscapes: Bool
    private var index = 0
    private var depth = 0
    private var groupCount = 0
    private var names: Set<[UInt32]> = []
    private var largestReference = 0
    private var namedReferences: [([UInt32], Int)] = []
    private(set) var unsupported: PatternFault?

    init(_ text: [UInt32], _ allowsIdentityEscapes: Bool) {
        self.text = text
        self.allowsIdentityEscapes = allowsIdentityEscapes
    }

    mutating func parse() throws(PatternFault) -> PatternNode {
        let node = try disjunction()
        if index < text.count { throw fault("unmatched )") }
        if largestReference > groupCount { throw fault("reference to a group that does not exist") }
        for (name, offset) in namedReferences where !names.contains(name) {
            throw PatternFault(reason: "reference to a group that does not exist", offset: offset)
        }
        return node
    }

    private func fault(_ reason: String) -> PatternFault { PatternFault(reason: reason, offset: index) }

    private var current: UInt32? { index < text.count ? text[index] : nil }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard current == character.value else { return false }
        index += 1
        return true
    }

    private mutating func take(_ prefix: String) -> Bool {
        let wanted = prefix.unicodeScalars.map(\.value)
        guard index + wanted.count <= text.count, Array(text[index..<index + wanted.count]) == wanted else {
            return false
        }
        index += wanted.count
        return true
    }

    private mutating func disjunction() throws(PatternFault) -> PatternNode {
        depth += 1
        defer { depth -= 1 }
        if depth > 100 { throw fault("groups nested too deep") }
        var alternatives = [try alternative()]
        while take("|") { alternatives.append(try alternative()) }
        return alternatives.count == 1 ? alternatives[0] : .alternation(alternatives)
    }

    private mutating func alternative() throws(PatternFault) -> PatternNode {
        var terms: [PatternNode] = []
        while let character = current, character != code("|"), character != code(")") {
            terms.append(try term())
        }
        return terms.count == 1 ? terms[0] : terms.isEmpty ? .empty : .sequence(terms)
    }

    private mutating func term() throws(PatternFault) -> PatternNode {
        let start = index
        guard let character = current else { throw fault("the pattern ends early") }
        index += 1
        switch character {
        case code("^"): return .start
        case code("$"): return .end
        case code("("): return try group(start)
        case code("."): return try quantified(.set(ScalarSet.lineTerminators.inverted))
        case code("["): return try quantified(.set(try characterClass()))
        case code("\\"): return try escape(start)
        case code("*"), code("+"), code("?"):
            index = start
            throw fault("nothing to repeat")
        case code("{"), code("}"), code("]"):
            // With the u flag a bracket that stands for itself must be escaped; Annex B lets it stand.
            if !allowsIdentityEscapes || character == code("{") && startsQuantifier(start) {
                index = start
                throw fault("unescaped bracket")
            }
            return try quantified(.set(ScalarSet(character)))
        default: return try quantified(.set(ScalarSet(character)))
        }
    }

    private func startsQuantifier(_ start: Int) -> Bool {
        start + 1 < text.count && text[start + 1] >= 0x30 && text[start + 1] <= 0x39
    }

    private mutating func group(_ start: Int) throws(PatternFault) -> PatternNode {
        for prefix in ["?=", "?!", "?<=", "?<!"] where take(prefix) {
            let reason = "look-around cannot be matched in linear time and is not supported"
            if unsupported == nil { unsupported = PatternFault(reason: reason, offset: start) }
            _ = try disjunction()
            guard take(")") else { throw fault("missing )") }
            return .empty
        }
        if !take("?:") {
            if take("?<") {
                let name = try groupName()
                guard names.insert(name).inserted else { throw fault("two groups of the same name") }
            } else if current == code("?") {
                throw fault("unknown group")
            }
            groupCount += 1
        }
        let inner = try disjunction()
        guard take(")") else { throw fault("missing )") }
        return try quantified(inner)
    }

    private mutating func groupName() throws(PatternFault) -> [UInt32] {
        var name: [UInt32] = []
        while let character = current, character != code(">") {
            let scalar = Unicode.Scalar(character)
            let isStart = scalar?.properties.isIDStart ?? false
            let isContinue = scalar?.properties.isIDContinue ?? false
            let isFine = isStart || character == code("$") || character == code("_") || !name.isEmpty && isContinue
            guard isFine else { throw fault("invalid group name") }
            name.append(character)
            index += 1
        }
        guard take(">"), !name.isEmpty else { throw fault("invalid group name") }
        return name
    }

    private mutating func quantified(_ node: PatternNode) throws(PatternFault) -> PatternNode {
        let result: PatternNode
        if take("*") {
            result = .repetition(node, min: 0, max: nil)
        } else if take("+") {
            result = .repetition(node, min: 1, max: nil)
        } else if take("?") {
            result = .repetition(node, min: 0, max: 1)
        } else if current == code("{") {
            guard let counted = try counted(node) else { return node }
            result = counted
        } else {
            return node
        }
        _ = take("?")
        return result
    }

    private mutating func counted(_ node: PatternNode) throws(PatternFault) -> PatternNode? {
        let start = index
        index += 1
        if let low = number() {
            if take("}") { return .repetition(node, min: low, max: low) }
            if take(",") {
                if take("}") { return .repetition(node, min: low, max: nil) }
                if let high = number(), take("}") {
                    guard high >= low else { throw fault("repeat counts out of order") }
                    return .repetition(node, min: low, max: high)
                }
            }
        }
        index = start
        if allowsIdentityEscapes { return nil }
        throw fault("invalid repeat")
    }

    private mutating func number() -> Int? {
        var value = 0
        let start = index
        while let digit = current, digit >= 0x30, digit <= 0x39 {
            value = min(value * 10 + Int(digit - 0x30), 1_000_000)
            index += 1
        }
        return index > start ? value : nil
    }

    private mutating func escape(_ start: Int) throws(PatternFault) -> PatternNode {
        guard let character = current else { throw fault("the pattern ends in a backslash") }
        switch character {
        case code("b"):
            index += 1
            return .wordBoundary
        case code("B"):
            index += 1
            return .notWordBoundary
        case code("1")...code("9"):
            largestReference = max(largestReference, number() ?? 0)
            return try reference(start)
        case code("k"):
            index += 1
            guard take("<") else { throw fault("invalid reference") }
            namedReferences.append((try groupName(), start))
            return try reference(start)
        default:
            if let set = try classEscape() { return try quantified(.set(set)) }
            return try quantified(.set(ScalarSet(try characterEscape(isInClass: false))))
        }
    }

    private mutating func reference(_ start: Int) throws(PatternFault) -> PatternNode {
        let reason = "back-references cannot be matched in linear time and are not supported"
        if unsupported == nil { unsupported = PatternFault(reason: reason, offset: start) }
        return try quantified(.empty)
    }

    /// `\d`, `\p{…}` and their like, `nil` for anything else.
    private mutating func classEscape() throws(PatternFault) -> ScalarSet? {
        guard let character = current, let scalar = Unicode.Scalar(character) else { return nil }
        let set: ScalarSet
        switch scalar {
        case "d": set = .digits
        case "D": set = ScalarSet.digits.inverted
        case "w": set = .word
        case "W": set = ScalarSet.word.inverted
        case "s": set = .space
        case "S": set = ScalarSet.space.inverted
        case "p", "P": return try property(isInverted: scalar == "P")
        default: return nil
        }
        index += 1
        return set
    }

    private mutating func property(isInverted: Bool) throws(PatternFault) -> ScalarSet {
        index += 1
        guard take("{") else { throw fault("\\p without {") }
        var name = ""
        while let character = current, character != code("}"), let scalar = Unicode.Scalar(character) {
            name.unicodeScalars.append(scalar)
            index += 1
        }
        guard take("}") else { throw fault("\\p without }") }
        guard let set = UnicodeProperty.set(named: name) else { throw fault("unknown property") }
        return isInverted ? set.inverted : set
    }

    /// An escape that stands for one character (ECMA-262, CharacterEscape).
    private mutating func characterEscape(isInClass: Bool) throws(PatternFault) -> UInt32 {
        guard let character = current, let scalar = Unicode.Scalar(character) else {
            throw fault("the pattern ends in a backslash")
        }
        index += 1
        switch scalar {
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "v": return 0x0B
        case "b" where isInClass: return 0x08
        case "-" where isInClass: return character
        case "0":
            if let digit = current, digit >= 0x30, digit <= 0x39 { throw fault("octal escape") }
            return 0
        case "c":
            guard let letter = current, let ascii = Unicode.Scalar(letter),
                ascii.properties.isASCIIHexDigit || ascii.isASCII,
                (0x41...0x5A).contains(letter & ~0x20)
            else { throw fault("invalid control escape") }
            index += 1
            return letter & 0x1F
        case "x": return try hexadecimal(count: 2)
        case "u": return try unicodeEscape()
        case "^", "$", "\\", ".", "*", "+", "?", "(", ")", "[", "]", "{", "}", "|", "/": return character
        default:
            let isLetterOrDigit = ScalarSet.word.contains(character) && scalar != "_"
            if allowsIdentityEscapes, character < 0x80, !isLetterOrDigit { return character }
            index -= 1
            throw fault("invalid escape")
        }
    }

    private mutating func hexadecimal(count: Int) throws(PatternFault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<count {
            guard let character = current, let digit = Self.hexDigit(character) else { throw fault("invalid escape") }
            value = value << 4 | digit
            index += 1
        }
        return value
    }

    private static func hexDigit(_ character: UInt32) -> UInt32? {
        switch character {
        case 0x30...0x39: character - 0x30
        case 0x41...0x46: character - 0x41 + 10
        case 0x61...0x66: character - 0x61 + 10
        default: nil
        }
    }

    private mutating func unicodeEscape() throws(PatternFault) -> UInt32 {
        if take("{") {
            var value: UInt32 = 0
            let start = index
            while let character = current, let digit = Self.hexDigit(character) {
                value = min(value << 4 | digit, 0x11_0000)
                index += 1
            }
            guard index > start, value <= 0x10_FFFF, take("}") else { throw fault("invalid escape") }
            return value
        }
        let unit = try hexadecimal(count: 4)
        guard unit >= 0xD800, unit <= 0xDBFF else { return unit }
        let start = index
        if take("\\u") {
            let low = try hexadecimal(count: 4)
            if low >= 0xDC00, low <= 0xDFFF { return 0x1_0000 + ((unit - 0xD800) << 10 | (low - 0xDC00)) }
        }
        index = start
        return unit
    }

    /// The rest of a class after `[`.
    private mutating func characterClass() throws(PatternFault) -> ScalarSet {
        let isInverted = take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !take("]") {
            guard current != nil else { throw fault("missing ]") }
            let first = try classAtom()
            let isRange = current == code("-") && index + 1 < text.count && text[index + 1] != code("]")
            guard isRange else {
                ranges += first.ranges
                continue
            }
            index += 1
            let second = try classAtom()
            if let low = first.single, let high = second.single {
                guard low <= high else { throw fault("range out of order") }
                ranges.append(low...high)
            } else if allowsIdentityEscapes {
                ranges += first.ranges + second.ranges + [code("-")...code("-")]
            } else {
                throw fault("class in a range")
            }
        }
        let set = ScalarSet(ranges)
        return isInverted ? set.inverted : set
    }

    private mutating func classAtom() throws(PatternFault) -> (ranges: [ClosedRange<UInt32>], single: UInt32?) {
        guard let character = current else { throw fault("missing ]") }
        index += 1
        guard character == code("\\") else { return ([character...character], character) }
        if let set = try classEscape() { return (set.ranges, nil) }
        let scalar = try characterEscape(isInClass: true)
        return ([scalar...scalar], scalar)
    }
}
