import Foundation
import GatewayCrypto
import GatewayTestSupport
import Testing
import WebhookVerification

/// The shared examples of RFC 9421 and RFC 9530.
private enum Examples {
    // Read once and never changed.
    nonisolated(unsafe) static let root: [String: Any] = {
        guard SharedData.isAvailable, let data = try? SharedData.read("vectors/rfc9421.json"),
            let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
        else { return [:] }
        return object
    }()

    static func list(_ name: String) -> [[String: Any]] { root[name] as? [[String: Any]] ?? [] }

    static func request(_ message: [String: Any]) -> ComposedRequest {
        ComposedRequest(
            method: message["method"] as? String ?? "",
            target: message["target"] as? String ?? "",
            fields: fields(message),
            body: Array((message["body"] as? String ?? "").utf8)
        )
    }

    static func fields(_ message: [String: Any]) -> [(name: String, value: [UInt8])] {
        (message["headers"] as? [[String]] ?? []).map { ($0[0], Array($0[1].utf8)) }
    }

    static func material(_ name: String) throws -> SigningKey.Material? {
        guard let key = (root["keys"] as? [String: [String: Any]])?[name] else { return nil }
        if let pem = key["public_pem"] as? String { return .publicKey(try PublicKey(pem: Array(pem.utf8).span)) }
        let secret = Base64.decode(key["secret_base64"] as? String ?? "") ?? []
        return .secret(SecretBytes(secret.span))
    }

    static func algorithm(ofKey name: String) -> String {
        (root["keys"] as? [String: [String: Any]])?[name]?["algorithm"] as? String ?? ""
    }

    static func compose(_ example: [String: Any]) -> SignedMessage {
        let words = (example["start_line"] as? String ?? "").split(separator: " ").map(String.init)
        var lines: [String] = []
        for line in example["header_lines"] as? [String] ?? [] {
            if line.hasPrefix(" "), let last = lines.popLast() {
                lines.append(last + "\r\n" + line)
            } else {
                lines.append(line)
            }
        }
        let fields = lines.map { line -> (name: String, value: [UInt8]) in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), Array(line[line.index(after: colon)...].utf8))
        }
        let request = ComposedRequest(method: words[0], target: words[1], fields: fields)
        let (bytes, head) = request.makeHead()
        let host = fields.first { $0.name.lowercased() == "host" }.map {
            String(decoding: $0.value.drop { $0 == 32 }, as: UTF8.self)
        }
        let scheme = example["scheme"] as? String ?? "https"
        return SignedMessage(head: head, bytes: bytes.span, publicURL: host.map { "\(scheme)://\($0)" })
    }
}

@Suite(.enabled(if: SharedData.isAvailable, "the shared vectors are not there"))
struct MessageSignatureTests {
    @Test("Component values are those of RFC 9421 sections 2.1 and 2.2")
    func components() {
        let examples = Examples.list("components")
        #expect(examples.count == 34)
        for example in examples {
            let identifier = example["component"] as? String ?? ""
            let result = Examples.compose(example).value(of: Array(identifier.utf8))
            let value = (try? result.get()).map { String(decoding: $0, as: UTF8.self) }
            #expect(value == example["value"] as? String, "\(example["section"] ?? "") \(identifier)")
        }
    }

    @Test("Signature bases are those that the RFC prints, byte for byte")
    func bases() throws {
        var count = 0
        for example in Examples.list("signatures") {
            guard let base = example["signature_base"] as? String, let message = example["message"] as? [String: Any]
            else { continue }
            let input = Examples.fields(message).first { $0.name.lowercased() == "signature-input" }?.value ?? []
            let result = SignatureBase.make(
                input: input,
                label: example["label"] as? String ?? "",
                message: Self.message(message),
                related: (example["related_request"] as? [String: Any]).map { related in { Self.message(related) } }
            )
            #expect(try String(decoding: result.get().bytes, as: UTF8.self) == base, "\(example["name"] ?? "")")
            count += 1
        }
        #expect(count >= 30)
    }

