import ArgumentParser
import GatewayConfig
import GatewayServer

/// How the `schema` commands read schemas.
struct SchemaReading: ParsableArguments {
    /// What `format` does.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case assert
        case annotate
    }

    /// The draft of schemas that do not say theirs.
    enum Draft: String, ExpressibleByArgument, CaseIterable {
        case draft4 = "4"
        case draft6 = "6"
        case draft7 = "7"
        case draft201909 = "2019-09"
        case draft202012 = "2020-12"

        /// The years alone are understood too.
        init?(argument: String) {
            self.init(rawValue: argument == "2019" ? "2019-09" : argument == "2020" ? "2020-12" : argument)
        }

        /// 4, 6, 7, 2019 or 2020.
        var number: Int { Int(rawValue.prefix(4)) ?? 2020 }
    }

    @Option(help: "The draft of schemas without $schema.")
    var draft = Draft.draft202012

    @Option(help: "Whether 'format' is asserted.")
    var format = Format.assert

    @Option(
        help:
            "URI=DIR: where references below a URI lead, to DIR/NAME.json for URI/NAME.json and URI/NAME. Nothing is fetched."
    )
    var base: [String] = []

    /// The reading with every document of the base directories; ends the command where one cannot be read.
    func make() throws -> SchemaTool.Reading {
        var reading = SchemaTool.Reading()
        reading.draft = draft.number
        reading.annotatesFormats = format == .annotate
        for pair in base {
            guard let equals = pair.firstIndex(of: "=") else {
                throw ValidationError("--base '\(pair)' is not URI=DIR.")
            }
            let uri = String(pair[..<equals])
            let directory = String(pair[pair.index(after: equals)...])
            for name in try InputFile.names(below: directory) where name.hasSuffix(".json") {
                let separator = uri.hasSuffix("/") ? "" : "/"
                let bytes = try InputFile.read(directory + "/" + name)
                reading.documents[uri + separator + name] = bytes
                let short = uri + separator + name.dropLast(5)
                if reading.documents[short] == nil { reading.documents[short] = bytes }
            }
        }
        return reading
    }

    /// The text of the schema that `reference` names: a file, or `builtin:NAME`.
    static func schema(_ reference: String) throws -> [UInt8] {
        guard reference.hasPrefix("builtin:") else { return try InputFile.read(reference) }
        guard let text = BuiltinSchemas.text(String(reference.dropFirst(8))) else {
            let names = BuiltinSchemas.allNames.map { "builtin:" + $0 }.joined(separator: ", ")
            StandardError.line("there is no schema '\(reference)': \(names)")
            throw ExitCodes.noInput
        }
        return Array(text.utf8)
    }
}
