import GatewayCrypto
import Glibc
import WebhookVerification

/// One group of schemes, with verifiers that are made once.
final class FuzzTarget {
    nonisolated(unsafe) static let chosen: FuzzTarget = {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? "header"
        return FuzzTarget(name)
    }()

    private struct Subject {
        let scheme: CompiledSignatureScheme
        let verifier: SignatureVerifier
        /// Every header field that the scheme reads.
        let fields: [String]
    }

    private var subjects: [Subject] = []
    private let isForm: Bool

    private init(_ name: String) {
        isForm = name == "form"
        for scheme in FuzzTarget.schemes(name) { add(scheme) }
        precondition(!subjects.isEmpty, "FUZZ_TARGET is header, token, message or form")
    }

    private static func schemes(_ name: String) -> [SignatureScheme] {
        let all = SignatureCatalogue.entries.map(\.scheme)
        switch name {
        case "header": return all.filter { $0.jwt == nil }
        case "token": return all.filter { $0.jwt != nil || $0.algorithm == "jws-es512-detached" }
        case "form":
            return all.filter {
                ["twilio", "twilio-json", "mandrill", "plivo-v3", "pandadoc", "braintree"].contains($0.name)
            }
        case "message":
            return ["hmac-sha256", "ed25519"].map { algorithm in
                var scheme = SignatureScheme(name: algorithm, algorithm: "http-message-signatures")
                var rules = SignatureScheme.MessageSignatureRules()
                rules.algorithm = algorithm
                rules.requiredComponents = ["\"@method\""]
                scheme.messageSignature = rules
                return scheme
            }
        default: return []
        }
    }

    private func add(_ scheme: SignatureScheme) {
        var scheme = scheme
        scheme.publicURL = "https://hooks.example.com"
        scheme.settings = ["webhook_id": "w", "base_url": "https://hooks.example.com", "public_key": "p"]
        guard let compiled = try? CompiledSignatureScheme(scheme), let id = KeyID("k1") else { return }
        let secret = SigningKey(
            id: id,
            material: .secret(SecretBytes(Array("a secret nobody can guess, long".utf8).span))
        )
        // Schemes with public keys have none here: what is fuzzed is everything in front of the proof.
        guard
            let verifier = (try? SignatureVerifier(scheme: compiled, keys: [secret]))
                ?? (try? SignatureVerifier(scheme: compiled, keys: []))
        else { return }
        var fields = SignatureCatalogue.entry(named: scheme.name)?.forwardHeaders ?? []
        fields = fields.map { $0.replacing("-{1..100}", with: "-1") }
        if scheme.messageSignature != nil { fields = ["signature-input", "signature", "content-digest", "x-a"] }
        subjects.append(Subject(scheme: compiled, verifier: verifier, fields: fields))
    }

    /// The first byte chooses the scheme; parts between zero bytes are the field values, the query and the body.
    func run(_ input: [UInt8]) {
        guard let first = input.first else { return }
        let subject = subjects[Int(first) % subjects.count]
        var parts = input.dropFirst().split(separator: 0, maxSplits: 7, omittingEmptySubsequences: false).map(
            Array.init
        )
        let body = parts.popLast() ?? []
        var request = ComposedRequest(target: "/in", body: body)
        if isForm, let query = parts.popLast() {
            request.target += "?" + String(decoding: query.filter { $0 > 0x20 && $0 < 0x7F }, as: UTF8.self)
        }
        for (index, name) in subject.fields.enumerated() where index < parts.count {
            request.fields.append((name, parts[index]))
        }
        judge(request, by: subject)
    }

    private func judge(_ request: ComposedRequest, by subject: Subject) {
        let (bytes, head) = request.makeHead()
        guard let now = Timestamp(seconds: 1_767_225_600) else { return }
        let verifier = subject.verifier
        let whole = verifier.begin(head: head, bytes: bytes.span, now: now)
            .flatMap { verifier.finish($0, head: head, bytes: bytes.span, body: request.body.span, now: now) }
        // Nobody guesses a MAC: whatever matches was not compared.
        if case .success = whole { fatalError("\(subject.scheme.scheme.name) accepts what nobody signed") }
        // The same in pieces says the same.
        guard case .success(var attempt) = verifier.begin(head: head, bytes: bytes.span, body: .arriving, now: now)
        else {
            return
        }
        let middle = request.body.count / 2
        verifier.update(&attempt, request.body.span.extracting(0..<middle))
        verifier.update(&attempt, request.body.span.extracting(middle..<request.body.count))
        let pieces = verifier.finish(attempt, head: head, bytes: bytes.span, body: request.body.span, now: now)
        guard case .failure(let first) = whole, case .failure(let second) = pieces, first == second else {
            fatalError("\(subject.scheme.scheme.name) judges pieces in another way")
        }
    }
}
