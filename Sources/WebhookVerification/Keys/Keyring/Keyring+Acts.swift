package import GatewayCrypto

/// What an operator does to keys, each checked against the states of `docs/keys.md`.
extension Keyring {
    /// What a new key is made of.
    package struct NewKey: Sendable {
        /// A word for people.
        package var label = ""
        /// The algorithm of the source's scheme.
        package var algorithm = "hmac-sha256"
        package var encoding = KeyringKey.Encoding.utf8
        /// From when on it is accepted; `nil` for at once.
        package var notBefore: Timestamp?
        /// Days until it should be replaced; `nil` for never.
        package var lifeDays: Int64? = 365
        package var origin = KeyringKey.Origin.imported

        /// A key that is accepted at once.
        package init() {}
    }

    /// Adds a key whose secret `reader` accepts; gives its id, and what should be said about the secret.
    ///
    /// Throws where the secret is weak, is there already, or too many keys of the entry would be accepting.
    package mutating func add(
        to name: String,
        secret: SecretBytes,
        _ new: NewKey,
        reader: KeyMaterialReader,
        now: Timestamp
    ) throws(KeyringFault) -> (id: KeyID, warnings: [String]) {
        guard let purpose = KeyringEntry.purpose(of: name) else {
            throw .refused("'\(name)' cannot be a source's name: a-z, 0-9, '.', '_' and '-', at most 64")
        }
        guard new.label.utf8.count <= 64, new.label.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) else {
            throw .refused("a label of at most 64 printable ASCII characters is expected")
        }
        let warnings = try Keyring.judge(secret, reader)
        let fingerprint = try secrets.fingerprint(secret)
        try refuseDuplicate(fingerprint, for: name)
        let id: KeyID
        do throws(CryptoFault) {
            guard let made = KeyID("k_" + Keyring.randomName(try RandomBytes.make(12))) else {
                throw .operationFailed("no name for a key")
            }
            id = made
        } catch {
            throw .crypto(error)
        }
        var key = KeyringKey(
            id: id,
            label: new.label,
            purpose: purpose,
            algorithm: new.algorithm,
            encoding: new.encoding,
            state: new.notBefore == nil ? .active : .pending,
            created: now,
            notBefore: new.notBefore,
            expires: new.lifeDays.flatMap { Timestamp(seconds: now.seconds + $0 * 86_400) },
            origin: new.origin,
            fingerprint: fingerprint
        )
        key.sealed = try KeyringSecrets.seal(secret, with: dataKey, additional: Keyring.additional(key, name))
        try insert(key, into: name)
        return (id, warnings)
    }

    private static func judge(_ secret: SecretBytes, _ reader: KeyMaterialReader) throws(KeyringFault) -> [String] {
        do throws(SignatureSchemeMistake) {
            return try secret.withBytes { (bytes) throws(SignatureSchemeMistake) in try reader.read(bytes).warnings }
        } catch {
            throw .unusableSecret(error.text)
        }
    }

    private func refuseDuplicate(_ fingerprint: String, for name: String) throws(KeyringFault) {
        for entry in entries {
            if let twin = entry.keys.first(where: { $0.fingerprint == fingerprint && $0.state != .destroyed }) {
                throw .duplicateSecret(source: entry.name, key: twin.id)
            }
        }
    }

    private mutating func insert(_ key: KeyringKey, into name: String) throws(KeyringFault) {
        if let index = entries.firstIndex(where: { $0.name == name }) {
            guard entries[index].acceptingCount(now: key.created) < Keyring.acceptingMax else {
                throw .refused("'\(name)' has \(Keyring.acceptingMax) accepting keys already; retire one first")
            }
            entries[index].keys.append(key)
            entries[index].electPrimary()
        } else {
            var entry = KeyringEntry(name: name, primary: nil, keys: [key])
            entry.electPrimary()
            entries.append(entry)
            entries.sort { $0.name < $1.name }
        }
    }

    /// Changes one key, after `act` has judged its state.
    private mutating func change(
        _ id: String,
        _ act: (inout KeyringKey) throws(KeyringFault) -> Void
    ) throws(KeyringFault) {
        let (entry, key) = try find(id)
        guard let index = entries.firstIndex(where: { $0.name == entry.name }),
            let position = entries[index].keys.firstIndex(where: { $0.id == key.id })
        else { throw .unknownKey(id) }
        try act(&entries[index].keys[position])
        entries[index].electPrimary()
    }

    private static func allow(
        _ key: KeyringKey,
        _ states: Set<KeyringKey.State>,
        _ act: String
    ) throws(KeyringFault) {
        guard states.contains(key.state) else { throw .illegalTransition(key.id, from: key.state, act: act) }
    }

    /// A pending or suspended key becomes active; a retiring one does again, which undoes its retirement.
    package mutating func activate(_ id: String, now: Timestamp) throws(KeyringFault) {
        let (entry, key) = try find(id)
        try Keyring.allow(key, [.pending, .suspended, .retiring], "activated")
        if !key.isAccepting, entry.acceptingCount(now: now) >= Keyring.acceptingMax {
            throw .refused("'\(entry.name)' has \(Keyring.acceptingMax) accepting keys already; retire one first")
        }
        // SP 800-57 part 1, section 5.3.6: two years at most for a key that authenticates.
        guard now.seconds - key.created.seconds <= 2 * 366 * 86_400 else {
            throw .refused("key \(id) is older than two years; add a new one instead")
        }
        try change(id) { (key) throws(KeyringFault) in
            key.state = .active
            key.notAfter = nil
            key.notBefore = nil
        }
    }

    /// An active key becomes the primary of its entry.
    package mutating func promote(_ id: String) throws(KeyringFault) {
        let (entry, key) = try find(id)
        try Keyring.allow(key, [.active], "promoted")
        guard entry.primary != key.id else { throw .refused("key \(id) is the primary already") }
        try change(id) { (key) throws(KeyringFault) in key.rotation = nil }
        guard let index = entries.firstIndex(where: { $0.name == entry.name }) else { return }
        entries[index].primary = key.id
    }

    /// An active key stays accepted for what is signed up to `notAfter`; a retiring one gets this date instead of its own.
    package mutating func retire(_ id: String, notAfter: Timestamp) throws(KeyringFault) {
        try change(id) { (key) throws(KeyringFault) in
            try Keyring.allow(key, [.active, .retiring], "retired")
            key.state = .retiring
            key.notAfter = Timestamp(seconds: notAfter.seconds)
            key.rotation = nil
        }
    }

    /// A retiring key whose time is over is refused with its own reason from now on.
    package mutating func finishRetirement(_ id: String) throws(KeyringFault) {
        try change(id) { (key) throws(KeyringFault) in
            try Keyring.allow(key, [.retiring], "retired for good")
            key.state = .retired
        }
    }

    /// An active key is not accepted until it is activated again.
    package mutating func suspend(_ id: String) throws(KeyringFault) {
        try change(id) { (key) throws(KeyringFault) in
            try Keyring.allow(key, [.active], "suspended")
            key.state = .suspended
            key.rotation = nil
        }
    }

    /// A key may be in wrong hands: refused at once, and recognised.
    package mutating func revoke(_ id: String) throws(KeyringFault) {
        try change(id) { (key) throws(KeyringFault) in
            try Keyring.allow(key, [.pending, .active, .suspended, .retiring, .retired], "revoked")
            key.state = .revoked
            key.rotation = nil
        }
    }

    /// The secret of a key that is no longer accepted is gone for good; all others are sealed anew with a new data key, so
    /// that older copies of the file say nothing about the new one.
    package mutating func destroy(_ id: String) throws(KeyringFault) {
        try change(id) { (key) throws(KeyringFault) in
            try Keyring.allow(key, [.pending, .retired, .revoked], "destroyed")
            key.state = .destroyed
            key.sealed = nil
            key.rotation = nil
        }
        try reseal()
    }

    /// Seals every secret with a new data key.
    private mutating func reseal() throws(KeyringFault) {
        let old = dataKey
        do throws(CryptoFault) { dataKey = try RandomBytes.makeSecret(32) } catch { throw .crypto(error) }
        sealedDataKey = try secrets.wrap(dataKey, keyring: id)
        for index in entries.indices {
            let name = entries[index].name
            for position in entries[index].keys.indices {
                let key = entries[index].keys[position]
                guard let sealed = key.sealed else { continue }
                let additional = Keyring.additional(key, name)
                let secret = try KeyringSecrets.open(sealed, with: old, additional: additional)
                entries[index].keys[position].sealed = try KeyringSecrets.seal(
                    secret,
                    with: dataKey,
                    additional: additional
                )
            }
        }
    }

    /// Puts the keyring under another master key: new salt, new data key, new fingerprints.
    package mutating func rewrap(master: SecretBytes, reference: String) throws(KeyringFault) {
        let before = secrets
        do throws(CryptoFault) { salt = try RandomBytes.make(32) } catch { throw .crypto(error) }
        secrets = try KeyringSecrets(master: master, salt: salt)
        masterReference = reference
        handover = try before.vouch(
            KeyringHandover.text(id: id, salt: salt, check: secrets.check, reference: reference)
        )
        try reseal()
        for index in entries.indices {
            for position in entries[index].keys.indices where entries[index].keys[position].sealed != nil {
                let secret = try secret(of: entries[index].keys[position], in: entries[index].name)
                entries[index].keys[position].fingerprint = try secrets.fingerprint(secret)
            }
        }
    }

    /// Opens every secret, which finds ciphertexts that were moved or damaged; gives how many there are.
    package func verifySecrets() throws(KeyringFault) -> Int {
        var count = 0
        for entry in entries {
            for key in entry.keys where key.sealed != nil {
                guard try secrets.fingerprint(try secret(of: key, in: entry.name)) == key.fingerprint else {
                    throw .malformed("the fingerprint of key \(key.id) is not that of its secret")
                }
                count += 1
            }
        }
        return count
    }

    /// Counts one write.
    package mutating func advance(now: Timestamp) {
        revision += 1
        updated = now
    }
}
