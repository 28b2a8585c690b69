import Foundation
import GatewayConfig
import Testing

@Suite("Files and secrets")
struct FileTests {
    private func load(
        _ directory: TemporaryDirectory,
        _ text: String,
        environment: [String: String] = [:]
    ) throws -> [String] {
        let file = try directory.write("postern.yaml", text, mode: 0o644)
        let result = ConfigurationLoader.load(file: file, environment: environment)
        #expect(result.configuration == nil || result.mistakes.isEmpty)
        return result.mistakes.map { $0.text.replacing(directory.path, with: "DIR") }
    }

    private func withSecret(_ reference: String) -> String {
        ConfigurationSample.source(["signature": "{secret: \"\(reference)\"}"])
    }

    @Test("a configuration that everybody can change, a link, a directory or nothing is refused")
    func refusesConfigurationFiles() throws {
        let directory = try TemporaryDirectory()
        func text(_ name: String) -> [String] {
            ConfigurationLoader.load(file: directory.path + "/" + name, environment: [:]).mistakes.map(\.text)
        }
        #expect(text("nothing.yaml") == ["the file does not exist"])
        #expect(text("") == ["the file is a directory"] || text("") == ["the file is not a regular file"])
        try directory.write("open.yaml", "version: 1", mode: 0o666)
        #expect(text("open.yaml") == ["the file can be written by everybody (mode 0666); use chmod o-w"])
        try directory.link("link.yaml", to: directory.path + "/open.yaml")
        #expect(text("link.yaml") == ["the file is a symbolic link"])
        try directory.write("large.yaml", String(repeating: "#", count: (1 << 20) + 1), mode: 0o644)
        #expect(text("large.yaml") == ["the file is larger than 1MiB"])
    }

