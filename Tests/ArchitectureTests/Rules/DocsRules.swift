/// What the pages in `docs/` have to say, read out of the sources.
enum DocsRules {
    /// A row of a table in Markdown: its cells without surrounding spaces.
    struct Row: Equatable {
        let line: Int
        let cells: [String]

        /// The texts between back quotes in the first cell.
        var codes: [String] { cells.first.map(DocsRules.quoted) ?? [] }
    }

    /// All rows of all tables of a page, heads and rules left out.
    static func rows(of page: String) -> [Row] {
        var rows: [Row] = []
        for (index, line) in page.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            guard line.hasPrefix("|"), line.hasSuffix("|"), line.count > 2, !line.hasPrefix("|-") else { continue }
            let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false)
            rows.append(Row(line: index + 1, cells: cells.map { $0.trimmingPrefix { $0 == " " }.trimmedEnd }))
        }
        return rows
    }

    /// The texts between back quotes.
    static func quoted(_ text: String) -> [String] {
        let parts = text.split(separator: "`", omittingEmptySubsequences: false)
        return parts.indices.filter { $0 % 2 == 1 && $0 < parts.count - 1 }.map { String(parts[$0]) }
    }

    /// The headings of a page, in lower case.
    static func headings(of page: String) -> [String] {
        page.split(separator: "\n").filter { $0.hasPrefix("#") }.map {
            String($0.drop { $0 == "#" || $0 == " " }).lowercased()
        }
    }

    /// The raw values of an enumeration: `case name = "value"`.
    static func rawValues(of source: String) -> [String] {
        source.matches(of: /case \w+ = "([^"]+)"/).map { String($0.output.1) }
    }

    /// An answer to the sender, as `AnswerTable` makes it.
    struct Answer: Equatable {
        let status: String
        let text: String
        let connection: String
    }

    /// The answers of `AnswerTable` by the names of the cases they are for.
    static func answers(of source: String) -> [String: Answer] {
        var answers: [String: Answer] = [:]
        let arm = /case ((?:\.\w+[,\s]*)+):\s*(?:(own|retry)\((\d+), (?:"([^"]*)"|\d+), \.(\w+)|duplicate)/
        for match in source.matches(of: arm) {
            let (_, names, kind, status, text, connection) = match.output
            let answer =
                switch kind {
                case "own": Answer(status: "\(status ?? "")", text: "\(text ?? "")", connection: "\(connection ?? "")")
                case "retry":
                    Answer(status: "\(status ?? "")", text: "Try again later", connection: "\(connection ?? "")")
                default: Answer(status: "200", text: "Duplicate event ignored", connection: "keep")
                }
            for name in names.matches(of: /\.(\w+)/) { answers[String(name.output.1)] = answer }
        }
        return answers
    }

    /// The names of the cases by their raw values.
    static func caseNames(of source: String) -> [String: String] {
        var names: [String: String] = [:]
        for match in source.matches(of: /case (\w+) = "([^"]+)"/) {
            names[String(match.output.2)] = String(match.output.1)
        }
        return names
    }

    /// Every name of a metric in a source.
    static func metrics(of source: String) -> Set<String> {
        Set(source.matches(of: /"(postern_[a-z_]+)"/).map { String($0.output.1) })
    }

    /// Every exit code in a source: `ExitCode(78)`.
    static func exitCodes(of source: String) -> Set<String> {
        Set(source.matches(of: /ExitCode\((\d+)\)/).map { String($0.output.1) })
    }

    /// A reference from a source to a page: the page, and the section named after it.
    struct Reference: Equatable {
        let line: Int
        let page: String
        let section: String?
    }

    /// References of the form `docs/page.md`, section.
    static func references(of source: SwiftSource) -> [Reference] {
        var references: [Reference] = []
        for (index, line) in source.lines.enumerated() {
            for match in line.matches(of: /`(docs\/[\w\/.-]+)`(?:, ([a-z][a-zA-Z \-]*))?/) {
                let (_, page, section) = match.output
                // `section sources` and `sources` name the same heading.
                let name = section.map { String($0.trimmingPrefix("section ")).trimmedEnd }
                references.append(Reference(line: index + 1, page: String(page), section: name))
            }
        }
        return references
    }

    /// Relative links of a page: `[text](target)`, without what follows a `#`.
    static func links(of page: String) -> [String] {
        page.matches(of: /\]\(([^)\s#]+)(?:#[^)\s]*)?\)/).map { String($0.output.1) }.filter { !$0.contains("://") }
    }

    /// The requirement numbers in a text: `R-H1-28`.
    static func requirements(of text: String) -> Set<String> {
        Set(text.matches(of: /R-[A-Z0-9]+-\d\d/).map { String($0.output) })
    }
}

extension StringProtocol {
    /// Without the spaces at its end.
    var trimmedEnd: String {
        var text = Substring(self)
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
