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

        @Argument(help: "Schema files.")
        var schemas: [String]

        func run() throws {
            var isBroken = false
            let reading = try reading.make()
            for file in schemas {
                let bytes = try InputFile.read(file)
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

        @Option(help: "The schema file.")
        var schema: String

        @OptionGroup var reading: SchemaReading

        @Flag(help: "One JSON text a line; one verdict a line.")
        var jsonl = false

        @Option(help: "text, or the output formats flag and basic of 2020-12.")
        var output = Output.text

        @Argument(help: "Documents; - is standard input.")
        var files: [String]

        func run() throws {
            let tool: SchemaTool
            let bytes = try InputFile.read(schema)
            let reading = try reading.make()
            do throws(SchemaTool.Mistakes) {
                tool = try SchemaTool(bytes, reading: reading)
            } catch {
                try StandardError.end(schema, error.texts, with: ExitCodes.configuration)
            }
            var worst: Int32 = 0
            for file in files {
                if jsonl {
                    var number = 0
                    try InputFile.eachLine(file) { line in
                        number += 1
                        worst = max(worst, show(tool.judge(line), "\(file):\(number)"))
                    }
                } else {
                    worst = max(worst, show(tool.judge(try InputFile.read(file)), file))
                }
            }
            if worst != 0 { throw ExitCode(worst) }
        }

        /// Prints a verdict and gives its exit code.
        private func show(_ verdict: SchemaTool.Verdict, _ name: String) -> Int32 {
            switch (verdict, output) {
            case (.valid, .text): print("\(name): valid")
            case (.valid, .flag), (.valid, .basic): print(#"{"valid":true}"#)
            case (.invalid(let texts, _), .text):
                print("\(name): invalid")
                for text in texts { print("  \(text)") }
            case (.invalid, .flag): print(#"{"valid":false}"#)
            case (.invalid(_, let basic), .basic): print(basic)
            case (.notJSON(let text), _): print("\(name): not JSON: \(text)")
            case (.tooExpensive, _): print("\(name): refused: the work budget is used up")
            }
            switch verdict {
            case .valid: return 0
            case .invalid, .tooExpensive: return 1
            case .notJSON: return 65
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
