package import GatewayCrypto

/// What verifiers get out of a keyring.
extension Keyring {
    /// How many keys that are no longer accepted are kept to be recognised.
    private static let canariesMax = 16

    /// The keys of a source for its scheme: the primary first, then what is accepted, then what is only recognised.
    ///
    /// `skew` and `grace` are the source's clock rules in seconds. Throws where an accepted secret does not have the form
    /// that the scheme needs.
    package func signingKeys(
        for name: String,
        scheme: SignatureScheme,
        skew: Int64,
        grace: Int64
    ) throws(KeyringFault) -> [SigningKey] {
        let entry = try entry(name)
        var accepting: [SigningKey] = []
        var canaries: [SigningKey] = []
        for key in entry.keys where key.sealed != nil {
            guard let made = try signingKey(key, name, scheme, skew, grace) else { continue }
            if !key.isAccepting {
                canaries.append(made)
            } else if entry.primary == key.id {
                accepting.insert(made, at: 0)
            } else {
                accepting.append(made)
            }
        }
        return accepting + canaries.suffix(Keyring.canariesMax)
    }

    private func signingKey(
        _ key: KeyringKey,
        _ name: String,
        _ scheme: SignatureScheme,
        _ skew: Int64,
        _ grace: Int64
    ) throws(KeyringFault) -> SigningKey? {
        let secret = try secret(of: key, in: name)
        let read: KeyMaterialReader.Result
        do throws(SignatureSchemeMistake) {
            let reader = KeyMaterialReader(Keyring.scheme(scheme, reading: key.encoding))
            read = try secret.withBytes { (bytes) throws(SignatureSchemeMistake) in
                try reader.read(bytes, strength: .any)
            }
        } catch {
            // A key that is refused anyway does no harm when it cannot be read.
            if !key.isAccepting { return nil }
            throw .unusableSecret("key \(key.id) of '\(name)': \(error.text)")
        }
        return SigningKey(
            id: key.id,
            material: read.material,
            state: Keyring.state(key),
            notBefore: [key.notBefore, read.notBefore].compactMap(\.self).max(),
            notAfter: [key.notAfter, read.notAfter].compactMap(\.self).min(),
            skew: skew * 1_000_000,
            grace: grace * 1_000_000
        )
    }

    private static func state(_ key: KeyringKey) -> SigningKey.State {
        switch key.state {
        case .pending: key.notBefore == nil ? .pending : .live
        case .active: .live
        case .suspended: .suspended
        case .retiring: .retiring
        case .retired, .destroyed: .retired
        case .revoked: .revoked
        }
    }

    /// The scheme as it reads a secret of this encoding; `utf8` leaves it to the scheme.
    package static func scheme(_ scheme: SignatureScheme, reading encoding: KeyringKey.Encoding) -> SignatureScheme {
        var changed = scheme
        switch encoding {
        case .utf8: return scheme
        case .base64: changed.key.encoding = "base64"
        case .hex: changed.key.encoding = "hex"
        case .whsec:
            changed.key.encoding = "base64"
            if !changed.key.strip.contains("whsec_") { changed.key.strip.append("whsec_") }
        }
        return changed
    }

    /// The encoding that secrets of a scheme have.
    package static func encoding(of scheme: SignatureScheme) -> KeyringKey.Encoding {
        switch scheme.key.encoding {
        case "hex": .hex
        case "base64": scheme.key.strip.contains("whsec_") ? .whsec : .base64
        default: .utf8
        }
    }

    /// A new secret of 32 random bytes in the form of an encoding; 64 hexadecimal digits where any text will do.
    package static func makeSecret(_ encoding: KeyringKey.Encoding) throws(KeyringFault) -> SecretBytes {
        do throws(CryptoFault) {
            let random = try RandomBytes.makeSecret(32)
            // Room for the longest form, so that no copy is left behind when the array grows.
            var text: [UInt8] = []
            text.reserveCapacity(80)
            random.withBytes { bytes in
                switch encoding {
                case .utf8, .hex: Hex.append(bytes, to: &text)
                case .base64: Base64.append(bytes, to: &text)
                case .whsec:
                    text.append(contentsOf: "whsec_".utf8)
                    Base64.append(bytes, to: &text)
                }
            }
            return SecretBytes(consuming: &text)
        } catch {
            throw .crypto(error)
        }
    }

    /// The secret that signs for a handler: the primary of a `sign:` entry.
    package func outboundSecret(_ name: String) throws(KeyringFault) -> SecretBytes {
        let entry = try entry(name)
        guard let primary = entry.primary, let key = entry.key(primary) else {
            throw .refused("'\(name)' has no active key to sign with")
        }
        let secret = try secret(of: key, in: name)
        let reader = KeyMaterialReader(
            Keyring.scheme(SignatureScheme(name: "outbound", algorithm: "hmac-sha256"), reading: key.encoding)
        )
        do throws(SignatureSchemeMistake) {
            let read = try secret.withBytes { (bytes) throws(SignatureSchemeMistake) in try reader.read(bytes) }
            guard case .secret(let material) = read.material else { throw SignatureSchemeMistake("key", "no secret") }
            return material
        } catch {
            throw .unusableSecret("key \(key.id) of '\(name)': \(error.text)")
        }
    }
}
