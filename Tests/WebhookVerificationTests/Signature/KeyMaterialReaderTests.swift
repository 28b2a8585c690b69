import GatewayCrypto
import Testing
import WebhookVerification

@Suite struct KeyMaterialReaderTests {
    private func read(
        _ scheme: String,
        _ text: String,
        _ strength: KeyMaterialReader.Strength = .enforced
    ) throws
        -> KeyMaterialReader.Result
    {
        try KeyMaterialReader(try SignatureBench.scheme(scheme)).read(Array(text.utf8).span, strength: strength)
    }

    private func bytes(_ result: KeyMaterialReader.Result) -> [UInt8] {
        guard case .secret(let secret) = result.material else { return [] }
        return secret.withBytes { span in (0..<span.count).map { span[$0] } }
    }

    private func refusal(_ scheme: String, _ text: String) -> String? {
        do {
            _ = try read(scheme, text)
            return nil
        } catch {
            return (error as? SignatureSchemeMistake)?.text
        }
    }

    @Test("Secrets become bytes as the scheme says")
    func forms() throws {
        let key = Array("twenty-four bytes of key".utf8)
        let base64 = Base64.encode(key.span)
        #expect(bytes(try read("github", "twenty-four bytes of key")) == key)
        #expect(bytes(try read("standard", "whsec_" + base64)) == key)
        #expect(bytes(try read("standard", "v1,whsec_" + base64)) == key)
        #expect(bytes(try read("standard", base64)) == key)
        #expect(bytes(try read("close", Hex.encode(key.span))) == key)
        #expect(bytes(try read("fitbit", "twenty-four bytes of key")) == key + [0x26])
        #expect(bytes(try read("inngest", "signkey-test-twenty-four bytes of key")) == key)
        #expect(bytes(try read("stripe", "whsec_twenty-four bytes of")) == Array("whsec_twenty-four bytes of".utf8))
        #expect(
            bytes(try read("braintree", "twenty-four bytes of key")) == (try DigestContext.digest(.sha1, of: key.span))
        )
    }

    @Test("A secret in Unicode is brought to form NFKD, one that cannot be is refused")
    func normalization() throws {
        #expect(bytes(try read("easypost", "s\u{E9}cret", .any)) == Array("se\u{301}cret".utf8))
        #expect(bytes(try read("easypost", "\u{FB}", .any)) == Array("u\u{302}".utf8))
        #expect(refusal("easypost", "\u{D55C}\u{AE00} secret of Hangul")?.contains("NFKD") == true)
    }

    @Test(
        "A weak, placeholder or misspelt secret is refused, and no message shows it",
        arguments: [
            ("github", "short"), ("github", "fifteen bytes.."), ("github", "your-webhook-secret"),
            ("github", "changeme-changeme"), ("github", "Super_Secret webhook-token"),
            ("github", "changemechangemechangeme"), ("github", "MySecretKeyPleaseChangeMe2024"),
            ("github", "1234567812345678"), ("github", "abcabcabcabcabcabcabcabc"),
            ("github", "YOUR_WEBHOOK_SECRET"), ("github", "aaaaaaaaaaaaaaaaaaaaaaaa"), ("github", ""),
            ("github", "0123456789abcdef0123456789abcdef"), ("standard", "whsec_not*base64*not*base64*"),
            ("standard", "whsec_AAAA"), ("close", "not hex, but long enough"), ("close", "abc"),
            ("chargebee", "no colon in this secret"), ("discord", "00ff"),
            ("discord", String(repeating: "z", count: 64)),
            ("wise", "not a pem"), ("circle", "AAAA"),
            ("github", "<your webhook secret here>"), ("github", "${GITHUB_WEBHOOK_SECRET}"),
            ("stripe", "{{ stripe_secret }}"),
            ("github", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"),
        ]
    )
    func refused(scheme: String, text: String) throws {
        let sentence = try #require(refusal(scheme, text))
        if text.utf8.count > 4 { #expect(!sentence.contains(text)) }
    }

    @Test("A secret that only contains the words of examples, or a long number behind them, is one")
    func wordsAndMore() throws {
        for text in [
            "secret-84f1a09c5d2e7b63", "changeme84f1a09c5d2e7b", "test1234567890123456", "a0a1a2a3a4a5a6a7a8a9aaab",
        ] {
            #expect(refusal("github", text) == nil, "\(text)")
        }
    }

    @Test("A secret of 16 to 23 bytes is accepted with a warning")
    func warned() throws {
        #expect(try read("github", "sixteen bytes ok").warnings == ["the secret is shorter than 24 bytes"])
        #expect(try read("github", "twenty-four bytes of key").warnings.isEmpty)
        for text in [
            "a secret that ends in a space ", " a secret that begins with one", "a secret of a Windows file\r",
        ] {
            let warnings = try read("github", text).warnings
            #expect(warnings == ["the secret begins or ends with white space, which is part of it"])
        }
    }

    @Test("The public key of a token scheme is never used as a secret")
    func confusion() throws {
        let seed = SecretBytes([UInt8](repeating: 7, count: 32).span)
        let raw = try #require(try PrivateKey(ed25519Seed: seed).ed25519PublicBytes)
        let der = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00] + raw
        let pem = "-----BEGIN PUBLIC KEY-----\n\(Base64.encode(der.span))\n-----END PUBLIC KEY-----\n"
        guard case .publicKey = try read("fusionauth", pem).material else {
            Issue.record("PEM is a public key")
            return
        }
    }

    @Test("A key set gives its signature keys by name, and refuses broken ones")
    func keySet() throws {
        let text = """
            {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},\
            {"kty":"EC","crv":"P-256","kid":"b","use":"sig","x":"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y",\
            "y":"eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk"},{"kty":"oct","kid":"c","k":"AA"},\
            {"kty":"RSA","use":"enc","n":"AQAB","e":"AQAB"}]}
            """
        let members = try JSONWebKeySet.read(Array(text.utf8))
        #expect(members.map(\.name) == ["a", "b"])
        #expect(members.map(\.key.type) == [.ed25519, .ec])
        for bad in ["", "[]", "{}", #"{"keys":[]}"#, #"{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA"}]}"#] {
            #expect(throws: SignatureSchemeMistake.self) { try JSONWebKeySet.read(Array(bad.utf8)) }
        }
    }

    @Test("A set stands in the place of a public key, members of other kinds left out, and never for a secret")
    func setsAsKeys() throws {
        let text = """
            {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"},\
            {"kty":"EC","crv":"P-256","kid":"b","x":"YP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Y",\
            "y":"eQP-EAi4vJmkGunpVii8ZPLxsgwtfp9Rd6PClNRGIpk"}]}
            """
        func names(_ scheme: String) throws -> [String?] {
            try KeyMaterialReader(try SignatureBench.scheme(scheme)).readKeys(Array(text.utf8).span).map(\.name)
        }
        #expect(try names("plaid") == ["a", "b"])
        #expect(try names("fusionauth") == ["a", "b"])
        #expect(try names("fal") == ["a"])
        #expect(try names("circle") == ["b"])
        #expect(throws: SignatureSchemeMistake.self) { try names("wise") }
        // A JSON text is as good a secret as any other.
        #expect(try names("github") == [nil])
        let one = try KeyMaterialReader(try SignatureBench.scheme("github")).readKeys(Array(text.utf8).span)
        guard case .secret = one[0].result.material else {
            Issue.record("an HMAC scheme has secrets")
            return
        }
    }

    @Test("Key names are short and plain")
    func keyIDs() {
        #expect(KeyID("k_01J8ZKEY1")?.text == "k_01J8ZKEY1")
        for bad in ["", "a b", "é", String(repeating: "a", count: 65)] { #expect(KeyID(bad) == nil) }
    }
}
