import GatewayCrypto
import Testing
import WebhookVerification

@Suite struct SignatureCatalogueTests {
    @Test("Every entry is there under one name, and compiles once URL and settings are filled in")
    func compiles() throws {
        let entries = SignatureCatalogue.entries
        #expect(entries.count == 228)
        #expect(SignatureCatalogue.names.count == entries.reduce(0) { $0 + 1 + $1.aliases.count })
        for entry in entries {
            var scheme = entry.scheme
            scheme.publicURL = "https://hooks.example.com"
            scheme.settings = ["webhook_id": "w", "base_url": "https://hooks.example.com", "public_key": "p"]
            #expect(throws: Never.self, "\(scheme.name)") { try CompiledSignatureScheme(scheme) }
            #expect(!entry.provider.isEmpty)
        }
    }

    @Test(
        "The presets of the first release are there",
        arguments: ["01software", "standard", "github", "stripe", "slack", "shopify", "gitlab"]
    )
    func presets(name: String) { #expect(SignatureCatalogue.scheme(named: name) != nil) }

    @Test("Older names lead to the same scheme, unknown ones to none")
    func aliases() {
        #expect(SignatureCatalogue.scheme(named: "standard-webhooks")?.name == "standard")
        #expect(SignatureCatalogue.scheme(named: "01.software")?.name == "01software")
        #expect(SignatureCatalogue.scheme(named: "no-such-sender") == nil)
    }

    @Test("Every symmetric scheme whose signature is in a header or the query admits what it signed, and nothing else")
    func roundTrips() throws {
        var count = 0
        for entry in SignatureCatalogue.entries {
            var scheme = entry.scheme
            scheme.publicURL = "https://hooks.example.com"
            scheme.settings = ["webhook_id": "w", "base_url": "https://hooks.example.com", "public_key": "p"]
            let compiled = try CompiledSignatureScheme(scheme)
            let canSign = compiled.algorithm.isSymmetric || scheme.jwt?.algorithms.contains("HS256") == true
            let isInBody = scheme.signature.from.contains { $0.hasPrefix("json:") || $0.hasPrefix("form:") }
            guard canSign, !isInBody,
                !compiled.readsBody || scheme.name.hasPrefix("twilio") || scheme.name == "mandrill",
                scheme.name != "twilio-json"
            else { continue }
            let text = scheme.name == "chargebee" ? "user:password of the hook" : SignatureBench.secret(for: scheme)
            let bench = try SignatureBench(scheme, keys: [try SignatureBench.key("k1", text, scheme)])
            let request = try bench.signed(body: "a=1&b=2", secret: text)
            #expect(bench.refusal(request) == nil, "\(scheme.name)")
            if compiled.covers.contains(.body) {
                #expect(bench.refusal(request.withBody(Array("a=1&b=3".utf8))) != nil, "\(scheme.name)")
            }
            count += 1
        }
        #expect(count >= 185)
    }

    @Test("The headers that a handler needs for its own check are known")
    func forwardHeaders() throws {
        let standard = try #require(SignatureCatalogue.entry(named: "standard"))
        #expect(Set(standard.forwardHeaders) == ["webhook-signature", "webhook-timestamp", "webhook-id"])
        let github = try #require(SignatureCatalogue.entry(named: "github"))
        #expect(Set(github.forwardHeaders) == ["x-hub-signature-256", "x-github-delivery", "x-github-event"])
    }

    @Test(
        "A declared scheme with an unknown or wrong member is refused with its place",
        arguments: [
            (#"{"name":"a","algorithm":"hmac-sha256","sig":{}}"#, "sig"),
            (#"{"name":"a","algorithm":"hmac-sha256","signature":{"form":[]}}"#, "signature.form"),
            (#"{"name":"a","algorithm":"hmac-sha256","signature":{"from":"header:x"}}"#, "signature.from"),
            (
                #"{"name":"a","algorithm":"hmac-sha256","timestamp":{"from":"header:x","tolerance":"5m"}}"#,
                "timestamp.tolerance"
            ),
            (#"{"name":1}"#, "name"), ("[", ""), (#"{"name":"a","name":"b"}"#, ""),
        ]
    )
    func declared(text: String, field: String) {
        #expect {
            try SignatureCatalogue.read(Array(text.utf8))
        } throws: { error in
            (error as? SignatureSchemeMistake)?.field == field
        }
    }
}
