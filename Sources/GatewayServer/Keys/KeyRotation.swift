import AuditLog
import GatewayCrypto
package import GatewayStorage
package import WebhookVerification

/// The steps of `keys rotate` up to the moment when the sender may use the new key.
package struct KeyRotation: Sendable {
    /// A rotation whose new key is in the keyring.
    package struct Started: Sendable {
        /// The new key.
        package let id: KeyID
        /// The key that it replaces.
        package let replaces: KeyID
        /// The keyring with it.
        package let opened: KeyringFile.Opened
        /// What should be said about the secret.
        package let warnings: [String]
        let secret: SecretBytes
        let isGenerated: Bool
    }

    private let tool: KeyTool
    private let source: String
    private let draft: Keyring.NewKey
    private let overlap: Int64

    /// A rotation of `source`; the replaced key stays accepted for `overlap` seconds after the first use of the new one.
    package init(tool: KeyTool, source: String, draft: Keyring.NewKey, overlap: Int64) {
        self.tool = tool
        self.source = source
        self.draft = draft
        self.overlap = overlap
    }

    /// Adds the new key: a generated secret, or the one that `place` holds.
    package func start(from place: String?, reason: String?) throws(KeyToolFault) -> Started {
        let secret: SecretBytes
        if let place {
            secret = try SecretInput.read(place).secret
        } else {
            secret = try tool.makeSecret(for: source, draft)
        }
        var result: (id: KeyID, warnings: [String])?
        var old: KeyID?
        let opened = try tool.update { (keyring, now) throws(KeyringFault) in
            try keyring.refuseOpenRotation(of: source, now: now)
            old = try keyring.entry(source).primary
            let added = try tool.add(secret, draft, to: source, in: &keyring, now: now)
            try keyring.startRotation(of: source, to: added.id, overlap: overlap)
            result = added
            let text = "rotation: replaces \(old?.text ?? ""), overlap \(overlap) s"
            let kind: EntryKind = place == nil ? .keyAdd : .keyImport
            return [tool.act(kind, key: added.id.text, of: source, text, reason: reason)]
        }
        guard let result, let old else { throw KeyToolFault(.data, "'\(source)' has no key to replace") }
        return Started(
            id: result.id,
            replaces: old,
            opened: opened,
            warnings: result.warnings,
            secret: secret,
            isGenerated: place == nil
        )
    }

    /// Takes a new key out again that the running gateway did not take; nobody has seen its secret.
    package func drop(_ id: KeyID) throws(KeyToolFault) {
        _ = try tool.update { (keyring, _) throws(KeyringFault) in
            try keyring.revoke(id.text)
            try keyring.destroy(id.text)
            return [tool.act(.keyDestroy, key: id.text, of: source, "the gateway did not take it", reason: nil)]
        }
    }

    /// Shows the secret, once.
    package func show(_ started: Started, json: Bool, descriptor: Int32?) throws(KeyToolFault) {
        let head =
            "{\"source\":\"\(source)\",\"id\":\"\(started.id)\",\"replaces\":\"\(started.replaces)\","
            + "\"revision\":\(started.opened.keyring.revision),\"secret\":"
        let nothing = SecretBytes([UInt8]().span)
        if let descriptor, started.isGenerated { try SecretInput.write(started.secret, to: descriptor) }
        let isShown = started.isGenerated && descriptor == nil
        switch (json, isShown) {
        case (true, true): try SecretInput.write(started.secret, before: head + "\"", after: "\"}\n", to: 1)
        case (true, false): try SecretInput.write(nothing, before: head + "null", after: "}\n", to: 1)
        case (false, true):
            let text = "new key \(started.id) of \(source), shown once:\n\n    "
            try SecretInput.write(started.secret, before: text, after: "\n\n", to: 1)
        case (false, false): try SecretInput.write(nothing, before: "new key \(started.id) of \(source)", to: 1)
        }
    }
}
