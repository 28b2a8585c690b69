import ArgumentParser
import GatewayServer
import WebhookVerification

/// Shows and judges signature schemes.
struct SchemesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schemes",
        abstract: "Show the known signature schemes, or judge one of your own.",
        subcommands: [ListCommand.self, ShowCommand.self, LintCommand.self]
    )

    /// All schemes.
    struct ListCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "List every scheme, with what its signature covers."
        )

        @Flag(help: "One JSON object a line.")
        var json = false

        @Flag(help: "A table for a page, with everything.")
        var markdown = false

        func validate() throws {
            if json, markdown { throw ValidationError("--json and --markdown exclude each other.") }
        }

        func run() {
            let lines = json ? SchemeList.json : markdown ? SchemeList.markdown : SchemeList.table
            for line in lines { print(line) }
        }
    }

    /// One scheme.
    struct ShowCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one scheme as data, with what it covers and what to beware of."
        )

        @Flag(help: "Only the data, as 'schemes lint' reads it.")
        var json = false

        @Argument(help: "The name of a scheme.")
        var name: String

        func run() throws {
            guard let entry = SignatureCatalogue.entry(named: name) else {
                StandardError.line("postern: there is no scheme '\(name)'; 'postern schemes list' names all")
                throw ExitCodes.negative
            }
            if !json {
                let facts = SchemeFacts(entry)
                print("\(entry.scheme.name): \(entry.provider)")
                print("covers: \(facts.covers.isEmpty ? "nothing" : facts.covers.joined(separator: ", "))")
                for line in facts.addressLines { print(line) }
                for warning in facts.warnings { print("warning: \(warning)") }
                print()
            }
            for line in JSONIndenter(width: 80).lines(SchemeText.json(entry)) { print(line) }
        }
    }

    /// A scheme in a file.
    struct LintCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "lint",
            abstract:
                "Judge schemes in a file: one JSON object as 'schemes show --json' prints it, or an array of them.",
            discussion: "Exit 0: usable. 78: mistakes."
        )

        @Argument(help: "The file, or - for standard input.")
        var file: String

        func run() throws {
            let bytes = try InputFile.read(file)
            let (findings, count) = SchemeLint.run(bytes)
            if findings.isEmpty, count == 0 {
                try StandardError.end(file, ["1:1: there is no scheme"], with: ExitCodes.configuration)
            }
            for finding in findings { StandardError.line("\(file):\(finding.description)") }
            if findings.contains(where: { !$0.isWarning }) { throw ExitCodes.configuration }
            print("\(file): ok, \(count) \(count == 1 ? "scheme" : "schemes")")
        }
    }
}
