internal import StrictJSON

/// Evaluates a member name as a string value of its own: `propertyNames`.
///
/// The name gets a tape of one entry over its decoded bytes.
struct NameEvaluation {
    private let name: ByteView

    init(_ name: ByteView) {
        self.name = name
    }

    func run(_ number: Int32, _ outer: SchemaEvaluator, _ budget: inout Int) -> Bool {
        var codePoints: UInt32 = 0
        for index in 0..<name.count where name[index] & 0xC0 != 0x80 { codePoints += 1 }
        var entry = TapeEntry(meta: TapeEntry.string, offset: 0, length: name.count, extra: codePoints)
        return unsafe withUnsafeMutablePointer(to: &entry) { pointer in
            let tape = unsafe TapeView(base: pointer, count: 1)
            var inner = SchemaEvaluator(outer, tape: tape, bytes: name, isDecoded: true)
            let verdict = inner.evaluate(number, 0, -1)
            budget = inner.budget
            return verdict
        }
    }
}
