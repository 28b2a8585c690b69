import StrictJSON
import Testing

/// Numbers and printed documents against references that are slow and simple.
@Suite("Properties of numbers and of printing")
struct NumberPropertyTests {
    /// A sign and two hundred decimal places around the point.
    private struct Reference {
        var isNegative: Bool
        var digits: [UInt8]

        init(_ whole: String, _ fraction: String, _ exponent: Int, isNegative: Bool) {
            var digits = Array(repeating: UInt8(0), count: 200)
            // The digit before the point has the place 100; the exponent moves all of them to the left.
            let first = 101 - whole.utf8.count - exponent
            for (position, digit) in (whole + fraction).utf8.enumerated() { digits[first + position] = digit - 48 }
            self.digits = digits
            self.isNegative = isNegative && digits.contains { $0 != 0 }
        }

        static func compare(_ left: Reference, _ right: Reference) -> Int {
            if left.isNegative != right.isNegative { return left.isNegative ? -1 : 1 }
            let sign = left.isNegative ? -1 : 1
            for (one, other) in zip(left.digits, right.digits) where one != other { return one < other ? -sign : sign }
            return 0
        }
    }

    /// A number as text, its reference, from a fixed sequence.
    private func number(_ generator: inout some RandomNumberGenerator) -> (text: String, reference: Reference) {
        let isNegative = Bool.random(using: &generator)
        let length = Int.random(in: 1...20, using: &generator)
        var whole = String((0..<length).map { _ in "0012345678".randomElement(using: &generator) ?? "0" })
        while whole.count > 1, whole.hasPrefix("0") { whole.removeFirst() }
        let places = Int.random(in: 0...12, using: &generator)
        let fraction = String((0..<places).map { _ in "0000123459".randomElement(using: &generator) ?? "0" })
        let exponent = Int.random(in: -15...15, using: &generator)
        var text = (isNegative ? "-" : "") + whole
        if !fraction.isEmpty { text += "." + fraction }
        if exponent != 0 { text += ["e", "E"].randomElement(using: &generator) ?? "e" }
        if exponent != 0 { text += exponent > 0 && Bool.random(using: &generator) ? "+\(exponent)" : "\(exponent)" }
        return (text, Reference(whole, fraction, exponent, isNegative: isNegative))
    }

    @Test("numbers are compared as long decimals would be, 20,000 pairs")
    func comparison() {
        var generator = FixedGenerator(state: 7)
        var equal = 0
        for round in 0..<20_000 {
            let left = number(&generator)
            var right = number(&generator)
            // Two random numbers are hardly ever equal: every fourth pair is one number written in two ways.
            if round % 4 == 0 {
                let zeros = left.text.contains(where: { "eE.".contains($0) }) ? left.text : left.text + ".00"
                right = (zeros, left.reference)
            }
            let order = compare(left.text, right.text)
            #expect(order == Reference.compare(left.reference, right.reference), "\(left.text) \(right.text)")
            if order == 0 { equal += 1 }
        }
        #expect(equal >= 5000)
    }

    private func compare(_ left: String, _ right: String) -> Int {
        withByteView(Array(left.utf8).span) { one in
            withByteView(Array(right.utf8).span) { other in
                ExactDecimal.compare(
                    ExactDecimal(one, 0, one.count),
                    ExactDecimal(other, 0, other.count)
                )
            }
        }
    }

    @Test("what is printed canonically reads back as the same value and prints the same, 2,000 documents")
    func printing() throws {
        var generator = FixedGenerator(state: 11)
        let document = JSONDocument()
        let again = JSONDocument()
        for _ in 0..<2000 {
            let text = Array(value(&generator, depth: 4).utf8)
            #expect(document.parse(text.span) == nil)
            let root = try #require(document.root)
            var printed: [UInt8] = []
            JSONCanonicalizer.append(document, root, in: text.span, to: &printed)
            #expect(again.parse(printed.span) == nil)
            let same = withByteView(text.span) { one in
                withByteView(printed.span) { other in JSONEquality.equal(document, 0, one, again, 0, other) }
            }
            #expect(same, "\(String(decoding: text, as: UTF8.self))")
            var twice: [UInt8] = []
            JSONCanonicalizer.append(again, JSONNode(index: 0), in: printed.span, to: &twice)
            #expect(twice == printed)
        }
    }

    /// A document in some spelling; its numbers are exact in binary64, which the canonical form rounds to.
    private func value(_ generator: inout FixedGenerator, depth: Int) -> String {
        let space = [" ", "", "\n", "\t "].randomElement(using: &generator) ?? ""
        let count = Int.random(in: 0...4, using: &generator)
        switch Int.random(in: depth > 0 ? 0...7 : 2...7, using: &generator) {
        case 0:
            let members = (0..<count).map { "\"n\($0)\\u00e9\":\(space)\(value(&generator, depth: depth - 1))" }
            return "{" + members.shuffled(using: &generator).joined(separator: "," + space) + "}"
        case 1:
            return "[" + (0..<count).map { _ in value(&generator, depth: depth - 1) }.joined(separator: ",") + space
                + "]"
        case 2: return ["true", "false", "null"].randomElement(using: &generator) ?? "null"
        case 3: return "\(Int.random(in: -1_000_000...1_000_000, using: &generator))"
        case 4: return "\(Int.random(in: -99...99, using: &generator)).\(["5", "25", "750"][count % 3])e\(count)"
        default:
            let parts = ["a", "\\n", "\\u20AC", "\\\"", "\\ud83d\\ude00", "한글", "\\/", "😀", "\\u001f"]
            return "\"" + (0..<count * 2).map { _ in parts.randomElement(using: &generator) ?? "" }.joined() + "\""
        }
    }

    /// SplitMix64: the same sequence in every run.
    private struct FixedGenerator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }
}
