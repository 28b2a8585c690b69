import GatewayCrypto
import StrictJSON

/// How a sender wraps its handshake so that only a holder of the key can read it.
enum ChallengeEnvelope: Sendable {
    /// `{"encrypt": base64}` of a 16-byte vector and AES-256-CBC blocks, the key being SHA-256 of the source's secret.
    ///
    /// Source: larksuite/node-sdk, `AESCipher`.
    case lark

    /// Bytes that every wrapped body holds.
    var needle: [UInt8] { Array("\"encrypt\"".utf8) }

    /// The text inside, by the first live secret; `nil` for anything that is not of this form.
    ///
    /// What was deciphered is not authentic. A wrong padding is left where it is, so that it is refused later and like
    /// every other text that is no handshake: an answer of its own would decipher messages for whoever asks.
    func open(_ body: Span<UInt8>, signature: SignatureRule, now: Timestamp) -> [UInt8]? {
        guard case .scheme(_, let keys) = signature else { return nil }
        let document = JSONDocument()
        guard document.parse(body) == nil, let root = document.root, document.kind(of: root) == .object,
            let node = document.member(Array("encrypt".utf8).span, of: root, in: body),
            let text = document.copyString(node, in: body), let sealed = Base64.decode(text.span),
            sealed.count > AES256CBC.blockByteCount
        else { return nil }
        for key in keys where key.isAccepted(at: now, now: now) {
            guard case .secret(let secret) = key.material else { continue }
            let digest = secret.withBytes { SHA256.hash($0) }
            var keyBytes = digest.bytes
            defer { SecretBytes.wipe(&keyBytes) }
            let vector = sealed.span.extracting(0..<AES256CBC.blockByteCount)
            let blocks = sealed.span.extracting(AES256CBC.blockByteCount..<sealed.count)
            let plain = try? AES256CBC.decipher(blocks, key: keyBytes.span, vector: vector)
            return plain.map(ChallengeEnvelope.withoutPadding)
        }
        return nil
    }

    /// Without the padding of PKCS #7 (RFC 5652 section 6.3); as it is where that is not well formed.
    private static func withoutPadding(_ text: [UInt8]) -> [UInt8] {
        guard let last = text.last, (1...AES256CBC.blockByteCount).contains(Int(last)),
            text.suffix(Int(last)).allSatisfy({ $0 == last })
        else { return text }
        return Array(text.dropLast(Int(last)))
    }
}
