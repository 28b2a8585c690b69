import Testing

@Suite struct CodeBlankerTests {
    @Test(
        "What is in comments and strings is no code, what is interpolated is",
        arguments: [
            ("let a = \"try! x!\" // fatalError()", "let a = \"       \"                "),
            ("a /* b /* c */ d */ e", "a                   e"),
            ("f(\"\\(x!) y!\")", "f(\" (x!)   \")"),
            ("f(\"\\(g(\"z!\", (1)))!\")", "f(\" (g(\"  \", (1))) \")"),
            ("#\"a\\(b)\"\"# + c", "#\"      \"# + c"),
            ("#\"\\#(b!)\"#", "#\"  (b!)\"#"),
            ("\"\\\"!\" + d!", "\"   \" + d!"),
            ("\"\" + e", "\"\" + e"),
        ]
    )
    func blank(text: String, code: String) {
        #expect(CodeBlanker.blank(text) == code)
    }

    @Test("A string of several lines keeps its line ends, so that findings have the right line")
    func multiline() {
        let text = "let a = \"\"\"\n  \"quoted\" x!\n  \"\"\"\nb!"
        #expect(CodeBlanker.blank(text) == "let a = \"\"\"\n             \n  \"\"\"\nb!")
    }

    @Test("Every byte keeps its place, whatever the text")
    func places() {
        for source in Repository.sources + Repository.tests {
            let text = source.lines.joined(separator: "\n")
            #expect(CodeBlanker.blank(text).utf8.count == text.utf8.count, "\(source.path)")
        }
    }
}