    @Test("Every request gets the stated verdict, and the stated cause where there is one")
    func signatures() throws {
        var judged = 0
        for example in Examples.list("signatures") {
            guard let message = example["message"] as? [String: Any], message["type"] as? String == "request" else {
                continue
            }
            let said = try judge(example, message)
            let isValid = example["valid"] as? Bool ?? false
            #expect((said == nil) == isValid, "\(example["name"] ?? "") said \(said?.rawValue ?? "valid")")
            switch example["expect"] as? String {
            case "signature_mismatch": #expect(said == .signatureMismatch, "\(example["name"] ?? "")")
            case "expired": #expect(said == .timestampTooOld, "\(example["name"] ?? "")")
            case "content_digest_mismatch": #expect(said == .digestMismatch, "\(example["name"] ?? "")")
            case "base_error: alg mismatch": #expect(said == .unsupportedAlgorithm, "\(example["name"] ?? "")")
            case "base_error: query-param": #expect(said == .duplicateParameter, "\(example["name"] ?? "")")
            case "base_error: missing field content-type": #expect(said == .coveredHeaderMissing)
            case .some: #expect(said == .malformedSignature, "\(example["name"] ?? "")")
            case nil: break
            }
            judged += 1
        }
        #expect(judged >= 44)
    }

    @Test("Signatures of responses hold over the base with the request's components")
    func responses() throws {
        var judged = 0
        for example in Examples.list("signatures") {
            guard let message = example["message"] as? [String: Any], message["type"] as? String == "response",
                let keyName = example["keyid"] as? String, case .publicKey(let key)? = try Examples.material(keyName)
            else { continue }
            let fields = Examples.fields(message)
            let input = fields.first { $0.name.lowercased() == "signature-input" }?.value ?? []
            let label = example["label"] as? String ?? ""
            let base = try SignatureBase.make(
                input: input,
                label: label,
                message: Self.message(message),
                related: (example["related_request"] as? [String: Any]).map { related in { Self.message(related) } }
            ).get()
            let text = String(
                decoding: fields.first { $0.name.lowercased() == "signature" }?.value ?? [],
                as: UTF8.self
            )
            let signature = try #require(Base64.decode(String(text.dropFirst(label.count + 2).dropLast())))
            let holds = key.verify(.ecdsaRaw(.sha256), signature: signature.span, message: base.bytes.span)
            #expect(holds, "\(example["name"] ?? "")")
            judged += 1
        }
        #expect(judged == 3)
    }

    @Test("Content-Digest is computed again, every known digest has to be right")
    func digests() {
        let examples = Examples.list("content_digest")
        #expect(examples.count == 11)
        for example in examples {
            let field = Array((example["content_digest"] as? String ?? "").utf8)
            let body = Array((example["body"] as? String ?? "").utf8)
            let matches = ContentDigest.matches(field, body: body.span)
            #expect(matches == example["valid"] as? Bool, "\(example["name"] ?? "")")
        }
    }

    private static func message(_ message: [String: Any]) -> SignedMessage {
        if let status = message["status"] as? Int {
            return SignedMessage(status: status, fields: Examples.fields(message))
        }
        let (bytes, head) = Examples.request(message).makeHead()
        return SignedMessage(head: head, bytes: bytes.span, publicURL: nil)
    }

