package import GatewayStorage
import WebhookVerification

/// Why a command on keys did nothing.
package struct KeyToolFault: Error, Sendable, CustomStringConvertible {
    /// What kind of fault, which decides the exit code (`docs/operations.md`).
    package enum Kind: Sendable, Equatable {
        /// 1: there is no such source or key.
        case negative
        /// 65: the keyring, the secret or the act is not what it has to be.
        case data
        /// 66: there is no keyring, or an input cannot be read.
        case noInput
        /// 73: the directory cannot be written.
        case cannotCreate
        /// 74: reading or writing failed.
        case inputOutput
        /// 75: another command is at work, the file is older than known, or the gateway does not take it.
        case temporary
        /// 78: the configuration or the master key cannot work.
        case configuration
    }

    package let kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }

    /// The fault of a keyring file.
    package init(_ fault: KeyringFileFault) {
        switch fault {
        case .missing: self.init(.noInput, fault.description)
        case .mode, .master: self.init(.configuration, fault.description)
        case .rollback, .locked, .changed: self.init(.temporary, fault.description)
        case .keyring(let inner, _): self.init(KeyToolFault.kind(inner), fault.description)
        case .file(let failure):
            // ENOENT, EACCES, EEXIST, ENOTDIR, EPERM, EROFS: the place, not the disk.
            let isPlace = [2, 13, 17, 20, 1, 30].contains(failure.code)
            self.init(isPlace ? .cannotCreate : .inputOutput, "\(failure); nothing was changed")
        }
    }

    private static func kind(_ fault: KeyringFault) -> Kind {
        switch fault {
        case .unknownSource, .unknownKey: .negative
        case .wrongMaster: .configuration
        case .crypto: .inputOutput
        case .malformed, .notAuthentic, .illegalTransition, .unusableSecret, .duplicateSecret, .refused: .data
        }
    }
}
