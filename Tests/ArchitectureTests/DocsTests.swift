import Testing

@Suite struct DocsTests {
    private let reasons = Repository.text("Sources/WebhookVerification/DenialReason.swift") ?? ""
    private let answers = Repository.text("Sources/GatewayServer/HTTP/AnswerTable.swift") ?? ""
    private let reasonPage = Repository.text("docs/denial-reasons.md") ?? ""
    private let operations = Repository.text("docs/operations.md") ?? ""

    @Test("docs/denial-reasons.md lists every reason code once, and no other")
    func reasonCodes() {
        let codes = DocsRules.rawValues(of: reasons).sorted()
        let listed = DocsRules.rows(of: reasonPage).flatMap(\.codes).sorted()
        #expect(!codes.isEmpty)
        #expect(Set(codes).subtracting(listed).sorted() == [], "not listed")
        #expect(Set(listed).subtracting(codes).sorted() == [], "listed, but no code")
        #expect(listed.count == Set(listed).count)
    }

    @Test("docs/troubleshooting.md lists every code of a post-mortem once, and no other")
    func diagnosisCodes() {
        let path = "Sources/WebhookVerification/Diagnosis/DiagnosisCode.swift"
        let codes = DocsRules.rawValues(of: Repository.text(path) ?? "").sorted()
        let listed = DocsRules.rows(of: Repository.text("docs/troubleshooting.md") ?? "").flatMap(\.codes).sorted()
        #expect(codes.count > 30)
        #expect(codes == listed)
    }

    @Test("docs/denial-reasons.md gives every code the status, text and connection that AnswerTable gives it")
    func reasonAnswers() {
        let names = DocsRules.caseNames(of: reasons)
        let table = DocsRules.answers(of: answers)
        var wrong: [String] = []
        for row in DocsRules.rows(of: reasonPage) where row.cells.count >= 4 {
            for code in row.codes {
                guard let name = names[code], let answer = table[name] else {
                    wrong.append("\(code): no answer in AnswerTable")
                    continue
                }
                let isRight =
                    row.cells[1].hasPrefix(answer.status) && row.cells[2].hasPrefix(answer.text)
                    && row.cells[3].hasPrefix(answer.connection)
                if !isRight { wrong.append("line \(row.line): \(code) is \(answer)") }
            }
        }
        #expect(wrong == [])
        #expect(table.count == names.count)
    }

    @Test("docs/operations.md lists every metric, and no other")
    func metrics() {
        let rendered = DocsRules.metrics(
            of: Repository.text("Sources/GatewayServer/Operations/MetricsRenderer.swift") ?? ""
        )
        let listed = Set(DocsRules.rows(of: operations).flatMap(\.codes).filter { $0.hasPrefix("postern_") })
        #expect(!rendered.isEmpty)
        #expect(rendered.subtracting(listed).sorted() == [], "not listed")
        #expect(listed.subtracting(rendered).sorted() == [], "listed, but not rendered")
    }

    @Test("docs/alerts.yaml asks for metrics that are rendered, and for reasons that exist")
    func alerts() {
        let text = Repository.text("docs/alerts.yaml") ?? ""
        let rendered = DocsRules.metrics(
            of: Repository.text("Sources/GatewayServer/Operations/MetricsRenderer.swift") ?? ""
        )
        let suffixes = ["_sum", "_count", "_bucket"]
        let named = Set(text.matches(of: /postern_[a-z_]+/).map { String($0.output) }).filter { name in
            !rendered.contains(name)
                && !suffixes.contains { name.hasSuffix($0) && rendered.contains(String(name.dropLast($0.count))) }
        }
        #expect(text.contains("alert: Postern"))
        #expect(named == [], "not rendered")
        let codes = Set(DocsRules.rawValues(of: reasons))
        let asked = Set(text.matches(of: /reason="([^"]+)"/).map { String($0.output.1) })
        #expect(asked.subtracting(codes) == [])
    }

