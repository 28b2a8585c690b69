import Foundation
import GatewayConfig
import GatewayTestSupport
import Testing
import WebhookVerification

@Suite struct SchemeYAMLTests {
    @Test("Every scheme of the catalogue that has a secret, written out as a declared one, loads as the same scheme")
    func declared() throws {
        let directory = try TestDirectory()
        var count = 0
        for entry in SignatureCatalogue.entries {
            var scheme = entry.scheme
            guard SchemeAlgorithm(name: scheme.algorithm)?.isSymmetric == true else { continue }
            scheme.name = "declared"
            scheme.publicURL = "https://hooks.example.com"
            if scheme.algorithm == "token" || scheme.algorithm == "basic" { scheme.publicURL = nil }
            scheme.settings = ["webhook_id": "W1", "base_url": "https://hooks.example.com", "public_key": "pub"]
            try directory.write("key", secret(scheme))
            let lines = SchemeYAML.lines(scheme, secret: "file:key")
            let text = """
                version: 1
                listen: [{address: "127.0.0.1:0"}]
                sources:
                  acme:
                    path: /in
                    allow: {ips: any}
                    schema: none
                    timestamp: none
                    payload: {form: opaque}
                    replay: {off: "a test"}
                    forward: {to: "http://127.0.0.1:1/"}
                \(lines.joined(separator: "\n"))
                audit: {dir: audit, origin: test.example/audit}
                """
            let file = try directory.write("postern.yaml", text)
            let result = ConfigurationLoader.load(file: file, environment: [:], mode: .production)
            let mistakes = result.mistakes.map { "\($0)" }.joined(separator: "\n")
            guard case .scheme(let loaded, _)? = result.configuration?.sources.first?.signature else {
                Issue.record("\(entry.scheme.name): \(mistakes)\n\(lines.joined(separator: "\n"))")
                continue
            }
            var expected = scheme
            // The window belongs to the source, not to the scheme.
            expected.timestamp?.tolerance = loaded.scheme.timestamp?.tolerance
            expected.timestamp?.future = loaded.scheme.timestamp?.future
            #expect(loaded.scheme == expected, "\(entry.scheme.name)")
            count += 1
        }
        #expect(count > 180)
    }

    @Test("A scheme of the catalogue is named, not written out")
    func named() throws {
        let scheme = try #require(SignatureCatalogue.scheme(named: "github"))
        #expect(
            SchemeYAML.lines(scheme, secret: "file:key", indent: "")
                == ["signature:", "  scheme: github", "  secret: file:key"]
        )
    }

    private func secret(_ scheme: SignatureScheme) -> String {
        let prefix = scheme.key.strip.first ?? ""
        if scheme.algorithm == "basic" { return "user:a0b1c2d3e4f5061728394a5b" }
        switch scheme.key.encoding {
        case "hex": return prefix + "a0b1c2d3e4f5061728394a5b6c7d8e9fa0b1c2d3e4f50617"
        case "base64": return prefix + Data("a0b1c2d3e4f5061728394a5b6c7d8e9f".utf8).base64EncodedString()
        case "base64url":
            return prefix + Data("a0b1c2d3e4f5061728394a5b6c7d8e9f".utf8).base64EncodedString().replacing("=", with: "")
        default: return prefix + "a0b1c2d3e4f5061728394a5b6c7d8e9f"
        }
    }
}
