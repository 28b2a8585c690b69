import Foundation
import GatewayConfig
import GatewayTestSupport
import Testing
import WebhookVerification

/// A directory with everything that the examples refer to.
enum ExampleFiles {
    static let pem = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"
    static let names: [String] = {
        let directory = SharedData.repositoryRoot + "/docs/examples"
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".json") }.sorted()
    }()

    static func text(_ name: String) throws -> String {
        try String(contentsOfFile: SharedData.repositoryRoot + "/docs/examples/" + name, encoding: .utf8)
    }

    static func prepare() throws -> TemporaryDirectory {
        let directory = try TemporaryDirectory()
        try directory.write("certs/gateway.pem", pem, mode: 0o644)
        try directory.write("certs/gateway.key", "-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n")
        for (index, name) in [
            "cms", "cms-2026-11", "cms-2026-05", "handler", "github", "stripe", "slack", "shopify", "exports",
            "01software",
        ].enumerated() {
            try directory.write("secrets/\(name)", "a-secret-for-tests-of-number-\(index)-and-more")
        }
        for (index, name) in ["gitlab", "partner", "standard"].enumerated() {
            try directory.write("secrets/\(name)", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS\(index)")
        }
        try directory.write("secrets/shop", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        for name in ["order", "reading"] {
            try directory.write("schemas/\(name).json", "{\"type\": \"object\"}", mode: 0o644)
        }
        return directory
    }
}

@Suite("Examples and templates")
struct ExamplesTests {
    @Test("there are examples to look at")
    func hasExamples() {
        #expect(ExampleFiles.names.count >= 5)
    }

    @Test("every example of the documentation loads", arguments: ExampleFiles.names)
    func exampleLoads(name: String) throws {
        let directory = try ExampleFiles.prepare()
        let file = try directory.write(name, try ExampleFiles.text(name), mode: 0o644)
        let result = ConfigurationLoader.load(file: file, environment: [:])
        #expect(result.mistakes.map(\.description) == [])
        #expect(result.configuration != nil)
    }

    @Test("every template loads once its secret is there", arguments: ConfigurationTemplates.presets)
    func templateLoads(preset: String) throws {
        let directory = try ExampleFiles.prepare()
        let text = try #require(ConfigurationTemplates.initial(preset: preset))
        let file = try directory.write("postern.yaml", text, mode: 0o644)
        let result = ConfigurationLoader.load(file: file, environment: [:])
        #expect(result.mistakes.map(\.description) == [])
        #expect(result.configuration?.origins.first?.preset == preset)
        #expect(text.contains("file:" + ConfigurationTemplates.secretPath(preset: preset)))
    }

    @Test("there is no template for an unknown preset")
    func noTemplate() {
        #expect(ConfigurationTemplates.initial(preset: "nobody") == nil)
    }

    @Test("what an example means can be written out, loads again and means the same", arguments: ExampleFiles.names)
    func resolvedLoadsAgain(name: String) throws {
        let directory = try ExampleFiles.prepare()
        let file = try directory.write(name, try ExampleFiles.text(name), mode: 0o644)
        let first = ConfigurationLoader.load(file: file, environment: [:])
        let resolved = ConfigurationRenderer.render(try #require(first.configuration), resolved: true)
        let again = ConfigurationLoader.load(bytes: Array(resolved.utf8), file: file, environment: [:])
        #expect(again.mistakes.map(\.description) == [], "\(resolved)")
        let second = ConfigurationRenderer.render(try #require(again.configuration), resolved: true)
        // The first line names the digest of the text, which is another text now.
        #expect(second.split(separator: "\n").dropFirst() == resolved.split(separator: "\n").dropFirst())
    }

    @Test("what an example says can be written out, loads again and means the same", arguments: ExampleFiles.names)
    func writtenLoadsAgain(name: String) throws {
        let directory = try ExampleFiles.prepare()
        let text = try ExampleFiles.text(name)
        let file = try directory.write(name, text, mode: 0o644)
        let configuration = try #require(ConfigurationLoader.load(file: file, environment: [:]).configuration)
        let written = ConfigurationRenderer.render(configuration, resolved: false)
        let again = ConfigurationLoader.load(bytes: Array(written.utf8), file: file, environment: [:])
        #expect(again.mistakes.map(\.description) == [], "\(written)")
    }

    @Test("no secret is ever shown, only where it is and a fingerprint")
    func hidesSecrets() throws {
        let text = ConfigurationSample.source(["signature": "{secret: a-literal-secret-of-some-length}"])
        let configuration = try #require(ConfigurationSample.load(text, mode: .development).configuration)
        let shown = [true, false].map { ConfigurationRenderer.render(configuration, resolved: $0) }.joined()
        #expect(!shown.contains("a-literal-secret"))
        #expect(shown.contains("(literal secret)"))
        let fingerprint = try #require(configuration.secrets.first?.fingerprint)
        #expect(fingerprint.count == 8 && shown.contains("# fingerprint \(fingerprint)"))
    }
}