    @Test("a secret file that others can read, a link to one and a missing one are refused")
    func refusesSecretFiles() throws {
        let directory = try TemporaryDirectory()
        let secret = "a-secret-of-more-than-24-bytes"
        try directory.write("good", secret)
        try directory.write("group", secret, mode: 0o640)
        try directory.write("world", secret, mode: 0o604)
        try directory.link("link", to: directory.path + "/good")
        try directory.write("empty", "\n")
        try directory.write("big", String(repeating: "x", count: (64 << 10) + 1))
        #expect(try load(directory, withSecret("file:good")) == [])
        #expect(try load(directory, withSecret("file:\(directory.path)/good")) == [])
        #expect(
            try load(directory, withSecret("file:group")) == [
                "the secret file 'group' can be used by others than its owner (mode 0640); use chmod 600"
            ]
        )
        #expect(
            try load(directory, withSecret("file:world")) == [
                "the secret file 'world' can be used by others than its owner (mode 0604); use chmod 600"
            ]
        )
        #expect(try load(directory, withSecret("file:link")) == ["the secret file 'link' is a symbolic link"])
        #expect(try load(directory, withSecret("file:none")) == ["the secret file 'none' does not exist"])
        #expect(
            try load(directory, withSecret("file:good/x")) == [
                "the secret file 'good/x' does not exist: a part of the path is not a directory"
            ]
        )
        #expect(try load(directory, withSecret("file:empty")) == ["the secret 'file:empty' is empty"])
        #expect(try load(directory, withSecret("file:big")) == ["the secret file 'big' is larger than 64KiB"])
    }

    @Test("one line feed at the end of a secret's file is left out and reported, nothing else is trimmed (R-SIG-10)")
    func stripsOneLineFeed() throws {
        let directory = try TemporaryDirectory()
        func fingerprint(_ content: String) throws -> (String?, [String]) {
            try directory.write("secret", content)
            let file = try directory.write("postern.yaml", withSecret("file:secret"), mode: 0o644)
            let result = ConfigurationLoader.load(file: file, environment: [:])
            return (result.configuration?.secrets.first?.fingerprint, result.warnings.map(\.text))
        }
        let plain = try fingerprint("a-secret-of-more-than-24-bytes")
        let ended = try fingerprint("a-secret-of-more-than-24-bytes\n")
        let spaced = try fingerprint("a-secret-of-more-than-24-bytes \n")
        let twice = try fingerprint("a-secret-of-more-than-24-bytes\n\n")
        #expect(plain.0 != nil && plain.0 == ended.0 && plain.1 == [])
        #expect(ended.1 == ["one line feed at the end of the secret's file was left out"])
        #expect(spaced.0 != plain.0 && twice.0 != plain.0 && twice.0 != spaced.0)
    }

    @Test("credentials come from the directory that systemd names; its access list may show in the group's bits")
    func readsCredentials() throws {
        let directory = try TemporaryDirectory()
        try directory.write("credentials/cms", "a-secret-of-more-than-24-bytes", mode: 0o440)
        try directory.write("credentials/open", "a-secret-of-more-than-24-bytes", mode: 0o444)
        let environment = ["CREDENTIALS_DIRECTORY": directory.path + "/credentials"]
        #expect(try load(directory, withSecret("credential:cms"), environment: environment) == [])
        #expect(
            try load(directory, withSecret("credential:open"), environment: environment) == [
                "the credential 'open' can be used by others than the service (mode 0444)"
            ]
        )
        #expect(
            try load(directory, withSecret("credential:none"), environment: environment) == [
                "the credential 'none' does not exist"
            ]
        )
        #expect(
            try load(directory, withSecret("credential:cms"), environment: ["CREDENTIALS_DIRECTORY": "credentials"])
                == ["the credential 'cms' needs CREDENTIALS_DIRECTORY, which systemd sets"]
        )
    }

    @Test("a literal secret is accepted in development only, with a warning")
    func literalSecrets() {
        let text = withSecret("a-literal-secret-of-some-length")
        #expect(ConfigurationSample.load(text).configuration == nil)
        let result = ConfigurationSample.load(text, mode: .development)
        #expect(result.mistakes == [] && result.warnings.map(\.text) == ["a secret stands in the configuration"])
        #expect(result.configuration?.secrets.map(\.reference) == [.literal])
    }

    @Test("no message repeats a secret")
    func messagesHideSecrets() {
        for text in [
            withSecret("hunter2-literal-secret"), withSecret("env:SHORT_SECRET"),
            ConfigurationSample.source(["forward": "{to: \"http://user:hunter2@a/\"}"]),
        ] {
            let result = ConfigurationSample.load(text)
            #expect(!result.mistakes.isEmpty)
            for mistake in result.mistakes {
                #expect(!mistake.text.contains("hunter2") && !mistake.text.contains("only-15-bytes-x"))
            }
        }
    }

    @Test("certificate and key are read from beside the configuration; the key's mode is checked")
    func readsCertificates() throws {
        let directory = try TemporaryDirectory()
        try directory.write("certs/gw.pem", ExampleFiles.pem, mode: 0o644)
        try directory.write("certs/gw.key", ExampleFiles.pem)
        try directory.write("certs/open.key", ExampleFiles.pem, mode: 0o644)
        try directory.write("certs/text.pem", "no certificate", mode: 0o644)
        func listener(_ certificate: String, _ key: String) -> String {
            ConfigurationSample.source([:]).replacing(
                "\"127.0.0.1:8080\"",
                with: "\"0.0.0.0:8443\", tls: {certificate: \(certificate), key: \(key), min: \"1.3\"}"
            )
        }
        let environment = ConfigurationSample.environment
        let file = try directory.write("postern.yaml", listener("certs/gw.pem", "certs/gw.key"), mode: 0o644)
        let tls = ConfigurationLoader.load(file: file, environment: environment).configuration?.listeners.first?.tls
        #expect(tls?.certificate == directory.path + "/certs/gw.pem" && tls?.key == directory.path + "/certs/gw.key")
        #expect(tls?.minimum == .v13)
        #expect(
            try load(directory, listener("certs/gw.pem", "certs/open.key"), environment: environment) == [
                "'key': the file 'certs/open.key' can be used by others than its owner (mode 0644); use chmod 600"
            ]
        )
        #expect(
            try load(directory, listener("certs/text.pem", "certs/none.key"), environment: environment) == [
                "'certificate': the file 'certs/text.pem' holds no PEM block",
                "'key': the file 'certs/none.key' does not exist",
            ]
        )
    }

    @Test("a development certificate is refused outside development")
    func refusesDevelopmentCertificates() throws {
        let directory = try TemporaryDirectory()
        let der = Data([0x30, 0x1F]) + Data("O=Postern development".utf8)
        let pem = "-----BEGIN CERTIFICATE-----\n\(der.base64EncodedString())\n-----END CERTIFICATE-----\n"
        try directory.write("dev.pem", pem, mode: 0o644)
        try directory.write("dev.key", ExampleFiles.pem)
        let text = ConfigurationSample.source([:]).replacing(
            "\"127.0.0.1:8080\"",
            with: "\"127.0.0.1:8443\", tls: {certificate: dev.pem, key: dev.key}"
        )
        let file = try directory.write("postern.yaml", text, mode: 0o644)
        func load(_ mode: ConfigurationLoader.Mode) -> [String] {
            ConfigurationLoader.load(file: file, environment: ConfigurationSample.environment, mode: mode).mistakes.map(
                \.text
            )
        }
        #expect(load(.development) == [])
        #expect(
            load(.production) == [
                "'certificate': the file 'dev.pem' is a throw-away development certificate; it is accepted with --dev only"
            ]
        )
    }

    @Test("schemas are files beside the configuration")
    func readsSchemas() throws {
        let directory = try TemporaryDirectory()
        try directory.write("schemas/event.json", "{\"type\": \"object\"}", mode: 0o644)
        try directory.write("schemas/large.json", String(repeating: " ", count: (256 << 10) + 1), mode: 0o644)
        func text(_ name: String) -> String { ConfigurationSample.source(["schema": "schemas/\(name).json"]) }
        #expect(try load(directory, text("event"), environment: ConfigurationSample.environment) == [])
        #expect(
            try load(directory, text("large"), environment: ConfigurationSample.environment) == [
                "the schema 'schemas/large.json' is larger than 256KiB"
            ]
        )
    }
}
