package import GatewayConfig
package import GatewayCrypto
package import GatewayStorage
import Synchronization
import WebhookVerification

/// The keyring of a configuration with its master key, which is fetched once and kept.
///
/// A program that gives the master key may take seconds; a revocation must not wait for it. Safe to use from any thread.
package final class KeyringAccess: Sendable {
    /// The files.
    package let file: KeyringFile
    private let source: MasterKeySource
    private let known = Mutex<SecretBytes?>(nil)

    /// The keyring of `configuration`, whose revision is marked in the directory of the audit log.
    package init(_ configuration: KeyringConfiguration, auditDirectory: String?) {
        file = KeyringFile(KeyringPaths(file: configuration.file, auditDirectory: auditDirectory))
        source = configuration.master
    }

    /// The keyring as it is on the disk; its revision is marked as loaded.
    package func open() throws(GatewayStartFault) -> KeyringFile.Opened {
        var opened: KeyringFile.Opened
        do throws(KeyringFileFault) {
            opened = try file.read(master: try master())
        } catch {
            guard case .keyring(.wrongMaster, _) = error else { throw GatewayStartFault(error) }
            // It may have been put under another master key since the last one was fetched.
            forgetMaster()
            opened = try retried()
        }
        // Without a mark an older copy would be taken; that is said by the watch, and no reason to stop.
        try? file.note(opened)
        return opened
    }

    private func retried() throws(GatewayStartFault) -> KeyringFile.Opened {
        do throws(KeyringFileFault) {
            return try file.read(master: try master())
        } catch {
            throw GatewayStartFault(error)
        }
    }

    /// The master key.
    package func master() throws(KeyringFileFault) -> SecretBytes {
        if let key = known.withLock({ $0 }) { return key }
        do throws(MasterKeySource.Fault) {
            let key = try source.load()
            known.withLock { $0 = key }
            return key
        } catch {
            throw .master("\(error)")
        }
    }

    /// Fetches the master key anew the next time.
    package func forgetMaster() { known.withLock { $0 = nil } }
}

extension GatewayStartFault {
    /// A keyring that cannot be used.
    package init(_ fault: KeyringFileFault) {
        switch fault {
        case .rollback, .locked, .changed: self.init(.temporary, "\(fault)")
        case .file(let failure): self.init(.inputOutput, "\(failure)")
        case .keyring(.notAuthentic, _), .keyring(.malformed, _): self.init(.data, "\(fault)")
        case .missing, .mode, .master, .keyring: self.init(.configuration, "\(fault)")
        }
    }
}
