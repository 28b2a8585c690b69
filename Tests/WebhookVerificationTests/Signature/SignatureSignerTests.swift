import Foundation
import GatewayCrypto
import GatewayTestSupport
import Testing
import WebhookVerification

@Suite struct SignatureSignerTests {
    /// New keys of one kind, as `openssl` makes them.
    private struct Pair {
        let secret: String
        let open: String

        init(_ options: [String], in directory: TestDirectory) throws {
            let made = try ChildProcess.run(["openssl", "genpkey"] + options).output
            let path = try directory.write("private", made)
            secret = made
            open = try ChildProcess.run(["openssl", "pkey", "-in", path, "-pubout"]).output
        }
    }

    @Test(
        "Every scheme of the catalogue can be signed; what is signed verifies, and with another key it does not",
        .enabled(if: ChildProcess.isInstalled("openssl"), "openssl is not installed")
    )
    func catalogue() throws {
        let directory = try TestDirectory()
        let pairs = [
            "ed25519": try Pair(["-algorithm", "ed25519"], in: directory),
            "P-256": try Pair(["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], in: directory),
            "P-521": try Pair(["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"], in: directory),
            "RSA": try Pair(["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"], in: directory),
        ]
        var wrong: [String] = []
        for entry in SignatureCatalogue.entries {
            do {
                if let fault = try fault(entry.scheme, pairs) { wrong.append("\(entry.scheme.name): \(fault)") }
            } catch {
                wrong.append("\(entry.scheme.name): \(error)")
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count): \n\(wrong.joined(separator: "\n"))")
    }

    private func fault(_ entry: SignatureScheme, _ pairs: [String: Pair]) throws -> String? {
        var scheme = entry
        scheme.publicURL = "https://hooks.example.com"
        for name in ["webhook_id", "base_url", "public_key"] { scheme.settings[name] = "https://hooks.example.com" }
        let compiled = try CompiledSignatureScheme(scheme)
        let now = try #require(Timestamp(seconds: 1_767_225_600))
        var request = ComposedRequest(
            target: "/hook",
            fields: [("Host", Array("hooks.example.com".utf8)), ("Content-Type", Array("application/json".utf8))],
            body: SignatureSignerTests.usesForm(scheme) ? Array("a=1".utf8) : Array("{\"a\":1}".utf8)
        )
        let pair = pairs[SignatureSignerTests.kind(scheme)]
        let key: SignatureSigner.Key
        let materials: (own: SigningKey.Material, other: SigningKey.Material)
        if let pair {
            key = .privateKey(try PrivateKey(pem: Array(pair.secret.utf8).span))
            let other = try #require(pairs.first { $0.value.open != pair.open }?.value)
            materials = (
                .publicKey(try PublicKey(pem: Array(pair.open.utf8).span)),
                .publicKey(try PublicKey(pem: Array(other.open.utf8).span))
            )
        } else {
            let secret = SecretBytes(Array("user:0123456789abcdef".utf8).span)
            key = .secret(secret)
            materials = (.secret(secret), .secret(SecretBytes(Array("user:another secret".utf8).span)))
        }
        try SignatureSigner(scheme: compiled, key: key).sign(&request, now: now)
        if let denial = try judge(request, compiled, materials.own, now) { return denial.detail }
        // A key of another kind cannot even be used.
        do {
            return try judge(request, compiled, materials.other, now) == nil ? "another key fits" : nil
        } catch is CryptoFault {
            return nil
        }
    }

    private func judge(
        _ request: ComposedRequest,
        _ scheme: CompiledSignatureScheme,
        _ material: SigningKey.Material,
        _ now: Timestamp
    ) throws -> Denial? {
        let key = SigningKey(id: try #require(KeyID("k1")), material: material)
        let verifier = try SignatureVerifier(scheme: scheme, keys: [key])
        let (bytes, head) = request.makeHead()
        let result = verifier.begin(head: head, bytes: bytes.span, now: now)
            .flatMap { verifier.finish($0, head: head, bytes: bytes.span, body: request.body.span, now: now) }
        guard case .failure(let denial) = result else { return nil }
        return denial
    }

    private static func usesForm(_ scheme: SignatureScheme) -> Bool {
        (scheme.content.map(\.text) + scheme.signature.from).contains { $0.contains("form") }
    }

    /// The kind of key that signs for a scheme; empty for a secret.
    private static func kind(_ scheme: SignatureScheme) -> String {
        let name =
            scheme.algorithm == "http-message-signatures" ? scheme.messageSignature?.algorithm ?? "" : scheme.algorithm
        if name.hasPrefix("rsa") || name == "aws-sns" { return "RSA" }
        if name.hasPrefix("ecdsa") { return "P-256" }
        if name.hasPrefix("jws-es512") { return "P-521" }
        if name == "ed25519" { return name }
        guard name == "jwt", let first = scheme.jwt?.algorithms.first, !first.hasPrefix("HS") else { return "" }
        return first.hasPrefix("RS") ? "RSA" : first == "ES512" ? "P-521" : first.hasPrefix("ES") ? "P-256" : "ed25519"
    }
}
