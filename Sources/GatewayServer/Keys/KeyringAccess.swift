package import GatewayConfig
package import GatewayCrypto
package import GatewayStorage
import Synchronization
import WebhookVerification

/// The keyring of a configuration with its master key, which is fetched once and kept.
///
/// A program that gives the master key may take seconds; a revocation must not wait for it. When the keyring was put under
/// another master key, that one is fetched: from the configured place, which may hold the new one already, or from the
/// place that the keyring that was open before vouches for. Safe to use from any thread.
package final class KeyringAccess: Sendable {
    private struct State {
        /// Where the configuration finds the master key.
        var source: MasterKeySource
        var master: SecretBytes?
        /// What was opened last.
        var keyring: Keyring?
    }

    /// The files.
    package let file: KeyringFile
    private let state: Mutex<State>

    /// The keyring of `configuration`, whose revision is marked in the directory of the audit log.
    package init(_ configuration: KeyringConfiguration, auditDirectory: String?) {
        file = KeyringFile(KeyringPaths(file: configuration.file, auditDirectory: auditDirectory))
        state = Mutex(State(source: configuration.master))
    }

    /// The keyring as it is on the disk; its revision is marked as loaded.
    package func open() throws(GatewayStartFault) -> KeyringFile.Opened {
        do throws(KeyringFileFault) {
            let opened = try openAny()
            state.withLock { $0.keyring = opened.keyring }
            // Without a mark an older copy would be taken; that is said by the watch, and no reason to stop.
            try? file.note(opened)
            return opened
        } catch {
            throw GatewayStartFault(error)
        }
    }

    private func openAny() throws(KeyringFileFault) -> KeyringFile.Opened {
        do throws(KeyringFileFault) {
            return try file.read(master: try master())
        } catch {
            guard case .keyring(.wrongMaster, _) = error else { throw error }
            let source = state.withLock { $0.source }
            if let opened = try? open(under: source) { return opened }
            guard let known = state.withLock({ $0.keyring }), let text = try file.successor(of: known) else {
                throw error
            }
            do throws(MasterKeySource.Fault) {
                return try open(under: try source.sibling(text))
            } catch {
                throw .master("\(error)")
            }
        }
    }

    /// Opens the keyring under the master key of a place, which is kept when it is the right one.
    private func open(under place: MasterKeySource) throws(MasterKeySource.Fault) -> KeyringFile.Opened {
        let master = try place.load()
        do throws(KeyringFileFault) {
            let opened = try file.read(master: master)
            state.withLock { $0.master = master }
            return opened
        } catch {
            throw MasterKeySource.Fault(description: "\(place.text): \(error)")
        }
    }

    /// Takes the place that a newer configuration names, once the master key there has opened the keyring.
    package func take(_ place: MasterKeySource) throws(GatewayStartFault) {
        guard state.withLock({ $0.source }) != place else { return }
        do throws(MasterKeySource.Fault) {
            _ = try open(under: place)
            state.withLock { $0.source = place }
        } catch {
            throw GatewayStartFault(.configuration, "keys.master: \(error)")
        }
    }

    /// The master key.
    package func master() throws(KeyringFileFault) -> SecretBytes {
        let (known, source) = state.withLock { ($0.master, $0.source) }
        if let known { return known }
        do throws(MasterKeySource.Fault) {
            let key = try source.load()
            state.withLock { $0.master = key }
            return key
        } catch {
            throw .master("\(error)")
        }
    }
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
