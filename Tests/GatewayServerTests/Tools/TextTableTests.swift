import GatewayServer
import Testing

@Suite("TextTable")
struct TextTableTests {
    private let table = TextTable([
        TextTable.Column("#", width: 2, side: .right), TextTable.Column("what", width: 6),
        TextTable.Column("yes", width: 3),
    ])

    @Test("cells stand at their side of the column, without spaces at the end of the line")
    func alignment() {
        #expect(table.row(["1", "ab", "no"]) == " 1 ab     no")
        #expect(table.row(["10", "abcdef", ""]) == "10 abcdef")
        #expect(table.row([]) == "")
    }

    @Test("header and rule have the width of the table")
    func header() {
        #expect(table.header == " # what   yes")
        #expect(table.rule == "-------------")
        #expect(table.width == 13)
    }

    @Test("a cell that does not fit is cut with a mark and moves nothing")
    func cut() { #expect(table.row(["1", "abcdefg", "no"]) == " 1 abcd.. no") }

    @Test("nothing but printable ASCII gets to the terminal")
    func controlCharacters() { #expect(table.row(["1", "a\u{1B}[2\u{E9}", "\r\n"]) == " 1 a?[2?  ??") }

    @Test("paint gets the text without its padding and does not count for the width")
    func paint() {
        let line = table.row(["1", "ab", "no"]) { column, text in column == 1 ? "<\(text)>" : text }
        #expect(line == " 1 <ab>     no")
    }

    @Test(
        "texts are broken between words, and inside of words only where one is longer than a line",
        arguments: [
            ("one two three", 0, ["one two", "three"]), ("one two three", 3, ["   one", "   two", "   three"]),
            ("abcdefghij k", 0, ["abcdefgh", "ij k"]), ("", 0, []), ("a\nb", 0, ["a?b"]),
        ] as [(String, Int, [String])]
    )
    func wrapping(_ text: String, _ indent: Int, _ expected: [String]) {
        #expect(TextTable.wrapped(text, width: 8, indent: indent) == expected)
    }

    @Test("cells beyond the last column are left out")
    func surplus() { #expect(table.row(["1", "a", "b", "c"]) == " 1 a      b") }
}
