import GatewayCrypto

/// The keys that are derived from a master key, and what is done with them.
///
/// Source: `docs/keys.md`, keyring file. HKDF-SHA256 with the keyring's salt; the fingerprint's key has an empty salt, so
/// that a fingerprint stays the same as long as the master key does.
struct KeyringSecrets: Sendable {
    /// Wraps the data key.
    private let wrapping: SecretBytes
    /// Authenticates the whole file.
    private let authenticating: SecretBytes
    private let fingerprinting: SecretBytes
    /// Sixteen hexadecimal digits that show whether a master key is the right one.
    let check: String

    init(master: SecretBytes, salt: [UInt8]) throws(KeyringFault) {
        guard master.count == 32 else { throw .refused("a master key of 32 bytes is expected, found \(master.count)") }
        do throws(CryptoFault) {
            wrapping = try KeyringSecrets.derive(master, salt, "wrap")
            authenticating = try KeyringSecrets.derive(master, salt, "mac")
            fingerprinting = try KeyringSecrets.derive(master, [], "fp")
            let checking = try KeyringSecrets.derive(master, salt, "check")
            check = try KeyringSecrets.digits(checking, [UInt8]().span)
        } catch {
            throw .crypto(error)
        }
    }

    private static func derive(
        _ master: SecretBytes,
        _ salt: [UInt8],
        _ name: String
    ) throws(CryptoFault) -> SecretBytes {
        let info = Array("postern/keyring/v1/\(name)".utf8)
        return try master.withBytes { (bytes) throws(CryptoFault) in
            try HKDF.deriveSHA256(from: bytes, salt: salt.span, info: info.span, count: 32)
        }
    }

    /// The first eight bytes of a MAC as hexadecimal digits.
    private static func digits(_ key: SecretBytes, _ message: Span<UInt8>) throws(CryptoFault) -> String {
        let context = try HMACContext(.sha256, key: key)
        context.update(message)
        var mac = [UInt8](repeating: 0, count: 32)
        var span = mac.mutableSpan
        guard context.finish(into: &span) == 32 else { throw .operationFailed("HMAC") }
        return Hex.encode(mac.span.extracting(0..<8))
    }

    /// What tells a secret apart from others.
    func fingerprint(_ secret: SecretBytes) throws(KeyringFault) -> String {
        do throws(CryptoFault) {
            return try secret.withBytes { (bytes) throws(CryptoFault) in
                try KeyringSecrets.digits(fingerprinting, bytes)
            }
        } catch {
            throw .crypto(error)
        }
    }

    /// The MAC of the canonical document without `mac`.
    func mac(_ document: [UInt8]) throws(KeyringFault) -> [UInt8] {
        do throws(CryptoFault) {
            return try authenticating.withBytes { (key) throws(CryptoFault) in
                try HMACContext.mac(.sha256, key: key, message: document.span)
            }
        } catch {
            throw .crypto(error)
        }
    }

    /// The MAC by which this master key says which one takes its place; under the key that authenticates files, whose
    /// texts begin with a brace.
    func vouch(_ text: [UInt8]) throws(KeyringFault) -> [UInt8] { try mac(text) }

    func wrap(_ dataKey: SecretBytes, keyring id: String) throws(KeyringFault) -> KeyringKey.Sealed {
        try KeyringSecrets.seal(dataKey, with: wrapping, additional: "postern/keyring/v1/dek\n\(id)")
    }

    func unwrap(_ sealed: KeyringKey.Sealed, keyring id: String) throws(KeyringFault) -> SecretBytes {
        try KeyringSecrets.open(sealed, with: wrapping, additional: "postern/keyring/v1/dek\n\(id)")
    }

    /// Seals with a fresh random nonce.
    static func seal(
        _ plaintext: SecretBytes,
        with key: SecretBytes,
        additional: String
    ) throws(KeyringFault) -> KeyringKey.Sealed {
        do throws(CryptoFault) {
            let nonce = try RandomBytes.make(AES256GCM.nonceByteCount)
            let data = Array(additional.utf8)
            let ciphertext = try plaintext.withBytes { (bytes) throws(CryptoFault) in
                try AES256GCM.seal(bytes, key: key, nonce: nonce.span, additional: data.span)
            }
            return KeyringKey.Sealed(nonce: nonce, ciphertext: ciphertext)
        } catch {
            throw .crypto(error)
        }
    }

    static func open(
        _ sealed: KeyringKey.Sealed,
        with key: SecretBytes,
        additional: String
    ) throws(KeyringFault) -> SecretBytes {
        do throws(CryptoFault) {
            return try AES256GCM.open(
                sealed.ciphertext.span,
                key: key,
                nonce: sealed.nonce.span,
                additional: Array(additional.utf8).span
            )
        } catch {
            if error == .notAuthentic { throw .notAuthentic }
            throw .crypto(error)
        }
    }
}
