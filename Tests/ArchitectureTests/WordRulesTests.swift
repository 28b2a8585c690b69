import Testing

@Suite struct WordRulesTests {
    /// Apart, so that this file itself names no such path.
    private static let top = "/"

    /// The rules name what they forbid, and this file shows it.
    private static let exempt = [
        "Tests/ArchitectureTests/Rules/WordRules.swift", "Tests/ArchitectureTests/WordRulesTests.swift",
    ]

    @Test("The repository speaks of the project only")
    func repository() {
        var findings: [Finding] = []
        for directory in ["Sources", "Tests", "docs", "certs", "Benchmarks", ".ci"] {
            for path in Repository.files(in: directory) where !WordRulesTests.exempt.contains(path) {
                findings += WordRules.check(path: path, text: Repository.text(path) ?? "")
            }
        }
        for path in ["README.md", "Package.swift"] {
            findings += WordRules.check(path: path, text: Repository.text(path) ?? "")
        }
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test(
        "Words and paths of a workplace are found",
        arguments: [
            "cd \(top)work/postern", "see '\(top)root/.config'", "a sandbox.", "The assistant wrote", "in this session",
            "Session 3",
            "from https://pypi.org/simple",
        ]
    )
    func found(line: String) {
        #expect(WordRules.check(path: "a", text: "first\n\(line)").lines == [2])
    }

    @Test(
        "Words of others are not",
        arguments: [
            "checkout.session.completed", "TLS session tickets", "session_id", "api.sandbox.paypal.com",
            "framework\(top)work/x",
            "https://example.com\(top)work/7", "the root of the tree", "ClaimSession",
        ]
    )
    func notFound(line: String) {
        #expect(WordRules.check(path: "a", text: line) == [])
    }
}