    private func judge(_ example: [String: Any], _ message: [String: Any]) throws -> SignatureFault? {
        let request = Examples.request(message)
        let input = String(
            decoding: request.fields.first { $0.name.lowercased() == "signature-input" }?.value ?? [],
            as: UTF8.self
        )
        let label = example["label"] as? String ?? ""
        let member = input.components(separatedBy: "\(label)=").last ?? ""
        let keyName =
            member.components(separatedBy: "keyid=\"").dropFirst().first?.prefix { $0 != "\"" }.description ?? ""
        var scheme = SignatureScheme(name: "example", algorithm: "http-message-signatures")
        var rules = SignatureScheme.MessageSignatureRules()
        rules.algorithm = Examples.algorithm(ofKey: keyName)
        rules.label = label
        rules.maxAge = nil
        scheme.messageSignature = rules
        let compiled = try CompiledSignatureScheme(scheme)
        let material = try #require(try Examples.material(keyName))
        let key = SigningKey(id: try #require(KeyID("k")), material: material, senderKeyID: keyName)
        let verifier = try SignatureVerifier(scheme: compiled, keys: [key])
        let (bytes, head) = request.makeHead()
        let now = SignatureBench.time((example["now"] as? NSNumber)?.int64Value ?? 1_618_884_480)
        let result = verifier.begin(head: head, bytes: bytes.span, now: now)
            .flatMap { verifier.finish($0, head: head, bytes: bytes.span, body: request.body.span, now: now) }
        guard case .failure(let denial) = result else { return nil }
        return SignatureFault(of: denial)
    }
}

@Suite struct MessageSignatureRulesTests {
    private func bench(
        _ change: (inout SignatureScheme.MessageSignatureRules) -> Void = { _ in }
    ) throws -> SignatureBench {
        var scheme = SignatureScheme(name: "own", algorithm: "http-message-signatures")
        scheme.publicURL = "https://hooks.example.com"
        var rules = SignatureScheme.MessageSignatureRules()
        rules.algorithm = "hmac-sha256"
        rules.requiredComponents = ["\"@method\"", "\"@authority\"", "\"@path\"", "\"content-digest\""]
        rules.tag = "webhook"
        change(&rules)
        scheme.messageSignature = rules
        return try SignatureBench(scheme)
    }

    @Test("A signed request holds, and its nonce is the event id")
    func signed() throws {
        let bench = try bench()
        let request = try bench.signed()
        let match = try #require(bench.match(request))
        #expect(match.eventID == .value(Array("evt_1".utf8)))
        #expect(match.coversBody)
        #expect(match.timestamp == SignatureBench.time(SignatureBench.start))
        #expect(bench.scheme.covers == [.body, .method, .url])
    }

    @Test("The body, a missing component, time, tag and repetition are judged")
    func refusals() throws {
        let bench = try bench()
        let good = try bench.signed()
        #expect(bench.refusal(good.withBody([0x7B])) == .init(.digestMismatch))
        #expect(bench.refusal(good.withTarget("/other")) == .init(.signatureMismatch))
        #expect(bench.refusal(good, now: SignatureBench.start + 300) == nil)
        #expect(bench.refusal(good, now: SignatureBench.start + 301) == .init(.timestampTooOld))
        #expect(bench.refusal(good, now: SignatureBench.start - 61) == .init(.timestampInFuture))
        #expect(bench.refusal(good.removing("signature")) == .init(.missingSignature))
        #expect(bench.refusal(good.adding("signature", "sig2=:AA==:")) == .init(.duplicateHeader))
        #expect(bench.refusal(good.setting("signature", "sig1=AA")) == .init(.malformedSignature))
        #expect(bench.refusal(good.setting("signature-input", "sig1=(")) == .init(.malformedSignature))
        let narrow = try self.bench { $0.requiredComponents = ["\"@method\""] }
        #expect(bench.refusal(try narrow.signed()) == .init(.coverageMissing))
        let untagged = try self.bench { $0.tag = nil }
        #expect(bench.refusal(try untagged.signed()) == .init(.malformedSignature))
    }

    @Test("A required component has to be written as it stands in the field")
    func components() {
        #expect(throws: SignatureSchemeMistakes.self) { try bench { $0.requiredComponents = ["content-digest"] } }
        #expect(throws: SignatureSchemeMistakes.self) { try bench { $0.algorithm = "none" } }
    }
}
