package import GatewayCrypto

/// The gateway's own secrets of 32 bytes: entries `internal:NAME`, kept as 64 hexadecimal digits.
///
/// Source: `docs/keys.md`, own keys.
extension Keyring {
    private static let ownScheme = scheme(SignatureScheme(name: "own", algorithm: "hmac-sha256"), reading: .hex)

    /// The 32 bytes of a key of an entry `internal:NAME`.
    package func ownSecret(_ key: KeyringKey, in name: String) throws(KeyringFault) -> SecretBytes {
        let text = try secret(of: key, in: name)
        guard var bytes = text.withBytes({ Hex.decode($0) }), bytes.count == 32 else {
            throw .malformed("key \(key.id) of '\(name)' is not 64 hexadecimal digits")
        }
        return SecretBytes(consuming: &bytes)
    }

    /// The primary of an entry `internal:NAME` with its 32 bytes; `nil` where the entry, or an active key of it, is not there.
    package func ownPrimary(_ name: String) throws(KeyringFault) -> (key: KeyringKey, secret: SecretBytes)? {
        guard let entry = try? entry(name), let key = entry.primary.flatMap(entry.key) else { return nil }
        return (key, try ownSecret(key, in: name))
    }

    /// Adds 32 bytes to an entry `internal:NAME` and makes them its primary.
    package mutating func addOwn(
        _ secret: SecretBytes,
        to name: String,
        algorithm: String,
        origin: KeyringKey.Origin,
        lifeDays: Int64?,
        now: Timestamp
    ) throws(KeyringFault) -> KeyID {
        var new = NewKey()
        new.algorithm = algorithm
        new.encoding = .hex
        new.lifeDays = lifeDays
        new.origin = origin
        var text: [UInt8] = []
        text.reserveCapacity(64)
        secret.withBytes { Hex.append($0, to: &text) }
        let reader = KeyMaterialReader(Keyring.ownScheme)
        let id = try add(to: name, secret: SecretBytes(consuming: &text), new, reader: reader, now: now).id
        if try entry(name).primary != id { try promote(id.text) }
        return id
    }
}
