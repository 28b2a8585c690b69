/// Gets all duplicate keys out of a library that stops at the first.
///
/// The earlier of two equal keys is renamed in place: its first character becomes one from the private use area, so that
/// no position of the text moves, and the text is read again. The renamed keys are reported and left out.
struct DuplicateMarking {
    /// A key that was renamed.
    struct Renamed {
        /// The key as written in the file.
        let key: String
        let position: TextPosition
        let marker: Unicode.Scalar
    }

    /// How many duplicates are looked for; more in one file are reported when these are gone.
    private static let limit: UInt32 = 50
    private static let firstMarker: UInt32 = 0xE100

    /// The text with the renamed keys.
    private(set) var text: String
    private var renamed: [Renamed] = []

    init(_ text: String) {
        self.text = text
    }

    /// Renames the key at `position`; `false` where it cannot be done, and the library's word has to do.
    mutating func rename(_ key: String, at position: TextPosition) -> Bool {
        guard renamed.count < DuplicateMarking.limit, !key.isEmpty,
            let marker = Unicode.Scalar(DuplicateMarking.firstMarker + UInt32(renamed.count)),
            !text.unicodeScalars.contains(marker), var index = index(of: position)
        else { return false }
        var scalars = text.unicodeScalars
        if scalars[index] == "\"" || scalars[index] == "'" { index = scalars.index(after: index) }
        // An alias, an anchor or an escape stands at the place instead of the key itself.
        guard index < scalars.endIndex, scalars[index] == key.unicodeScalars.first else { return false }
        scalars.replaceSubrange(index...index, with: [marker])
        text = String(scalars)
        renamed.append(Renamed(key: key, position: position, marker: marker))
        return true
    }

    /// The renamed key that was read as `key`; `nil` for one that was not renamed.
    func renamed(_ key: String) -> Renamed? {
        guard let first = key.unicodeScalars.first else { return nil }
        return renamed.first { $0.marker == first }
    }

    private func index(of position: TextPosition) -> String.Index? {
        var line = 1
        var column = 1
        let scalars = text.unicodeScalars
        var index = scalars.startIndex
        while index < scalars.endIndex {
            if line == position.line, column == position.column { return index }
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            let isPair = scalar == "\r" && next < scalars.endIndex && scalars[next] == "\n"
            if DuplicateMarking.isLineBreak(scalar), !isPair {
                line += 1
                column = 1
            } else {
                column += 1
            }
            index = next
        }
        return nil
    }

    private static func isLineBreak(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0A, 0x0D, 0x85, 0x2028, 0x2029: true
        default: false
        }
    }
}
