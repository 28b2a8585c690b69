package import AuditLog
package import GatewayConfig
package import GatewayCrypto
package import GatewayStorage
package import WebhookVerification

/// What the commands on keys do, without their arguments and tables.
///
/// Every change is one write of the keyring with the acts for the audit log. Secrets pass through as `SecretBytes` only.
package struct KeyTool: Sendable {
    /// Who acts, for the audit log.
    package let actor: AuditActor
    private let settings: KeySettings
    private let keyring: KeyringConfiguration
    let access: KeyringAccess

    /// The tool for a configuration; throws where it has no usable `keys`.
    package init(_ settings: KeySettings, actor: AuditActor) throws(KeyToolFault) {
        guard let keyring = settings.keyring, settings.mistakes.isEmpty else {
            let text = settings.mistakes.map { "\($0)" }.joined(separator: "\n")
            throw KeyToolFault(.configuration, text)
        }
        self.settings = settings
        self.keyring = keyring
        self.actor = actor
        access = KeyringAccess(keyring, auditDirectory: KeyTool.existing(settings.auditDirectory))
    }

    /// The mark is kept beside the audit log; before the first start there is none.
    private static func existing(_ directory: String?) -> String? {
        guard let directory, (try? SystemFileOperations().list(directory)) != nil else { return nil }
        return directory
    }

    /// The files of the keyring.
    package var paths: KeyringPaths { access.file.paths }
    /// How long a replaced key stays accepted by default, in seconds.
    package var overlap: Int64 { keyring.overlap / 1000 }
    /// How old a key may become, in milliseconds; `nil` for no limit.
    package var maxAge: Int64? { keyring.maxAge }
    /// Where the audit log is.
    package var auditDirectory: String? { settings.auditDirectory }
    /// The name of this node in the audit log.
    package var auditNode: String? { settings.auditNode }
    /// Where the running gateway can be asked.
    package var admin: AdminConfiguration? { settings.admin }
    /// Where the master key comes from.
    package var masterSource: MasterKeySource { keyring.master }

    // MARK: reading

    /// The keyring as it is.
    package func open() throws(KeyToolFault) -> KeyringFile.Opened {
        try orFault { () throws(KeyringFileFault) in try access.file.read(master: try access.master()) }
    }

    /// What every node counted, as it was kept at the last minute.
    ///
    /// `node` is left out where its newest counts are known otherwise.
    package func keptUsage(without node: String? = nil) -> KeyUsage { KeyUsage.all(beside: paths, without: node) }

    /// Runs what can fail with a keyring's fault.
    func orFault<Value>(
        _ body: () throws(KeyringFileFault) -> Value
    ) throws(KeyToolFault) -> Value {
        do throws(KeyringFileFault) { return try body() } catch { throw KeyToolFault(error) }
    }

    // MARK: changing

    /// An act of this actor on one key of the entry `name`.
    package func act(
        _ kind: EntryKind,
        key id: String,
        of name: String,
        _ detail: String? = nil,
        reason: String?
    ) -> KeyringAct {
        let time = GatewayClock.now()
        return KeyringAct(kind, key: id, of: name, detail: detail, actor: members(reason), time: time)
    }

    /// An act of this actor on the whole keyring.
    private func act(_ kind: EntryKind, _ detail: String, reason: String?) -> KeyringAct {
        let members: [String: AuditValue] = ["actor": .object(members(reason)), "detail": .string(detail)]
        return KeyringAct(kind, time: GatewayClock.now(), members: members)
    }

    /// The member `actor` of an entry, with the operator's words.
    func members(_ reason: String?) -> [String: AuditValue] {
        var actor = actor
        actor.reason = reason
        return actor.members
    }

    /// Changes the keyring; one that is not there yet is made where `makes` says so.
    package func update(
        makes: Making = .never,
        _ change: (inout Keyring, Timestamp) throws(KeyringFault) -> [KeyringAct]
    ) throws(KeyToolFault) -> KeyringFile.Opened {
        let now = GatewayClock.now()
        let reference = makes == .ifMissing ? keyring.master.text : nil
        let opened = try orFault { () throws(KeyringFileFault) in
            try access.file.update(master: try access.master(), makes: reference, now: now) {
                (keyring) throws(KeyringFault) in try change(&keyring, now)
            }
        }
        // A mark that cannot be written keeps nothing from working; the gateway writes its own.
        try? access.file.note(opened)
        return opened
    }

    /// Whether a keyring that is not there is made.
    package enum Making: Sendable { case never, ifMissing }

    /// The scheme of a source; a plain HMAC where the configuration does not have it.
    package func scheme(of name: String) -> SignatureScheme {
        settings.schemes[name] ?? SignatureScheme(name: "body-hmac", algorithm: "hmac-sha256")
    }

    /// Whether the configuration has a source of this name with a usable scheme, or the name is not one of a source.
    package func isKnown(_ name: String) -> Bool {
        settings.schemes[name] != nil || KeyringEntry.purpose(of: name) != .verify
    }

    /// What a new key of a source is, as far as its scheme decides.
    package func draft(_ name: String, encoding: KeyringKey.Encoding?) -> Keyring.NewKey {
        let scheme = scheme(of: name)
        var new = Keyring.NewKey()
        new.algorithm = scheme.algorithm
        new.encoding = encoding ?? Keyring.encoding(of: scheme)
        return new
    }

    /// Adds a key to a keyring that is being changed.
    package func add(
        _ secret: SecretBytes,
        _ new: Keyring.NewKey,
        to name: String,
        in keyring: inout Keyring,
        now: Timestamp
    ) throws(KeyringFault) -> (id: KeyID, warnings: [String]) {
        let scheme = scheme(of: name)
        // Without anchors every certificate is refused, with a sentence that says so.
        let anchors = (try? TrustAnchors.read(for: scheme.key)) ?? []
        let reader = KeyMaterialReader(Keyring.scheme(scheme, reading: new.encoding), anchors: anchors)
        return try keyring.add(to: name, secret: secret, new, reader: reader, now: now)
    }

    /// A new secret; throws where the scheme needs the sender's public key instead.
    package func makeSecret(for name: String, _ new: Keyring.NewKey) throws(KeyToolFault) -> SecretBytes {
        guard SchemeAlgorithm(name: new.algorithm)?.isSymmetric ?? true else {
            throw KeyToolFault(
                .data,
                "'\(name)' verifies with the sender's public key (\(new.algorithm)): import it with keys import"
            )
        }
        return try orFault { () throws(KeyringFileFault) in
            do throws(KeyringFault) { return try Keyring.makeSecret(new.encoding) } catch { throw .keyring(error, "") }
        }
    }

    // MARK: the whole keyring

    /// Opens every secret of the keyring; gives how many there are.
    package func verify() throws(KeyToolFault) -> (opened: KeyringFile.Opened, secrets: Int) {
        let opened = try open()
        return (opened, try count(opened))
    }

    private func count(_ opened: KeyringFile.Opened) throws(KeyToolFault) -> Int {
        try orFault { () throws(KeyringFileFault) in
            do throws(KeyringFault) {
                return try opened.keyring.verifySecrets()
            } catch {
                throw .keyring(error, paths.file)
            }
        }
    }

    /// Takes a keyring that is older than what was loaded before; the act goes to the audit log.
    package func allowRollback(reason: String) throws(KeyToolFault) -> KeyringFile.Opened {
        try orFault { () throws(KeyringFileFault) in
            guard let opened = try access.file.readAny(master: try access.master()) else { throw .missing(paths.file) }
            let known = try access.file.mark()?.revision ?? 0
            let text = "rollback allowed: revision \(opened.keyring.revision) after \(known)"
            // In this order: the gateway looks at the file again when it sees the act.
            try access.file.note(opened)
            try access.file.leave(act(.keyringLoad, text, reason: reason), at: opened)
            return opened
        }
    }

    /// The secret of a key as a program of the operator encrypts it; the act goes to the audit log first.
    package func export(
        _ id: String,
        reason: String,
        with words: [String],
        environment: [String: String]
    ) throws(KeyToolFault) -> [UInt8] {
        guard words.first?.hasPrefix("/") == true else {
            throw KeyToolFault(.data, "the absolute path of a program is expected, which encrypts its standard input")
        }
        let opened = try open()
        let (secret, name) = try orFault { () throws(KeyringFileFault) in
            do throws(KeyringFault) {
                let found = try opened.keyring.find(id)
                return (try opened.keyring.secret(of: found.key, in: found.entry.name), found.entry.name)
            } catch {
                throw .keyring(error, "")
            }
        }
        let act = act(.keyExport, key: id, of: name, "encrypted with \(words[0])", reason: reason)
        try orFault { () throws(KeyringFileFault) in try access.file.leave(act, at: opened) }
        return try SecretInput.encrypt(secret) { (bytes) throws(KeyToolFault) in
            do throws(ProgramRun.Fault) {
                return try ProgramRun.output(of: words, environment: environment, input: bytes, seconds: 5)
            } catch {
                throw KeyToolFault(.inputOutput, "\(words[0]) \(error.sentence)")
            }
        }
    }

    /// Puts the keyring under another master key.
    package func rewrap(
        to source: MasterKeySource,
        reason: String?
    ) throws(KeyToolFault) -> KeyringFile.Opened {
        let master: SecretBytes
        do throws(MasterKeySource.Fault) {
            master = try source.load()
        } catch {
            throw KeyToolFault(.configuration, "\(error)")
        }
        return try update { (keyring, _) throws(KeyringFault) in
            try keyring.rewrap(master: master, reference: source.text)
            return [act(.keyRewrap, "master key: \(source.text)", reason: reason)]
        }
    }

    /// Makes the master key where the configuration says that it is a file; gives the path.
    package func makeMaster() throws(KeyToolFault) -> String {
        guard case .file(let path) = keyring.master.place else {
            throw KeyToolFault(
                .configuration,
                "the configuration takes the master key from \(keyring.master.text): put 32 random bytes there"
            )
        }
        let files = SystemFileOperations()
        return try orFault { () throws(KeyringFileFault) in
            do throws(FileFailure) {
                let descriptor = try files.open(path, .createNew(mode: 0o600))
                defer { files.close(descriptor) }
                guard let key = try? RandomBytes.makeSecret(32) else {
                    throw FileFailure(call: "random", path: path, code: 5)
                }
                var text: [UInt8] = []
                text.reserveCapacity(65)
                key.withBytes { Hex.append($0, to: &text) }
                text.append(0x0A)
                defer { SecretBytes.wipe(&text) }
                try files.writeAll(descriptor, text.span)
                try files.fdatasync(descriptor)
                let slash = path.lastIndex(of: "/")
                try files.syncDirectory(slash.map { String(path[..<$0]) } ?? ".")
                return path
            } catch {
                throw .file(error)
            }
        }
    }
}
