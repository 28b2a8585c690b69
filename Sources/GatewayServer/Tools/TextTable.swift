/// A table for terminals: fixed widths, plain ASCII, cells cut where they do not fit.
package struct TextTable: Sendable {
    /// One column.
    package struct Column: Sendable {
        /// On which side of the cell its text stands.
        package enum Side: Sendable {
            case left
            case right
        }

        let title: String
        let width: Int
        let side: Side

        /// A column of `width` characters.
        package init(_ title: String, width: Int, side: Side = .left) {
            self.title = title
            self.width = max(width, 1)
            self.side = side
        }
    }

    private let columns: [Column]

    /// A table of these columns, one space between each two.
    package init(_ columns: [Column]) { self.columns = columns }

    /// How many characters a line has.
    package var width: Int { columns.reduce(columns.count - 1) { $0 + $1.width } }

    /// The line of titles.
    package var header: String { row(columns.map(\.title)) }

    /// A line of hyphens.
    package var rule: String { String(repeating: "-", count: width) }

    /// One line, without spaces at its end.
    ///
    /// `paint` gets a cell's column and text and may put colour around it, which does not count for its width. Cells that are missing are empty, those beyond the last column are left out. Characters outside of printable
    /// ASCII are shown as `?`, so that no text can move the cursor.
    package func row(_ cells: [String], paint: (Int, String) -> String = { $1 }) -> String {
        var line = ""
        // Spaces are held back until something follows them.
        var gap = 0
        for (index, column) in columns.enumerated() {
            let text = TextTable.fitted(index < cells.count ? cells[index] : "", column.width)
            let space = column.width - text.utf8.count
            if index > 0 { gap += 1 }
            if column.side == .right { gap += space }
            if !text.isEmpty {
                line += String(repeating: " ", count: gap) + paint(index, text)
                gap = 0
            }
            if column.side == .left { gap += space }
        }
        return line
    }

    /// `text` broken between words into lines of at most `width` characters behind `indent` spaces.
    ///
    /// A word that is longer than a line is cut into pieces. Characters outside of printable ASCII are shown as `?`.
    package static func wrapped(_ text: String, width: Int, indent: Int = 0) -> [String] {
        let room = max(width - indent, 1)
        var lines: [String] = []
        var current = ""
        for word in fitted(text, text.unicodeScalars.count).split(separator: " ") {
            var rest = word
            if !current.isEmpty, current.utf8.count + 1 + rest.utf8.count <= room {
                current += " " + rest
                continue
            }
            if !current.isEmpty { lines.append(current) }
            while rest.utf8.count > room {
                lines.append(String(rest.prefix(room)))
                rest = rest.dropFirst(room)
            }
            current = String(rest)
        }
        if !current.isEmpty { lines.append(current) }
        return lines.map { String(repeating: " ", count: max(indent, 0)) + $0 }
    }

    /// `text` in printable ASCII, and at most `width` characters of it with a mark where something is missing.
    static func fitted(_ text: String, _ width: Int) -> String {
        let bytes = text.unicodeScalars.map { (0x20..<0x7F).contains($0.value) ? UInt8($0.value) : UInt8(ascii: "?") }
        if bytes.count <= width { return String(decoding: bytes, as: UTF8.self) }
        let mark = Array("..".utf8.prefix(max(width - 1, 0)))
        return String(decoding: bytes.prefix(width - mark.count) + mark, as: UTF8.self)
    }
}
