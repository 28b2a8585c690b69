package import GatewayCrypto

/// An opened keyring: its document, and the keys to change it and to read its secrets.
///
/// A value: acts change a copy, and nothing is so until the copy was encoded and written. Source: `docs/keys.md`.
package struct Keyring: Sendable {
    /// At most this many keys of an entry may be accepting: each costs one MAC of every request.
    package static let acceptingMax = 5
    /// The largest file, in bytes.
    package static let fileBytesMax = 8 << 20

    /// The name of this keyring: `kr_` and random characters.
    package let id: String
    /// Counts the writes from 1.
    package internal(set) var revision: Int64
    /// When it was last written.
    package internal(set) var updated: Timestamp
    /// Where the master key is found, as the operator wrote it; `nil` where the file does not say.
    package internal(set) var masterReference: String?
    /// The MAC that the master key before this one made over the reference of this one; `nil` where there was none before.
    package internal(set) var handover: [UInt8]?
    /// The entries, sorted by name.
    package internal(set) var entries: [KeyringEntry]

    var salt: [UInt8]
    var secrets: KeyringSecrets
    /// The key that seals the secrets.
    var dataKey: SecretBytes
    var sealedDataKey: KeyringKey.Sealed

    /// A new, empty keyring at revision 0.
    package init(master: SecretBytes, reference: String, now: Timestamp) throws(KeyringFault) {
        do throws(CryptoFault) {
            id = "kr_" + Keyring.randomName(try RandomBytes.make(16))
            salt = try RandomBytes.make(32)
            dataKey = try RandomBytes.makeSecret(32)
        } catch {
            throw .crypto(error)
        }
        secrets = try KeyringSecrets(master: master, salt: salt)
        sealedDataKey = try secrets.wrap(dataKey, keyring: id)
        revision = 0
        updated = now
        masterReference = reference
        entries = []
    }

    /// Opens a file: form, master key, MAC, and the data key, in this order.
    package init(opening bytes: [UInt8], master: SecretBytes) throws(KeyringFault) {
        let document = try KeyringDocument(bytes)
        secrets = try KeyringSecrets(master: master, salt: document.salt)
        let isRight = constantTimeEquals(Array(secrets.check.utf8).span, Array(document.check.utf8).span)
        guard isRight else { throw .wrongMaster }
        let mac = try secrets.mac(document.authenticated)
        guard constantTimeEquals(mac.span, document.mac.span) else { throw .notAuthentic }
        dataKey = try secrets.unwrap(document.dataKey, keyring: document.id)
        sealedDataKey = document.dataKey
        id = document.id
        revision = document.revision
        updated = document.updated
        masterReference = document.masterReference
        handover = document.handover
        entries = document.entries
        salt = document.salt
    }

    /// The file: the canonical document with its MAC, and one line feed.
    package func encoded() throws(KeyringFault) -> [UInt8] {
        let body = KeyringWriter.document(self, mac: nil)
        return KeyringWriter.document(self, mac: try secrets.mac(body)) + [0x0A]
    }

    /// The entry of a name.
    package func entry(_ name: String) throws(KeyringFault) -> KeyringEntry {
        guard let entry = entries.first(where: { $0.name == name }) else {
            let known = entries.map(\.name).filter { KeyringEntry.purpose(of: $0) != .internal }
            throw .unknownSource(name, known: known)
        }
        return entry
    }

    /// The entry that has a key of this id, and the key.
    package func find(_ id: String) throws(KeyringFault) -> (entry: KeyringEntry, key: KeyringKey) {
        for entry in entries {
            if let key = entry.keys.first(where: { $0.id.text == id }) { return (entry, key) }
        }
        throw .unknownKey(id)
    }

    /// The text of a key's secret.
    package func secret(of key: KeyringKey, in name: String) throws(KeyringFault) -> SecretBytes {
        guard let sealed = key.sealed else { throw .refused("key \(key.id) is destroyed: its secret is gone") }
        return try KeyringSecrets.open(sealed, with: dataKey, additional: Keyring.additional(key, name))
    }

    /// What binds a sealed secret to its place, so that ciphertexts cannot be moved between keys.
    static func additional(_ key: KeyringKey, _ name: String) -> String {
        "postern/key/v1\n\(name)\n\(key.id)\n\(key.purpose.rawValue)\n\(key.algorithm)\n\(key.encoding.rawValue)\n"
    }

    /// Random bytes in 26 letters and digits that are not mistaken for each other (Crockford's alphabet).
    static func randomName(_ bytes: [UInt8]) -> String {
        let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
        var text: [UInt8] = []
        for byte in bytes { text.append(alphabet[Int(byte & 31)]) }
        return String(decoding: text, as: UTF8.self)
    }
}
