import ArgumentParser
import GatewayServer

/// How the `schema` commands read schemas.
struct SchemaReading: ParsableArguments {
    /// What `format` does.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case assert
        case annotate
    }

    @Option(help: "The draft of schemas without $schema: 4, 6, 7, 2019 or 2020.")
    var draft: Int?

    @Option(help: "Whether 'format' is asserted: assert or annotate.")
    var format = Format.assert

    @Option(help: "URI=DIR: where references below a URI lead. Nothing is ever fetched.")
    var base: [String] = []

    /// The reading with every document of the base directories; ends the command where one cannot be read.
    func make() throws -> SchemaTool.Reading {
        var reading = SchemaTool.Reading()
        reading.draft = draft
        reading.annotatesFormats = format == .annotate
        for pair in base {
            guard let equals = pair.firstIndex(of: "=") else {
                throw ValidationError("--base '\(pair)' is not URI=DIR.")
            }
            let uri = String(pair[..<equals])
            let directory = String(pair[pair.index(after: equals)...])
            for name in try InputFile.names(below: directory) where name.hasSuffix(".json") {
                let separator = uri.hasSuffix("/") ? "" : "/"
                reading.documents[uri + separator + name] = try InputFile.read(directory + "/" + name)
            }
        }
        return reading
    }
}
