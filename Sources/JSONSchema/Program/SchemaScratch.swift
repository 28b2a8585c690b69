internal import StrictJSON

/// What a validation needs beside the program and the document: kept by each event loop and used again and again.
package final class SchemaScratch {
    /// Bit sets of members and elements already evaluated, and of names seen.
    let marks = MarkStack()
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

    deinit {
        marks.deallocate()
    }
}
