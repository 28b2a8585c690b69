import GatewayConfig
import JSONSchema
import StrictJSON
import Testing

/// The published schema against the loader, on everything that the other suites feed the loader with.
@Suite("ConfigurationSchema")
struct ConfigurationSchemaTests {
    /// Mistakes that no schema can know: files, the environment, arithmetic, and rules between far places.
    static let beyondSchema = [
        "does not exist", "is not set", "needs CREDENTIALS_DIRECTORY", "host bits", "overlaps", "is already",
        "in the list already", "listened on already", "no handler may have", "no valid host name", "has a port that",
        "is longer than 'deadline'", "needs 'outbound_key'", "at least 16 bytes", "the same secret", "1KiB to 64MiB",
        "without TLS", "127.0.0.1:65536", "is every address", "is not an IPv4", "deliveries cannot come by",
        "'content[1]'", "no key is live", "from 1s to 30d", "at most 900s", "signs no time", "signs none",
        "has to be at least", "has to be written, at least", "boolean to some YAML readers",
        "needs 'payload: {form: json}'", "has to be ${body:",
        "needs a name that is signed", "'keyring:' needs 'keys'", "from 0s to 7d", "the challenge '",
        "keys that anyone can change", "'open: always' would", "holds no URL",
    ]

    private let schema: CompiledSchema
    private let scratch = SchemaScratch()

    init() throws {
        schema = try CompiledSchema.compile(bytes: Array(ConfigurationSchema.document.utf8))
    }

    private func accepts(_ yaml: String) throws -> Bool {
        let json = Array(try #require(ConfigurationJSON.text(Array(yaml.utf8))).utf8)
        let document = JSONDocument()
        #expect(document.parse(json.span) == nil)
        return schema.validate(document, json.span, scratch) == .valid
    }

    /// Whether the validator is there: without it every text would pass.
    static let hasValidator: Bool = {
        let text = Array("1".utf8)
        let document = JSONDocument()
        guard let never = try? CompiledSchema.compile(bytes: Array("false".utf8)), document.parse(text.span) == nil
        else {
            return false
        }
        return never.validate(document, text.span, SchemaScratch()) != .valid
    }()

    @Test("accepts every example", arguments: ExampleFiles.names)
    func acceptsExamples(name: String) throws {
        #expect(try accepts(try ExampleFiles.text(name)))
    }

    @Test("accepts every template", arguments: ConfigurationTemplates.presets)
    func acceptsTemplates(preset: String) throws {
        #expect(try accepts(try #require(ConfigurationTemplates.initial(preset: preset))))
    }

    @Test(
        "of the whole file it accepts what the loader accepts, and refuses what it refuses",
        .enabled(if: hasValidator)
    )
    func agreesOnFile() throws {
        for row in MistakeTests.wholeFileRows {
            let text = (ConfigurationSample.head + ConfigurationSample.source).replacing(row.0, with: row.1)
            try agree(text, row.2)
        }
    }

    @Test("of a source it accepts what the loader accepts, and refuses what it refuses", .enabled(if: hasValidator))
    func agreesOnSource() throws {
        for row in MistakeTests.sourceRows { try agree(ConfigurationSample.source([row.0: row.1]), row.2) }
    }

    private func agree(_ text: String, _ mistakes: [String]) throws {
        if mistakes.isEmpty {
            #expect(try accepts(text), "\(text)")
        } else if !mistakes.allSatisfy({ mistake in Self.beyondSchema.contains(where: mistake.contains) }) {
            #expect(try !accepts(text), "\(mistakes)")
        }
    }

    @Test("references stand for any scalar")
    func acceptsReferences() throws {
        let text = ConfigurationSample.source([
            "responses": "\"${env:FORM:-json}\"", "limits": "{body: \"${env:BODY}\"}", "path": "\"${file:path}\"",
        ])
        #expect(try accepts(text))
    }
}
