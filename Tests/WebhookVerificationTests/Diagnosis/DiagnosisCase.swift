import GatewayCrypto
import WebhookVerification

/// A mistake made on purpose, and the code that the post-mortem has to give.
struct DiagnosisCase: Sendable, CustomStringConvertible {
    let name: String
    let code: String
    /// What the receiver's scheme is, from the sender's.
    var receiver: @Sendable (inout SignatureScheme) -> Void = { _ in }
    /// The sender's scheme.
    var scheme = "github"
    /// The secret as the sender reads it.
    var senderSecret = DiagnosisCase.secret
    /// The secret as the receiver reads it.
    var secret = DiagnosisCase.secret
    var target = "/hook"
    var publicURL = "https://hooks.example.com"
    var body = DiagnosisCase.body
    var signedAt: Int64 = DiagnosisCase.now
    /// What happens to the signed request on the way.
    var way: @Sendable (inout ComposedRequest) -> Void = { _ in }
    /// How the sender deviates from its scheme.
    var sender: @Sendable (inout SignatureScheme) -> Void = { _ in }
    /// What the receiver knows of its key.
    var key: @Sendable (SigningKey.Material) -> [SigningKey] = {
        [SigningKey(id: DiagnosisCase.id("k1"), material: $0)]
    }

    var description: String { name }

    static let secret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let hexSecret = "0b1c2d3e4f5061728394a5b6c7d8e9f00b1c2d3e4f5061728394a5b6c7d8e9f0"
    static let now: Int64 = 1_767_225_600
    static let body = "{\"a\": 1, \"text\": \"\\u00e9 / <b>\"}"

    static func id(_ text: String) -> KeyID {
        guard let id = KeyID(text) else { preconditionFailure("\(text) is a key id") }
        return id
    }

    /// The request as the sender makes it.
    func sent() throws -> ComposedRequest {
        var request = ComposedRequest(
            target: target,
            fields: [("Host", Array("hooks.example.com".utf8))],
            body: Array(body.utf8)
        )
        let scheme = try senderScheme()
        let material = try DiagnosisCase.material(senderSecret, scheme.scheme)
        guard case .secret(let secret) = material else { return request }
        let time = Timestamp(seconds: signedAt) ?? Timestamp(microseconds: 0)
        try SignatureSigner(scheme: scheme, key: .secret(secret)).sign(&request, now: time)
        return request
    }

    func senderScheme() throws -> CompiledSignatureScheme {
        var scheme = SignatureCatalogue.scheme(named: self.scheme) ?? SignatureScheme(name: "none", algorithm: "")
        scheme.publicURL = publicURL
        sender(&scheme)
        return try CompiledSignatureScheme(scheme)
    }

    func diagnose(others: [DiagnosedSource] = []) throws -> SignatureDiagnosis.Result {
        var request = try sent()
        way(&request)
        var scheme = SignatureCatalogue.scheme(named: self.scheme) ?? SignatureScheme(name: "none", algorithm: "")
        scheme.publicURL = "https://hooks.example.com"
        receiver(&scheme)
        let compiled = try CompiledSignatureScheme(scheme)
        let keys = key(try DiagnosisCase.material(secret, scheme))
        let source = DiagnosedSource(name: "own", scheme: compiled, keys: keys)
        let window = DiagnosisWindow(maxAge: 300, maxFuture: 60)
        let time = Timestamp(seconds: DiagnosisCase.now) ?? Timestamp(microseconds: 0)
        return SignatureDiagnosis(source, others: others, window: window).run(request, now: time)
    }

    static func material(_ secret: String, _ scheme: SignatureScheme) throws -> SigningKey.Material {
        try KeyMaterialReader(scheme).read(Array(secret.utf8).span, strength: .any).material
    }

    /// The field of this name with `change` made to its value.
    static func rewrite(
        _ name: String,
        _ change: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) -> @Sendable (inout ComposedRequest) -> Void {
        { request in
            for index in request.fields.indices where request.fields[index].name.lowercased() == name {
                request.fields[index].value = change(request.fields[index].value)
            }
        }
    }
}
