import ArgumentParser
import GatewayServer

/// Works with JSON Schemas as the gateway reads them.
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Check JSON Schemas, hold documents against them, infer one from samples.",
        subcommands: [Check.self, Validate.self, Infer.self]
    )

    /// Compiles schemas.
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Compile schemas: every mistake as file:line:column: #pointer: text.",
            discussion: "Exit 0: all can be used. 66: a file cannot be read. 78: mistakes."
        )

        @OptionGroup var reading: SchemaReading

        @Argument(help: "Schema files, or builtin:NAME.")
        var schemas: [String]

        func run() throws {
            var isBroken = false
            let reading = try reading.make()
            for file in schemas {
                let bytes = try SchemaReading.schema(file)
                do throws(SchemaTool.Mistakes) {
                    try SchemaTool.check(bytes, reading: reading)
                    print("\(file): ok")
                } catch {
                    isBroken = true
                    for text in error.texts { StandardError.line("\(file):\(text)") }
                }
            }
            if isBroken { throw ExitCodes.configuration }
        }
    }

    /// Holds documents against a schema.
    struct Validate: ParsableCommand {
        /// How a result is printed.
        enum Output: String, ExpressibleByArgument, CaseIterable {
            case text
            case flag
            case basic
        }

        static let configuration = CommandConfiguration(
            commandName: "validate",
            abstract: "Hold documents against a schema.",
            discussion: "Exit 0: valid. 1: invalid. 65: not one strict JSON text. 66: no file. 78: a bad schema."
        )

        @Option(help: "The schema file, or builtin:NAME.")
        var schema: String

        @OptionGroup var reading: SchemaReading

        @Flag(help: "One JSON text a line; one verdict a line.")
        var jsonl = false

        @Option(help: "For people, or an output format of 2020-12: only the verdict, or with errors and annotations.")
        var output = Output.text

        @Argument(help: "Documents; - is standard input.")
        var files: [String]

        func run() throws {
            let tool: SchemaTool
            let bytes = try SchemaReading.schema(schema)
            let reading = try reading.make()
            do throws(SchemaTool.Mistakes) {
                tool = try SchemaTool(bytes, reading: reading)
            } catch {
                try StandardError.end(schema, error.texts, with: ExitCodes.configuration)
            }
            var worst: Int32 = 0
            for file in files {
                if jsonl {
                    try InputFile.eachLine(file) { line, number in
                        worst = max(worst, show(line, tool, "\(file):\(number)"))
                    }
                } else {
                    worst = max(worst, show(try InputFile.read(file), tool, file))
                }
            }
            if worst != 0 { throw ExitCode(worst) }
        }

        /// Judges a document, prints the verdict and gives its exit code.
        private func show(_ bytes: [UInt8], _ tool: SchemaTool, _ name: String) -> Int32 {
            switch tool.judge(bytes) {
            case .valid:
                showValid(bytes, tool, name)
                return 0
            case .invalid:
                showInvalid(bytes, tool, name)
                return 1
            case .notJSON(let text):
                showRefused("not JSON: \(text)", name)
                return 65
            case .tooExpensive:
                showRefused("refused: the work budget is used up", name)
                return 1
            }
        }

        /// No verdict could be had: one line all the same, in JSON where the others are.
        private func showRefused(_ text: String, _ name: String) {
            print(output == .text ? "\(name): \(text)" : SchemaTool.refusal(text))
        }

        private func showValid(_ bytes: [UInt8], _ tool: SchemaTool, _ name: String) {
            switch output {
            case .text: print("\(name): valid")
            case .flag: print(#"{"valid":true}"#)
            case .basic:
                let (text, isComplete) = tool.basicOutput(bytes, isValid: true)
                print(text)
                if !isComplete { StandardError.line("\(name): annotations left out: there are too many") }
            }
        }

        private func showInvalid(_ bytes: [UInt8], _ tool: SchemaTool, _ name: String) {
            switch output {
            case .text:
                print("\(name): invalid")
                for text in tool.mistakes(bytes) { print("  \(text)") }
            case .flag: print(#"{"valid":false}"#)
            case .basic: print(tool.basicOutput(bytes, isValid: false).text)
            }
        }
    }

    /// Makes a schema out of samples.
    struct Infer: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "infer",
            abstract: "Print the tightest schema that accepts every sample, ready to edit."
        )

        @Argument(help: "Samples, one JSON text a line; - is standard input.")
        var file: String

        func run() throws {
            let lines = try InputFile.read(file)
            do throws(SchemaTool.Mistakes) {
                print(try SchemaTool.infer(lines))
            } catch {
                try StandardError.end(file, error.texts.map { " " + $0 }, with: ExitCodes.data)
            }
        }
    }
}
