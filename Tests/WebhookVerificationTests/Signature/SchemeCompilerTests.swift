import Testing
import WebhookVerification

@Suite struct SchemeCompilerTests {
    private func own(_ change: (inout SignatureScheme) -> Void) -> SignatureScheme {
        var scheme = SignatureScheme(name: "own", algorithm: "hmac-sha256")
        scheme.signature.from = ["header:x-sig"]
        scheme.content = [SignatureScheme.ContentSegment("{body}")]
        change(&scheme)
        return scheme
    }

    private func fields(_ scheme: SignatureScheme) -> [String] {
        do throws(SignatureSchemeMistakes) {
            _ = try CompiledSignatureScheme(scheme)
            return []
        } catch {
            return error.mistakes.map(\.field)
        }
    }

    private func content(_ text: String) -> SignatureScheme {
        own { $0.content = [SignatureScheme.ContentSegment(text)] }
    }

    @Test("A scheme without mistakes compiles and says what it covers")
    func plain() throws {
        let compiled = try CompiledSignatureScheme(own { _ in })
        #expect(compiled.covers == [.body])
        #expect(compiled.warnings.map(\.field) == ["timestamp"])
        #expect(!compiled.readsBody)
    }

    @Test(
        "A template with a mistake is refused at field content",
        arguments: [
            "{", "}", "{body", "{nothing}", "{body|rot13}", "{header:}", "{header:a b}", "{json:x}", "{sig:t}",
            "{jwt:a}",
            "{config:absent}", "{url}", "{signed_headers}", "{key}{body}", "{header:x-{1..3}}",
        ]
    )
    func templates(text: String) {
        let found = fields(content(text))
        #expect(!found.isEmpty)
        #expect(found.allSatisfy { $0 == "content" || $0 == "url.base" || $0 == "signed_headers" })
    }

    @Test("Doubled braces are literal braces")
    func braces() throws {
        let bench = try SignatureBench(content("{{{body}}}"))
        let other = try SignatureBench(content("{{{body}}}x"))
        let request = try bench.signed()
        #expect(bench.refusal(request) == nil)
        #expect(other.refusal(request) != nil)
    }

    @Test("Every mistake is named by its field, all at once")
    func mistakes() {
        #expect(fields(own { $0.algorithm = "hmac-sha3" }) == ["algorithm"])
        #expect(fields(own { $0.algorithm = "none" }) == ["algorithm"])
        #expect(fields(own { $0.signature.from = [] }) == ["signature.from"])
        #expect(fields(own { $0.signature.from = ["x-sig"] }) == ["signature.from"])
        #expect(fields(own { $0.signature.from = ["header:a", "cookie:b"] }) == ["signature.from[1]"])
        #expect(fields(own { $0.signature.from = ["sig:t"] }) == ["signature.from"])
        #expect(fields(own { $0.signature.encoding = "base32" }) == ["signature.encoding"])
        #expect(fields(own { $0.signature.grammar = "regex" }) == ["signature.grammar"])
        #expect(fields(own { $0.signature.grammar = "pairs" }) == ["signature.field"])
        #expect(fields(own { $0.key.encoding = "rot13" }) == ["key.encoding"])
        #expect(fields(own { $0.key.digest = "md5" }) == ["key.digest"])
        #expect(fields(own { $0.content = [] }) == ["content"])
        #expect(fields(own { $0.publicURL = "hooks.example.com" }) == ["url.base"])
        #expect(fields(own { $0.publicURL = "https://" }) == ["url.base"])
        #expect(fields(own { $0.require = [.init("{nothing}", equals: "1")] }) == ["require[0].left"])
        let several = own {
            $0.signature.encoding = "base32"
            $0.key.encoding = "rot13"
            $0.content = [SignatureScheme.ContentSegment("{nothing}")]
        }
        #expect(fields(several) == ["key.encoding", "signature.encoding", "content"])
    }

    @Test("A timestamp that is not signed is refused")
    func unsignedTimestamp() {
        let scheme = own { $0.timestamp = SignatureScheme.TimestampPlace(from: "header:x-time") }
        #expect(fields(scheme) == ["timestamp.from"])
        var unit = content("{header:x-time}.{body}")
        unit.timestamp = SignatureScheme.TimestampPlace(from: "header:x-time")
        #expect(fields(unit).isEmpty)
        unit.timestamp?.unit = "minutes"
        #expect(fields(unit) == ["timestamp.unit"])
    }

    @Test("A value whose end nothing marks is warned about")
    func ambiguity() throws {
        let open = try CompiledSignatureScheme(content("{header:x-id}{body}"))
        #expect(open.warnings.contains { $0.field == "content" && $0.text.contains("header:x-id") })
        let marked = try CompiledSignatureScheme(content("{header:x-id}.{body}"))
        #expect(!marked.warnings.contains { $0.field == "content" })
        let hashed = try CompiledSignatureScheme(content("{header:x-id|sha256|hex}{body}"))
        #expect(!hashed.warnings.contains { $0.field == "content" })
    }

    @Test("Weak algorithms and uncovered bodies are warned about", arguments: ["hmac-sha1", "hmac-md5", "token"])
    func weak(algorithm: String) throws {
        let compiled = try CompiledSignatureScheme(own { $0.algorithm = algorithm })
        #expect(compiled.warnings.contains { $0.field == "algorithm" })
    }

    @Test("Every algorithm has a name that leads back to it")
    func algorithmNames() {
        for name in SchemeAlgorithm.allNames { #expect(SchemeAlgorithm(name: name)?.name == name) }
    }
}
