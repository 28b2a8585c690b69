import AuditLog
import GatewayConfig
import GatewayStorage
import Logging
import WebhookVerification

/// The keyring of a running gateway.
extension Gateway {
    /// The keyring in force.
    var keyring: KeyringFile.Opened? { snapshot.keyring }

    /// Records what was loaded and starts to watch for what comes.
    func startKeys() {
        guard let keys, let opened = keyring else { return }
        noteLoad(opened, detail: "at start")
        keys.recordActs(opened, self)
        keys.start(self)
    }

    /// Takes the keyring as it is on the disk; a bad one changes nothing, and it is on record why.
    @discardableResult
    func takeKeyring() -> Result<Void, GatewayStartFault> {
        guard let keys else { return .success(()) }
        let result = swapKeys { (old) throws(GatewayStartFault) in
            let opened = try keys.access.open()
            if opened.digest == old.keyring?.digest { return nil }
            return try GatewaySnapshot(old, keyring: opened)
        }
        switch result {
        case .success(let snapshot):
            keys.note(fault: nil)
            guard let opened = snapshot?.keyring else { return .success(()) }
            noteLoad(opened, detail: "while running")
            for name in KeyringNeed.unmet(configuration, opened, now: GatewayClock.now()) {
                options.logger.error("no key of a source is accepted any more", metadata: ["source": "\(name)"])
            }
            keys.recordActs(opened, self)
            return .success(())
        case .failure(let fault):
            // Said once for each file that is refused, not for every look at it.
            if keys.fault != fault.description {
                record(.keyringReject, ["detail": .string(Denial.cut(fault.description))])
                options.logger.error("keyring rejected, the old keys stay", metadata: ["reason": "\(fault)"])
            }
            keys.note(fault: fault.description)
            return .failure(fault)
        }
    }

    /// What commands ask for; `nil` without a keyring.
    var keyReport: String? { keys?.report(self) }

    private func noteLoad(_ opened: KeyringFile.Opened, detail: String) {
        record(
            .keyringLoad,
            [
                "detail": .string(detail), "rev": .integer(Int(opened.keyring.revision)),
                "sha256": .string(opened.digest),
            ]
        )
        options.logger.notice("keyring loaded", metadata: ["revision": "\(opened.keyring.revision)"])
    }
}
