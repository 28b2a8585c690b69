package import GatewayCrypto

/// The monthly keys with which audit entries hide what they record. Source: `docs/audit-log-format.md`, redaction.
extension Keyring {
    /// What a monthly key is for.
    package enum EpochUse: String, Sendable, CaseIterable {
        /// Field MACs.
        case mac
        /// Sealed values.
        case seal
    }

    /// The name of the entry of a month, `YYYY-MM`.
    package static func epochEntry(_ use: EpochUse, _ month: String) -> String {
        "internal:audit-\(use.rawValue)-\(month)"
    }

    /// Whether the entry of a name is that of a month.
    package static func isEpochEntry(_ name: String) -> Bool {
        EpochUse.allCases.contains { name.hasPrefix(epochEntry($0, "")) }
    }

    /// The months that have a key of a use, oldest first; also those whose key is destroyed.
    package func epochs(_ use: EpochUse) -> [String] {
        let prefix = Keyring.epochEntry(use, "")
        return entries.map(\.name).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.utf8.count)) }
            .sorted()
    }

    /// The key of a month; `nil` where there is none, or it is destroyed.
    package func epochKey(_ use: EpochUse, _ month: String) throws(KeyringFault) -> SecretBytes? {
        let name = Keyring.epochEntry(use, month)
        guard let entry = entries.first(where: { $0.name == name }),
            let key = entry.keys.first(where: { $0.state == .active })
        else { return nil }
        let secret = try secret(of: key, in: name)
        do throws(SignatureSchemeMistake) {
            let reader = Keyring.epochReader
            let read = try secret.withBytes { (bytes) throws(SignatureSchemeMistake) in try reader.read(bytes) }
            guard case .secret(let material) = read.material, material.count == 32 else {
                throw SignatureSchemeMistake("key", "32 bytes in hexadecimal are expected")
            }
            return material
        } catch {
            throw .unusableSecret("key \(key.id) of '\(name)': \(error.text)")
        }
    }

    /// Makes the key of a month; `nil` where the month has one, or had one that was destroyed.
    package mutating func makeEpochKey(
        _ use: EpochUse,
        _ month: String,
        now: Timestamp
    ) throws(KeyringFault) -> KeyID? {
        let name = Keyring.epochEntry(use, month)
        guard !entries.contains(where: { $0.name == name }) else { return nil }
        var new = NewKey()
        new.label = month
        new.algorithm = use == .mac ? "hmac-sha256" : "aes-256-gcm"
        new.encoding = .hex
        new.lifeDays = nil
        new.origin = .generated
        let secret = try Keyring.makeSecret(.hex)
        return try add(to: name, secret: secret, new, reader: Keyring.epochReader, now: now).id
    }

    /// Destroys the key of a month, whatever its state; gives its id, `nil` where there is none to destroy.
    package mutating func destroyEpochKey(_ use: EpochUse, _ month: String) throws(KeyringFault) -> KeyID? {
        let name = Keyring.epochEntry(use, month)
        guard let entry = entries.first(where: { $0.name == name }),
            let key = entry.keys.first(where: { $0.state != .destroyed })
        else { return nil }
        if key.state == .active || key.state == .suspended || key.state == .retiring { try revoke(key.id.text) }
        try destroy(key.id.text)
        return key.id
    }

    private static var epochReader: KeyMaterialReader {
        KeyMaterialReader(scheme(SignatureScheme(name: "internal", algorithm: "hmac-sha256"), reading: .hex))
    }
}
