import Foundation
import GatewayCrypto
import GatewayTestSupport
import WebhookVerification

/// One request of `vectors/signatures.json` with the verdict it should get.
struct SignatureVector: Sendable, CustomStringConvertible {
    let index: Int
    let scheme: String
    let isValid: Bool
    let kind: String
    let expect: String
    let secrets: [String]
    let publicURL: String
    let request: ComposedRequest
    let settings: [String: String]
    let now: Int64?
    let replayGroup: String?

    var description: String { "\(index) \(scheme) \(kind) \(expect)" }

    /// All vectors of the shared data; none where it is not there.
    static let all: [SignatureVector] = {
        guard SharedData.isAvailable, let data = try? SharedData.read("vectors/signatures.json"),
            let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
        else { return [] }
        return list.enumerated().map { SignatureVector($0, $1) }
    }()

    /// The table of this repository, `Tests/WebhookVerificationTests/Vectors/presets.json`.
    static let own = table("presets")
    /// Requests at the edges of what schemes allow, `Tests/WebhookVerificationTests/Vectors/edges.json`.
    static let edges = table("edges")

    private static func table(_ name: String) -> [SignatureVector] {
        let path = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        guard let data = FileManager.default.contents(atPath: "/" + path + "/Vectors/\(name).json"),
            let list = try? JSONSerialization.jsonObject(with: data) as? [[String: Any]]
        else { return [] }
        return list.enumerated().map { SignatureVector($0, $1) }
    }

    init(_ index: Int, _ vector: [String: Any]) {
        self.index = index
        scheme = vector["scheme"] as? String ?? ""
        isValid = vector["valid"] as? Bool ?? false
        kind = vector["kind"] as? String ?? ""
        expect = vector["expect"] as? String ?? ""
        secrets = vector["secret"] as? [String] ?? [vector["secret"] as? String ?? ""]
        settings = vector["params"] as? [String: String] ?? [:]
        now = (vector["now"] as? NSNumber)?.int64Value
        replayGroup = vector["replay_group"] as? String
        let url = vector["url"] as? String ?? ""
        let authority = url.range(of: "://").map { $0.upperBound } ?? url.startIndex
        let slash = url[authority...].firstIndex(of: "/") ?? url.endIndex
        publicURL = String(url[..<slash])
        var fields: [(name: String, value: [UInt8])] = []
        for (name, value) in vector["headers"] as? [String: Any] ?? [:] {
            for text in value as? [String] ?? [value as? String ?? ""] { fields.append((name, Array(text.utf8))) }
        }
        var body = Array((vector["body"] as? String ?? "").utf8)
        if let encoded = vector["body_b64"] as? String { body = Base64.decode(encoded) ?? [] }
        request = ComposedRequest(
            method: vector["method"] as? String ?? "POST",
            target: slash == url.endIndex ? "/" : String(url[slash...]),
            fields: fields.sorted { $0.name < $1.name },
            body: body
        )
    }

    /// The scheme with what the vector configures.
    func compiledScheme() throws -> CompiledSignatureScheme {
        guard var scheme = SignatureCatalogue.scheme(named: scheme) else { throw Unknown(name: self.scheme) }
        scheme.publicURL = publicURL
        scheme.settings = settings
        return try CompiledSignatureScheme(scheme)
    }

    struct Unknown: Error { let name: String }

    /// What the engine says: a match, or the fault it names.
    func judge() throws -> (match: SignatureMatch?, fault: SignatureFault?, denial: Denial?) {
        let compiled = try compiledScheme()
        let keys = try secrets.enumerated().map { index, secret in
            let read = try KeyMaterialReader(compiled.scheme).read(Array(secret.utf8).span, strength: .any)
            return SigningKey(id: KeyID("k\(index)") ?? Self.fallbackID, material: read.material)
        }
        let verifier = try SignatureVerifier(scheme: compiled, keys: keys)
        let (bytes, head) = request.makeHead()
        let time = Timestamp(seconds: now ?? 1_767_225_600) ?? Timestamp(microseconds: 0)
        let result = verifier.begin(head: head, bytes: bytes.span, now: time)
            .flatMap { verifier.finish($0, head: head, bytes: bytes.span, body: request.body.span, now: time) }
        switch result {
        case .failure(let denial): return (nil, SignatureFault(of: denial), denial)
        case .success(let match):
            guard let fault = window(match, compiled, time) else { return (match, nil, nil) }
            return (nil, fault, fault.denial("window"))
        }
    }

    /// The window that the catalogue recommends, as the timestamp check applies it.
    private func window(
        _ match: SignatureMatch,
        _ compiled: CompiledSignatureScheme,
        _ time: Timestamp
    ) -> SignatureFault? {
        guard now != nil, let place = compiled.scheme.timestamp, let tolerance = place.tolerance,
            let signed = match.timestamp
        else { return nil }
        let age = time.microseconds - signed.microseconds
        if age > tolerance * 1_000_000 { return .timestampTooOld }
        return -age > (place.future ?? tolerance) * 1_000_000 ? .timestampInFuture : nil
    }

    private static let fallbackID: KeyID = {
        guard let id = KeyID("k") else { preconditionFailure("k is a key id") }
        return id
    }()
}
