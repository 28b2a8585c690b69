import GatewayCrypto
import StrictJSON
import WebhookVerification

/// A file of RFC 9421 signatures and RFC 9530 digests with the verdicts they should get: an object.
///
/// Members: `keys` (by id: `algorithm`, and `public_pem` or `secret_base64`), `signatures` (`label`, `message`, `keyid`,
/// `now`, `valid`, for responses `related_request`), `components` (`component`, `value`) and `content_digest` (`body`,
/// `content_digest`, `valid`). They are numbered one after another in this order.
struct MessageVectors {
    private let bytes: [UInt8]
    private let document: JSONDocument
    private let root: JSONNode
    private let signatures: [JSONNode]
    private let components: [JSONNode]
    private let digests: [JSONNode]

    /// The vectors of an object that has one of the lists; `nil` for any other.
    init?(_ document: JSONDocument, _ root: JSONNode, _ bytes: [UInt8]) {
        self.document = document
        self.root = root
        self.bytes = bytes
        func list(_ name: StaticString) -> [JSONNode] {
            document.member(name, of: root, in: bytes.span).map { Array(document.elements(of: $0)) } ?? []
        }
        signatures = list("signatures")
        components = list("components")
        digests = list("content_digest")
        if signatures.isEmpty, components.isEmpty, digests.isEmpty { return nil }
    }

    var count: Int { signatures.count + components.count + digests.count }

    func outcome(_ index: Int) -> VerifyVectors.Outcome {
        let node: JSONNode
        let verdict: VerifyTool.Verdict
        var agrees: Bool
        do throws(SchemeChoice.Fault) {
            if index < signatures.count {
                node = signatures[index]
                verdict = try signature(node)
                agrees = verdict.isValid == isStatedValid(node)
            } else if index < signatures.count + components.count {
                node = components[index - signatures.count]
                (verdict, agrees) = component(node)
            } else {
                node = digests[index - signatures.count - components.count]
                let matches = ContentDigest.matches(bytes(of: node, "content_digest"), body: body(of: node).span)
                verdict =
                    matches
                    ? .valid(key: nil, signedAt: nil) : .of(.digestMismatch, "the digest is not that of the body")
                agrees = matches == isStatedValid(node)
            }
        } catch {
            return VerifyVectors.Outcome(index: index, verdict: nil, fault: error.description, agrees: false)
        }
        return VerifyVectors.Outcome(index: index, verdict: verdict, fault: nil, agrees: agrees)
    }

    // MARK: - Signatures

    private func signature(_ node: JSONNode) throws(SchemeChoice.Fault) -> VerifyTool.Verdict {
        guard let message = member("message", of: node) else { throw SchemeChoice.Fault("'message' is missing") }
        let label = text("label", of: node) ?? ""
        let request = request(message)
        let input = field("signature-input", request)
        let name = text("keyid", of: node) ?? MessageVectors.keyName(input, label)
        let key = try key(name)
        if let status = member("status", of: message).flatMap({ document.integer($0, in: bytes.span) }) {
            return try response(node, request, Int(clamping: status), label, key)
        }
        var scheme = SignatureScheme(name: "vectors", algorithm: "http-message-signatures")
        var rules = SignatureScheme.MessageSignatureRules()
        rules.algorithm = key.algorithm
        rules.label = label
        // The vectors judge signatures; only `expires` bounds their time.
        rules.maxAge = nil
        scheme.messageSignature = rules
        let created = MessageVectors.parameter("created=", MessageVectors.member(input, label)).flatMap { Int64($0) }
        let now = member("now", of: node).flatMap { document.integer($0, in: bytes.span) } ?? created
        let choice = try SchemeChoice(scheme)
        return try VerifyTool(choice, keys: [SigningKey(id: key.id, material: key.material, senderKeyID: name)])
            .judge(request, now: now.flatMap { Timestamp(seconds: $0) })
    }

    /// A signed response: the gateway never judges one, but its engine can.
    private func response(
        _ node: JSONNode,
        _ response: ComposedRequest,
        _ status: Int,
        _ label: String,
        _ key: Key
    ) throws(SchemeChoice.Fault) -> VerifyTool.Verdict {
        let related = member("related_request", of: node).map { related in { message(self.request(related)) } }
        let base = SignatureBase.make(
            input: Array(field("signature-input", response).utf8),
            label: label,
            message: SignedMessage(status: status, fields: response.fields),
            related: related
        )
        switch base {
        case .failure(let fault): return .of(fault.fault, fault.sentence)
        case .success(let base):
            let value = MessageVectors.parameter(label + "=:", field("signature", response), end: ":")
            guard let signature = value.flatMap({ Base64.decode($0) }) else {
                return .of(.malformedSignature, "Signature lacks the label")
            }
            guard let algorithm = MessageAlgorithm(name: key.algorithm) else {
                throw SchemeChoice.Fault("'\(key.algorithm)' is no algorithm of RFC 9421")
            }
            return algorithm.holds(signature, over: base.bytes, key.material)
                ? .valid(key: key.id.text, signedAt: nil) : .of(.signatureMismatch, "no key fits the signature")
        }
    }

