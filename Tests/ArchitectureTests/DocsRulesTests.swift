import Testing

@Suite struct DocsRulesTests {
    @Test("Rows of tables are read with their codes, rules between head and body are not")
    func rows() {
        let page = "text\n| code | status |\n|---|---|\n| `a.b` | 400 |\n| `c` `d` | 500 |\n"
        #expect(DocsRules.rows(of: page).map(\.codes) == [[], ["a.b"], ["c", "d"]])
        #expect(DocsRules.rows(of: page).map(\.line) == [2, 4, 5])
        #expect(DocsRules.rows(of: page).last?.cells == ["`c` `d`", "500"])
    }

    @Test("Raw values, cases, metrics and exit codes are read out of Swift")
    func values() {
        #expect(DocsRules.rawValues(of: "case a = \"x.y\"\n    case b = \"z\"\ncase c") == ["x.y", "z"])
        #expect(DocsRules.caseNames(of: "case a = \"x.y\"") == ["x.y": "a"])
        #expect(DocsRules.metrics(of: "text.family(\"postern_a_total\", .counter)") == ["postern_a_total"])
        #expect(DocsRules.exitCodes(of: "static let a = ExitCode(69)\ncase .b: ExitCode(70)") == ["69", "70"])
    }

    @Test("Answers are read for every case of an arm")
    func answers() {
        let source = """
            case .a: own(400, "Bad", .close, form)
            case .b, .c,
                .d:
                own(401, "No", .keep, form, retryAfter: 5)
            case .e: retry(503, 30, .close, form)
            case .f: duplicate(form)
            """
        let answers = DocsRules.answers(of: source)
        #expect(answers.count == 6)
        #expect(answers["a"] == DocsRules.Answer(status: "400", text: "Bad", connection: "close"))
        #expect(answers["d"] == DocsRules.Answer(status: "401", text: "No", connection: "keep"))
        #expect(answers["e"] == DocsRules.Answer(status: "503", text: "Try again later", connection: "close"))
        #expect(answers["f"]?.status == "200")
    }

    @Test("References, headings, links and requirements are read")
    func references() {
        let source = SwiftSource(
            path: "a",
            text:
                "/// Source: `docs/a.md`, client address (R-IP-03).\n/// See `docs/b.md`.\n/// `docs/c.md`, section sources."
        )
        #expect(
            DocsRules.references(of: source) == [
                DocsRules.Reference(line: 1, page: "docs/a.md", section: "client address"),
                DocsRules.Reference(line: 2, page: "docs/b.md", section: nil),
                DocsRules.Reference(line: 3, page: "docs/c.md", section: "sources"),
            ]
        )
        #expect(DocsRules.headings(of: "# A\n## Client Address\ntext") == ["a", "client address"])
        #expect(DocsRules.links(of: "[a](b.md) [c](d/e.md#f) [g](https://h.i) [j](#k)") == ["b.md", "d/e.md"])
        #expect(DocsRules.requirements(of: "R-H1-28, R-SIG-01 and R-X") == ["R-H1-28", "R-SIG-01"])
    }
}
