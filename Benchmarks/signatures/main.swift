import Foundation
import GatewayCrypto
import WebhookVerification

// What judging a signature costs per family of schemes, beside the bare operation of the crypto library on the same bytes.
//
//     swift run -c release signature-bench [body bytes, 1024] [scheme]
//
// Each figure is the fastest of 15 rounds, the two sides in turns: what the machine does beside it only ever adds.

/// One row of the table.
struct Row {
    let scheme: String
    let family: String
    /// Nanoseconds of the bare operation, of an accepted and of a refused request.
    let bare: Double
    let accepted: Double
    let refused: Double
}

enum Bench {
    static let start: Int64 = 1_767_225_600
    static let secret = Array("a secret of thirty-two bytes ...".utf8)

    static func nanoseconds(_ count: Int, _ body: () -> Void) -> Double {
        let clock = ContinuousClock()
        let time = clock.measure { for _ in 0..<count { body() } }
        let (seconds, attoseconds) = time.components
        return (Double(seconds) * 1e9 + Double(attoseconds) / 1e9) / Double(count)
    }

    static func now() -> Timestamp { Timestamp(seconds: start) ?? Timestamp(microseconds: 0) }

    static func row(
        _ name: String,
        family: String,
        key: SignatureSigner.Key,
        material: SigningKey.Material,
        body: [UInt8],
        bare: (Span<UInt8>) -> Void
    ) throws -> Row {
        guard var scheme = SignatureCatalogue.scheme(named: name) ?? Bench.declared(name) else {
            throw Missing(name: name)
        }
        scheme.publicURL = "https://hooks.example.com"
        let compiled = try CompiledSignatureScheme(scheme)
        guard let id = KeyID("k1") else { throw Missing(name: "k1") }
        let verifier = try SignatureVerifier(scheme: compiled, keys: [SigningKey(id: id, material: material)])
        var request = ComposedRequest(target: "/hooks/in", body: body)
        try SignatureSigner(scheme: compiled, key: key).sign(&request, now: now())
        let (bytes, head) = request.makeHead()
        let time = now()
        let good = request.body
        var bad = good
        bad[bad.count / 2] ^= 1
        func judge(_ body: [UInt8]) -> Bool {
            let result = verifier.begin(head: head, bytes: bytes.span, now: time)
            guard case .success(let attempt) = result else { return false }
            if case .success = verifier.finish(attempt, head: head, bytes: bytes.span, body: body.span, now: time) {
                return true
            }
            return false
        }
        guard judge(good), !judge(bad) else { throw Missing(name: "\(name) does not judge as it should") }
        var fastest = (bare: Double.infinity, accepted: Double.infinity, refused: Double.infinity)
        let probe = nanoseconds(200) { _ = judge(good) }
        let count = max(50, Int(20_000_000 / probe))
        for _ in 0..<15 {
            fastest.bare = min(fastest.bare, nanoseconds(count) { bare(good.span) })
            fastest.accepted = min(fastest.accepted, nanoseconds(count) { _ = judge(good) })
            fastest.refused = min(fastest.refused, nanoseconds(count) { _ = judge(bad) })
        }
        return Row(
            scheme: name,
            family: family,
            bare: fastest.bare,
            accepted: fastest.accepted,
            refused: fastest.refused
        )
    }

    /// A scheme that the catalogue does not have: RFC 9421 with the body covered.
    static func declared(_ name: String) -> SignatureScheme? {
        guard name.hasPrefix("rfc9421-") else { return nil }
        var scheme = SignatureScheme(name: name, algorithm: "http-message-signatures")
        var rules = SignatureScheme.MessageSignatureRules()
        rules.algorithm = String(name.dropFirst("rfc9421-".count))
        rules.requiredComponents = ["\"@method\"", "\"@path\"", "\"content-digest\""]
        scheme.messageSignature = rules
        return scheme
    }

    /// A throw-away private key, made by the command line of OpenSSL.
    static func privateKey(_ type: KeyType) throws -> PrivateKey {
        let options =
            type == .rsa
            ? ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"]
            : ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = ["genpkey"] + options
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = Array(output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        return try PrivateKey(pem: text.span)
    }

    struct Missing: Error { let name: String }
}

let size = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 1024
let body = Array(("{\"id\":\"evt_1\",\"text\":\"" + String(repeating: "x", count: max(0, size - 25)) + "\"}").utf8)
let only = CommandLine.arguments.dropFirst(2).first
func isWanted(_ name: String) -> Bool { only == nil || only == name }
var rows: [Row] = []

for (name, digest) in [
    ("github", DigestAlgorithm.sha256), ("01software", .sha256), ("shopify", .sha256), ("stripe", .sha256),
    ("standard", .sha256), ("slack", .sha256), ("twitch", .sha256), ("hook0-v1", .sha256), ("paystack", .sha512),
    ("vercel", .sha1),
] where isWanted(name) {
    let context = try HMACContext(digest, key: Bench.secret.span)
    var output = [UInt8](repeating: 0, count: 64)
    let material = SecretBytes(Bench.secret.span)
    rows.append(
        try Bench.row(name, family: "HMAC", key: .secret(material), material: .secret(material), body: body) { bytes in
            context.reset()
            context.update(bytes)
            var span = output.mutableSpan
            _ = context.finish(into: &span)
        }
    )
}

for (name, type, algorithm) in [
    ("discord", KeyType.ed25519, SignatureAlgorithm.ed25519), ("sendgrid", .ec, .ecdsaDER(.sha256)),
    ("wise", .rsa, .rsaPKCS1(.sha256)), ("rfc9421-ed25519", .ed25519, .ed25519),
    ("rfc9421-ecdsa-p256-sha256", .ec, .ecdsaRaw(.sha256)),
] where isWanted(name) {
    let key =
        type == .ed25519
        ? try PrivateKey(ed25519Seed: SecretBytes(Bench.secret.span)) : try Bench.privateKey(type)
    let publicKey = try key.publicKey()
    let signature = try key.sign(algorithm, message: body.span)
    rows.append(
        try Bench.row(name, family: "public key", key: .privateKey(key), material: .publicKey(publicKey), body: body) {
            _ = publicKey.verify(algorithm, signature: signature.span, message: $0)
        }
    )
}

for (name, family) in [("livekit", "JWT"), ("rfc9421-hmac-sha256", "RFC 9421"), ("hubspot-v1", "digest")]
where isWanted(name) {
    let context = try HMACContext(.sha256, key: Bench.secret.span)
    var output = [UInt8](repeating: 0, count: 64)
    let material = SecretBytes(Bench.secret.span)
    rows.append(
        try Bench.row(name, family: family, key: .secret(material), material: .secret(material), body: body) { bytes in
            context.reset()
            context.update(bytes)
            var span = output.mutableSpan
            _ = context.finish(into: &span)
        }
    )
}

func column(_ text: String, _ width: Int) -> String { text + String(repeating: " ", count: max(1, width - text.count)) }
func number(_ value: Double) -> String {
    let text = String(Int(value.rounded()))
    return String(repeating: " ", count: max(0, 9 - text.count)) + text
}
print("body \(body.count) bytes; nanoseconds")
print(column("scheme", 28) + column("family", 12) + "     bare accepted     more  refused")
for row in rows {
    print(
        column(row.scheme, 28) + column(row.family, 12) + number(row.bare) + number(row.accepted)
            + number(row.accepted - row.bare) + number(row.refused)
    )
}
