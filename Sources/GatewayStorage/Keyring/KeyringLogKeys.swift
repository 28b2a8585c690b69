import AuditLog
package import GatewayCrypto
package import WebhookVerification

/// The signing keys of a node's audit log in the keyring: the entry `internal:log-NODE`.
///
/// A log that was begun before there was a keyring has its keys in a file, and goes on so until they are imported. Which
/// of the two holds is decided under the keyring's lock, so that an import and a rotation cannot miss each other.
/// Source: `docs/keys.md`, own keys.
package struct KeyringLogKeys: AuditKeyStore {
    /// The keyring.
    private let file: KeyringFile
    /// The name of the entry.
    private let name: String
    /// The key file of a log that has one.
    private let own: AuditKeyFile
    private let master: @Sendable () throws(KeyringFileFault) -> SecretBytes

    /// The name of the entry of a node.
    package static func entry(ofNode node: String) -> String { "internal:log-\(node)" }

    /// The keys of `node` in the keyring `file`, or still in `own`.
    package init(
        _ file: KeyringFile,
        node: String,
        own: AuditKeyFile,
        master: @escaping @Sendable () throws(KeyringFileFault) -> SecretBytes
    ) {
        self.file = file
        name = KeyringLogKeys.entry(ofNode: node)
        self.own = own
        self.master = master
    }

    package func read() throws(AuditOpenFault) -> [AuditLogKey] {
        let keys: [AuditLogKey]?
        do throws(KeyringFileFault) {
            keys = try kept(try file.read(master: try master()).keyring)
        } catch {
            throw .badKey(path: file.paths.file, cause: "\(error)")
        }
        if let keys { return keys }
        return try own.read()
    }

    private func kept(_ keyring: Keyring) throws(KeyringFileFault) -> [AuditLogKey]? {
        do throws(KeyringFault) {
            guard let entry = try? keyring.entry(name) else { return nil }
            guard let (primary, seed) = try keyring.ownPrimary(name) else {
                throw KeyringFault.refused("'\(name)' has no active key to sign the audit log with")
            }
            var keys = [AuditLogKey(seed: seed, until: nil)]
            for key in entry.keys where key.state == .retiring && key.id != primary.id {
                keys.append(AuditLogKey(seed: try keyring.ownSecret(key, in: name), until: key.notAfter?.microseconds))
            }
            return keys
        } catch {
            throw .keyring(error, file.paths.file)
        }
    }

    package func write(_ keys: [AuditLogKey]) throws(AuditOpenFault) {
        var failure: AuditOpenFault?
        do throws(KeyringFileFault) {
            let now = Timestamp(microseconds: AuditClock.now().wall)
            let opened = try file.update(master: try master(), now: now) { (keyring) throws(KeyringFault) in
                if (try? keyring.entry(name)) == nil {
                    do throws(AuditOpenFault) {
                        guard try own.read().isEmpty else {
                            try own.write(keys)
                            return []
                        }
                    } catch {
                        failure = error
                        return []
                    }
                }
                return try replace(keys, .generated, &keyring, now)
            }
            try? file.note(opened)
        } catch {
            throw .badKey(path: file.paths.file, cause: "\(error)")
        }
        if let failure { throw failure }
    }

    /// Takes the keys of the key file into the keyring and removes the file; gives how many, `nil` where there is no file.
    ///
    /// `acts` completes the acts for the audit log.
    package func importOwn(
        now: Timestamp,
        acts complete: (KeyringAct) -> KeyringAct
    ) throws(KeyringFileFault) -> (opened: KeyringFile.Opened, count: Int)? {
        var count = 0
        let opened = try file.update(master: try master(), now: now) { (keyring) throws(KeyringFault) in
            guard (try? keyring.entry(name)) == nil else {
                throw .refused("'\(name)' has the key of the audit log already")
            }
            let keys: [AuditLogKey]
            do throws(AuditOpenFault) { keys = try own.read() } catch { throw .refused("\(own.path): \(error)") }
            guard !keys.isEmpty else { return [] }
            count = keys.count
            return try replace(keys, .imported, &keyring, now).map(complete)
        }
        guard count > 0 else { return nil }
        do throws(FileFailure) { try own.remove() } catch { throw .file(error) }
        try? file.note(opened)
        return (opened, count)
    }

    /// Makes the first key the primary, and the others retire when they say; what else signed does not any more.
    private func replace(
        _ keys: [AuditLogKey],
        _ origin: KeyringKey.Origin,
        _ keyring: inout Keyring,
        _ now: Timestamp
    ) throws(KeyringFault) -> [KeyringAct] {
        var acts: [KeyringAct] = []
        let before = (try? keyring.entry(name))?.keys ?? []
        // Oldest first, so that the last one that is added is the primary.
        for key in keys.reversed() {
            var id: KeyID?
            for old in before where old.sealed != nil {
                if try keyring.ownSecret(old, in: name) == key.seed { id = old.id }
            }
            if id == nil {
                let added = try keyring.addOwn(
                    key.seed,
                    to: name,
                    algorithm: "ed25519",
                    origin: origin,
                    lifeDays: key.until == nil ? 365 : nil,
                    now: now
                )
                acts.append(act(origin == .imported ? .keyImport : .keyAdd, added, "signs the audit log", now))
                id = added
            }
            guard let until = key.until, let id else { continue }
            try keyring.retire(id.text, notAfter: Timestamp(microseconds: until))
            acts.append(act(.keyRetire, id, "signs until \(KeyringTime.text(Timestamp(microseconds: until)))", now))
        }
        return acts + (try endOthers(keys, before, &keyring, now))
    }

    private func endOthers(
        _ keys: [AuditLogKey],
        _ before: [KeyringKey],
        _ keyring: inout Keyring,
        _ now: Timestamp
    ) throws(KeyringFault) -> [KeyringAct] {
        var acts: [KeyringAct] = []
        for old in before where old.state == .active || old.state == .retiring {
            let secret = try keyring.ownSecret(old, in: name)
            if keys.contains(where: { $0.seed == secret }) { continue }
            if old.state == .active { try keyring.retire(old.id.text, notAfter: now) }
            try keyring.finishRetirement(old.id.text)
            acts.append(act(.keyRetire, old.id, "signs no longer", now))
        }
        return acts
    }

    private func act(_ kind: EntryKind, _ id: KeyID, _ detail: String, _ now: Timestamp) -> KeyringAct {
        KeyringAct(kind, key: id.text, of: name, detail: detail, time: now)
    }
}