    @Test("docs/operations.md lists every exit code of the command")
    func exitCodes() {
        let codes = Repository.sources.filter { $0.target == "postern" }.map { $0.lines.joined(separator: "\n") }
            .reduce(into: Set<String>()) { $0.formUnion(DocsRules.exitCodes(of: $1)) }
        let listed = Set(DocsRules.rows(of: operations).flatMap(\.codes))
        #expect(!codes.isEmpty)
        #expect(codes.subtracting(listed).sorted() == [])
    }

    @Test("A page that a source names is there, with the section that is named")
    func references() {
        var wrong: [String] = []
        for source in Repository.sources {
            for reference in DocsRules.references(of: source) {
                guard let page = Repository.text(reference.page) else {
                    wrong.append("\(source.path):\(reference.line): \(reference.page) is not there")
                    continue
                }
                guard let section = reference.section, reference.page.hasSuffix(".md") else { continue }
                if !DocsRules.headings(of: page).contains(where: { $0.contains(section.lowercased()) }) {
                    wrong.append("\(source.path):\(reference.line): \(reference.page) has no section '\(section)'")
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }

    @Test("Links between the pages lead to files that are there")
    func links() {
        var wrong: [String] = []
        for path in Repository.files(in: "docs") + ["README.md"] where path.hasSuffix(".md") {
            let directory = path.split(separator: "/").dropLast().joined(separator: "/")
            for link in DocsRules.links(of: Repository.text(path) ?? "") {
                let target = DocsTests.resolve(link, from: directory)
                let parent = target.split(separator: "/").dropLast().joined(separator: "/")
                let name = target.split(separator: "/").last.map(String.init) ?? ""
                if !Repository.names(in: parent).contains(name) { wrong.append("\(path): \(link)") }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.joined(separator: "\n"))")
    }

    @Test("Every file that docs/architecture.md names is there")
    func namedFiles() {
        let page = Repository.text("docs/architecture.md") ?? ""
        let named = Set(DocsRules.quoted(page).filter { $0.hasPrefix("Sources/") && $0.hasSuffix(".swift") })
        let there = Set(Repository.sources.map(\.path))
        #expect(!named.isEmpty)
        #expect(named.subtracting(there).sorted() == [])
    }

    @Test("docs/requirements.md has every requirement that a source names")
    func requirements() {
        let listed = Set(DocsRules.rows(of: Repository.text("docs/requirements.md") ?? "").flatMap(\.codes))
        let named = Repository.sources.reduce(into: Set<String>()) {
            $0.formUnion(DocsRules.requirements(of: $1.lines.joined(separator: "\n")))
        }
        #expect(named.subtracting(listed).sorted() == [])
    }

    @Test("Every requirement has a proof, and every suite that docs/requirements.md names is there")
    func proofs() {
        let suites = Set(Repository.tests.map(\.name))
        var wrong: [String] = []
        for row in DocsRules.rows(of: Repository.text("docs/requirements.md") ?? "") where row.cells.count == 3 {
            guard let code = row.codes.first, code.hasPrefix("R-") else { continue }
            let proofs = row.cells[2].split(separator: ",").map { String($0.drop { $0 == " " }) }
            if proofs.isEmpty { wrong.append("\(code) has no proof") }
            wrong += proofs.filter { !suites.contains($0) }.map { "\(code): \($0)" }
        }
        #expect(!suites.isEmpty)
        #expect(wrong == [])
    }

    @Test("docs/architecture.md numbers the invariants I1 to I10")
    func invariants() {
        let listed = DocsRules.rows(of: Repository.text("docs/architecture.md") ?? "").compactMap(\.cells.first)
        for number in 1...10 { #expect(listed.contains("I\(number)")) }
    }

    private static func resolve(_ link: String, from directory: String) -> String {
        var parts = directory.split(separator: "/").map(String.init)
        for part in link.split(separator: "/") {
            switch part {
            case ".": break
            case "..": _ = parts.popLast()
            default: parts.append(String(part))
            }
        }
        return parts.joined(separator: "/")
    }
}