    private struct Key {
        let id: KeyID
        let algorithm: String
        let material: SigningKey.Material
    }

    private func key(_ name: String) throws(SchemeChoice.Fault) -> Key {
        guard let keys = member("keys", of: root), let node = member(name, of: keys), let id = KeyID(name),
            let algorithm = text("algorithm", of: node)
        else { throw SchemeChoice.Fault("there is no key '\(name)'") }
        if let pem = text("public_pem", of: node), let key = try? PublicKey(pem: Array(pem.utf8).span) {
            return Key(id: id, algorithm: algorithm, material: .publicKey(key))
        }
        guard let secret = text("secret_base64", of: node).flatMap({ Base64.decode($0) }) else {
            throw SchemeChoice.Fault("the key '\(name)' is neither a public key in PEM nor a secret in base64")
        }
        return Key(id: id, algorithm: algorithm, material: .secret(SecretBytes(secret.span)))
    }

    /// The member of a dictionary field, as far as its parameters are of interest.
    private static func member(_ input: String, _ label: String) -> String {
        input.firstRange(of: label + "=").map { String(input[$0.upperBound...]) } ?? ""
    }

    private static func keyName(_ input: String, _ label: String) -> String {
        parameter("keyid=\"", member(input, label), end: "\"") ?? ""
    }

    private static func parameter(_ start: String, _ text: String, end: Character = ";") -> String? {
        text.firstRange(of: start).map { String(text[$0.upperBound...].prefix { $0 != end && $0 != "," }) }
    }

    // MARK: - Components

    private func component(_ node: JSONNode) -> (VerifyTool.Verdict, agrees: Bool) {
        var lines: [String] = []
        for line in member("header_lines", of: node).map(texts) ?? [] {
            if line.hasPrefix(" "), let last = lines.popLast() {
                lines.append(last + "\r\n" + line)
            } else {
                lines.append(line)
            }
        }
        let fields = lines.map { line -> (name: String, value: [UInt8]) in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return (String(line[..<colon]), Array(line[colon...].dropFirst().utf8))
        }
        let words = (text("start_line", of: node) ?? "").split(separator: " ").map(String.init) + ["", ""]
        let request = ComposedRequest(method: words[0], target: words[1], fields: fields)
        let host = field("host", request)
        let (bytes, head) = request.makeHead()
        let message = SignedMessage(
            head: head,
            bytes: bytes.span,
            publicURL: host.isEmpty ? nil : "\(text("scheme", of: node) ?? "https")://\(host)"
        )
        let stated = text("value", of: node)
        switch message.value(of: Array((text("component", of: node) ?? "").utf8)) {
        case .success(let value):
            return (.valid(key: nil, signedAt: nil), stated == String(decoding: value, as: UTF8.self))
        case .failure(let fault): return (.of(fault.fault, fault.sentence), stated == nil)
        }
    }

    // MARK: - Members

    private func isStatedValid(_ node: JSONNode) -> Bool {
        member("valid", of: node).map { document.kind(of: $0) } == .true
    }

    private func message(_ request: ComposedRequest) -> SignedMessage {
        let (bytes, head) = request.makeHead()
        return SignedMessage(head: head, bytes: bytes.span, publicURL: nil)
    }

    private func request(_ node: JSONNode) -> ComposedRequest {
        let headers = member("headers", of: node).map { Array(document.elements(of: $0)) } ?? []
        return ComposedRequest(
            method: text("method", of: node) ?? "",
            target: text("target", of: node) ?? "",
            fields: headers.map(texts).filter { $0.count == 2 }.map { ($0[0], Array($0[1].utf8)) },
            body: body(of: node)
        )
    }

    private func field(_ name: String, _ request: ComposedRequest) -> String {
        let value = request.fields.first { $0.name.lowercased() == name }?.value ?? []
        return String(decoding: value.drop { $0 == 0x20 }, as: UTF8.self)
    }

    private func body(of node: JSONNode) -> [UInt8] { bytes(of: node, "body") }

    private func bytes(of node: JSONNode, _ name: String) -> [UInt8] {
        member(name, of: node).flatMap { document.copyString($0, in: bytes.span) } ?? []
    }

    private func member(_ name: String, of node: JSONNode) -> JSONNode? {
        document.member(Array(name.utf8).span, of: node, in: bytes.span)
    }

    private func text(_ name: String, of node: JSONNode) -> String? {
        member(name, of: node).flatMap { document.string($0, in: bytes.span) }
    }

    private func texts(_ node: JSONNode) -> [String] {
        document.elements(of: node).compactMap { document.string($0, in: bytes.span) }
    }
}
