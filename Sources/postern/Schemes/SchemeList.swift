import GatewayServer
import WebhookVerification

/// The catalogue as lines: for a terminal, for other programs, and for `docs/signature-schemes.md`.
enum SchemeList {
    private static let entries = SignatureCatalogue.entries.sorted { $0.scheme.name < $1.scheme.name }

    /// A table of 80 characters.
    static var table: [String] {
        let table = TextTable([
            TextTable.Column("scheme", width: 25), TextTable.Column("algorithm", width: 21),
            TextTable.Column("covers", width: 15), TextTable.Column("sender", width: 16),
        ])
        return [table.header, table.rule]
            + entries.map { entry in
                let covers = SchemeFacts(entry).covers
                return table.row([
                    entry.scheme.name, entry.scheme.algorithm, covers.isEmpty ? "-" : covers.joined(separator: ","),
                    entry.provider,
                ])
            }
    }

    /// One JSON object a line.
    static var json: [String] {
        entries.map { entry in
            let facts = SchemeFacts(entry)
            var line = JSONLine()
            line.add("name", entry.scheme.name)
            line.add("aliases", entry.aliases.joined(separator: ","))
            line.add("provider", entry.provider)
            line.add("algorithm", entry.scheme.algorithm)
            line.add("weak", facts.isWeak)
            line.add("signature", facts.places.joined(separator: ","))
            line.add("covers", facts.covers.joined(separator: ","))
            line.add("content", facts.content)
            line.add("addresses", entry.addresses?.url ?? "")
            line.add("confidence", entry.confidence.rawValue)
            return line.text
        }
    }

    /// A table for a page.
    static var markdown: [String] {
        [
            "| scheme | sender | algorithm | signature in | covers | signed | addresses | confidence |",
            "|---|---|---|---|---|---|---|---|",
        ]
            + entries.map { entry in
                let facts = SchemeFacts(entry)
                let names = ([entry.scheme.name] + entry.aliases).map { "`\($0)`" }.joined(separator: ", ")
                let cells = [
                    names, cell(entry.provider), entry.scheme.algorithm + (facts.isWeak ? "\\*" : ""),
                    cell(facts.places.joined(separator: ", ")),
                    facts.covers.isEmpty ? "–" : facts.covers.joined(separator: ", "), code(facts.content),
                    link(entry.addresses), entry.confidence.rawValue,
                ]
                return "| " + cells.joined(separator: " | ") + " |"
            }
    }

    private static func code(_ text: String) -> String { text.isEmpty ? "–" : "`\(cell(text))`" }

    private static func link(_ addresses: PublishedAddresses?) -> String {
        guard let addresses else { return "–" }
        let text = addresses.date.map { "\(addresses.networks.count), \($0)" } ?? "published"
        return "[\(text)](\(addresses.url))"
    }

    /// One line in which no bar ends the cell.
    private static func cell(_ text: String) -> String {
        text.replacing("\n", with: "\\n").replacing("|", with: "\\|")
    }
}
