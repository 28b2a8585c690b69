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
                throw ValidationError("There is no scheme '\(name)'.")
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
            let entries: [SignatureCatalogue.Entry]
            do throws(SignatureSchemeMistake) {
                entries = try SignatureCatalogue.read(bytes)
            } catch {
                try StandardError.end(file, [sentence(nil, error)], with: ExitCodes.configuration)
            }
            if entries.isEmpty {
                try StandardError.end(file, [" there is no scheme"], with: ExitCodes.configuration)
            }
            var isRight = true
            for entry in entries {
                do throws(SignatureSchemeMistakes) {
                    let scheme = try CompiledSignatureScheme(SchemeChoice.completed(entry.scheme))
                    for warning in scheme.warnings { complain("warning: \(entry.scheme.name)", warning) }
                } catch {
                    isRight = false
                    for mistake in error.mistakes { complain(entry.scheme.name, mistake) }
                }
            }
            if !isRight { throw ExitCodes.configuration }
            print("\(file): ok, \(entries.count) \(entries.count == 1 ? "scheme" : "schemes")")
        }

        private func complain(_ name: String, _ mistake: SignatureSchemeMistake) {
            StandardError.line("\(file):\(sentence(name, mistake))")
        }

        /// What stands behind the file's name: scheme, field and text.
        private func sentence(_ name: String?, _ mistake: SignatureSchemeMistake) -> String {
            let parts = [name, mistake.field, mistake.text].compactMap(\.self).filter { !$0.isEmpty }
            return " " + parts.joined(separator: ": ")
        }
    }
}
