internal import StrictJSON

/// What a validation needs beside the program and the document: kept by each event loop and used again and again.
package final class SchemaScratch {
    /// Bit sets of members and elements already evaluated, and of names seen: a stack of words.
    var words: [UInt64] = Array(repeating: 0, count: 256)
    var wordsTop = 0
    /// The resources entered so far, outermost first.
    var scope: [Int32] = []
    /// Decoded bytes of the string that is looked at.
    var decoded: [UInt8] = []
    /// Verdicts by subschema and value; used once a validation has become long.
    var memo: [UInt64: Bool] = [:]
    /// Hashes of the elements of an array: an open-addressing table.
    var elementTable: [UInt64] = []
    var elementHashes: [UInt64] = []
    /// Parses embedded documents (`contentMediaType`).
    let embedded = JSONDocument()

    /// An empty scratch.
    package init() {}

    /// Takes `count` zero words from the stack; gives the index of the first.
    @inline(__always)
    func push(_ count: Int) -> Int {
        let base = wordsTop
        wordsTop += count
        if wordsTop > words.count {
            words.append(contentsOf: repeatElement(0, count: max(words.count, wordsTop)))
        }
        for index in base..<wordsTop { words[index] = 0 }
        return base
    }

    @inline(__always)
    func pop(to base: Int) {
        wordsTop = base
    }
}
