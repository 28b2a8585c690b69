import AuditLog
import GatewayConfig
import GatewayCrypto
package import GatewayStorage
package import WebhookVerification

/// Moving keys from one keyring to another.
extension KeyTool {
    /// The entry whose key opens what others seal for this keyring.
    package static let transferEntry = "internal:transfer"

    /// Makes the key that others seal for; gives whom they name.
    package func makeRecipient(
        reason: String?
    ) throws(KeyToolFault) -> (opened: KeyringFile.Opened, id: String, recipient: KeyRecipient) {
        var made: (id: String, recipient: KeyRecipient)?
        let opened = try update(makes: .ifMissing) { (keyring, now) throws(KeyringFault) in
            let secret: SecretBytes
            let recipient: KeyRecipient
            do throws(CryptoFault) {
                secret = try RandomBytes.makeSecret(32)
                recipient = try KeyRecipient(of: secret)
            } catch {
                throw .crypto(error)
            }
            let id = try keyring.addOwn(
                secret,
                to: KeyTool.transferEntry,
                algorithm: "x25519",
                origin: .generated,
                lifeDays: 365,
                now: now
            ).text
            made = (id, recipient)
            return [act(.keyAdd, key: id, of: KeyTool.transferEntry, "opens keys sealed for it", reason: reason)]
        }
        guard let made else { throw KeyToolFault(.inputOutput, "the key was not made") }
        return (opened, made.id, made.recipient)
    }

    /// Whom others name to seal for a key of the entry; `nil` for other keys, and for one that is destroyed.
    package static func recipient(_ key: KeyringKey, in name: String, of keyring: Keyring) -> KeyRecipient? {
        guard name == transferEntry, key.hasSecret, let secret = try? keyring.ownSecret(key, in: name) else {
            return nil
        }
        return try? KeyRecipient(of: secret)
    }

    /// The secret of a key sealed for a recipient; the act goes to the audit log first.
    package func export(_ id: String, reason: String, for recipient: KeyRecipient) throws(KeyToolFault) -> [UInt8] {
        let opened = try open()
        let (sealed, name) = try orFault { () throws(KeyringFileFault) in
            do throws(KeyringFault) {
                let found = try opened.keyring.find(id)
                let sealed = try SealedKey(found.key, of: found.entry.name, in: opened.keyring, for: recipient)
                return (sealed, found.entry.name)
            } catch {
                throw .keyring(error, "")
            }
        }
        let act = act(.keyExport, key: id, of: name, "sealed for \(recipient)", reason: reason)
        try orFault { () throws(KeyringFileFault) in try access.file.leave(act, at: opened) }
        return sealed.encoded
    }

    /// Takes a key that was sealed for this keyring into an entry.
    package func importSealed(
        _ file: [UInt8],
        to name: String,
        _ change: (inout Keyring.NewKey) -> Void,
        reason: String?
    ) throws(KeyToolFault) -> (opened: KeyringFile.Opened, id: String, head: SealedKey.Head, warnings: [String]) {
        var result: (id: String, head: SealedKey.Head, warnings: [String])?
        let opened = try update { (keyring, now) throws(KeyringFault) in
            let sealed = try SealedKey(file)
            let secret = try KeyTool.unseal(sealed, keyring)
            var new = draft(name, encoding: sealed.head.encoding)
            new.label = sealed.head.label
            new.origin = .imported
            change(&new)
            let added = try add(secret, new, to: name, in: &keyring, now: now)
            result = (added.id.text, sealed.head, added.warnings)
            let text = "unsealed: was \(sealed.head.id) of \(sealed.head.source)"
            return [act(.keyImport, key: added.id.text, of: name, text, reason: reason)]
        }
        guard let result else { throw KeyToolFault(.inputOutput, "the key was not imported") }
        return (opened, result.id, result.head, result.warnings)
    }

    private static func unseal(_ sealed: SealedKey, _ keyring: Keyring) throws(KeyringFault) -> SecretBytes {
        let keys = (try? keyring.entry(transferEntry))?.keys ?? []
        for key in keys where recipient(key, in: transferEntry, of: keyring) == sealed.head.recipient {
            return try sealed.open(with: try keyring.ownSecret(key, in: transferEntry))
        }
        throw .refused(
            "the key is sealed for \(sealed.head.recipient), which is not of this keyring; see keys show \(transferEntry)"
        )
    }
}
