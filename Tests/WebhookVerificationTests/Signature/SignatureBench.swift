import GatewayCrypto
import WebhookVerification

/// A scheme, a key and a verifier, for tests that look at one rule each.
struct SignatureBench {
    static let secret = "a secret of thirty-two bytes ..."
    static let start: Int64 = 1_767_225_600

    let scheme: CompiledSignatureScheme
    let keys: [SigningKey]
    let verifier: SignatureVerifier

    init(_ scheme: SignatureScheme, keys: [SigningKey]? = nil) throws {
        self.scheme = try CompiledSignatureScheme(scheme)
        self.keys = try keys ?? [Self.key("k1", Self.secret(for: scheme), scheme)]
        verifier = try SignatureVerifier(scheme: self.scheme, keys: self.keys)
    }

    /// The secret in the form that the scheme's operators store it in.
    static func secret(for scheme: SignatureScheme) -> String {
        switch scheme.key.encoding {
        case "base64": Base64.encode(Array(secret.utf8).span)
        case "hex": Hex.encode(Array(secret.utf8).span)
        default: secret
        }
    }

    init(named name: String, keys: [SigningKey]? = nil) throws {
        try self.init(try Self.scheme(name), keys: keys)
    }

    static func scheme(_ name: String) throws -> SignatureScheme {
        guard let scheme = SignatureCatalogue.scheme(named: name) else { throw Unknown(name: name) }
        return scheme
    }

    struct Unknown: Error { let name: String }

    static func key(
        _ id: String,
        _ secret: String,
        _ scheme: SignatureScheme,
        state: SigningKey.State = .live,
        notBefore: Int64? = nil,
        notAfter: Int64? = nil,
        senderKeyID: String? = nil
    ) throws -> SigningKey {
        guard let id = KeyID(id) else { throw Unknown(name: id) }
        return SigningKey(
            id: id,
            material: try KeyMaterialReader(scheme).read(Array(secret.utf8).span).material,
            state: state,
            notBefore: notBefore.flatMap { Timestamp(seconds: $0) },
            notAfter: notAfter.flatMap { Timestamp(seconds: $0) },
            grace: 360_000_000,
            senderKeyID: senderKeyID
        )
    }

    static func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: seconds) ?? Timestamp(microseconds: 0) }

    /// A valid request of the scheme.
    func signed(
        body: String = #"{"id":"evt_1"}"#,
        target: String = "/hooks/in",
        fields: [(name: String, value: [UInt8])] = [],
        secret: String? = nil
    ) throws -> ComposedRequest {
        try signed(bytes: Array(body.utf8), target: target, fields: fields, secret: secret)
    }

    func signed(
        bytes: [UInt8],
        target: String = "/hooks/in",
        fields: [(name: String, value: [UInt8])] = [],
        secret: String? = nil
    ) throws -> ComposedRequest {
        var request = ComposedRequest(method: "POST", target: target, fields: fields, body: bytes)
        let text = Array((secret ?? Self.secret(for: scheme.scheme)).utf8)
        let read = try KeyMaterialReader(scheme.scheme).read(text.span, strength: .any)
        guard case .secret(let key) = read.material else { throw Unknown(name: "key") }
        try SignatureSigner(scheme: scheme, key: .secret(key)).sign(&request, now: Self.time(Self.start))
        return request
    }

    /// Judges a request whose body is there at once.
    func judge(_ request: ComposedRequest, now: Int64 = start) -> Result<SignatureMatch, Denial> {
        let (bytes, head) = request.makeHead()
        let time = Self.time(now)
        return verifier.begin(head: head, bytes: bytes.span, now: time)
            .flatMap { verifier.finish($0, head: head, bytes: bytes.span, body: request.body.span, now: time) }
    }

    /// The reason and cause of a refusal; `nil` for a match.
    func refusal(_ request: ComposedRequest, now: Int64 = start) -> Refusal? {
        switch judge(request, now: now) {
        case .success: nil
        case .failure(let denial): Refusal(reason: denial.reason, fault: SignatureFault(of: denial))
        }
    }

    struct Refusal: Equatable, CustomStringConvertible {
        let reason: DenialReason
        let fault: SignatureFault?

        init(reason: DenialReason, fault: SignatureFault?) {
            self.reason = reason
            self.fault = fault
        }

        init(_ fault: SignatureFault) { self.init(reason: fault.reason, fault: fault) }

        var description: String { "\(reason.rawValue) (\(fault?.rawValue ?? "no cause"))" }
    }

    func match(_ request: ComposedRequest, now: Int64 = start) -> SignatureMatch? {
        try? judge(request, now: now).get()
    }
}

extension ComposedRequest {
    func setting(_ name: String, _ value: String) -> ComposedRequest {
        var copy = self
        copy.fields.removeAll { $0.name.lowercased() == name }
        copy.fields.append((name, Array(value.utf8)))
        return copy
    }

    func adding(_ name: String, _ value: String) -> ComposedRequest {
        var copy = self
        copy.fields.append((name, Array(value.utf8)))
        return copy
    }

    func removing(_ name: String) -> ComposedRequest {
        var copy = self
        copy.fields.removeAll { $0.name.lowercased() == name }
        return copy
    }

    func withBody(_ body: [UInt8]) -> ComposedRequest {
        var copy = self
        copy.body = body
        return copy
    }

    func withTarget(_ target: String) -> ComposedRequest {
        var copy = self
        copy.target = target
        return copy
    }

    func text(_ name: String) -> String {
        fields.first { $0.name.lowercased() == name }.map { String(decoding: $0.value, as: UTF8.self) } ?? ""
    }
}
