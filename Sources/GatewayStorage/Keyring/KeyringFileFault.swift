package import WebhookVerification

/// Why a keyring file cannot be used or changed; what was there before is there still.
package enum KeyringFileFault: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no keyring file.
    case missing(String)
    /// Others than its owner can use the file.
    case mode(String, UInt32)
    /// The file is older than, or another one than, what was loaded before.
    case rollback(String, found: Int64, known: Int64)
    /// Another command holds the lock.
    case locked(String)
    /// Somebody wrote the file without taking the lock.
    case changed(String)
    /// The master key cannot be had; the text says why.
    case master(String)
    /// What the keyring itself objects to.
    case keyring(KeyringFault, String)
    /// The system objects.
    case file(FileFailure)

    /// What is wrong with which file, and what would be right.
    package var description: String {
        switch self {
        case .missing(let path): "\(path): there is no keyring; 'postern keys add SOURCE' makes it"
        case .mode(let path, let mode): "\(path): mode \(String(mode, radix: 8)), has to be 600"
        case .rollback(let path, let found, let known):
            found == known
                ? "\(path): revision \(found) is not the file that was loaded before under this number: an older copy was "
                    + "changed; 'postern keys verify --allow-rollback' takes it"
                : "\(path): revision \(found) is older than \(known), which was loaded before; "
                    + "'postern keys verify --allow-rollback' takes it"
        case .locked(let path): "\(path): another command holds the lock; nothing was changed"
        case .changed(let path): "\(path): was changed meanwhile by something that ignores the lock; try again"
        case .master(let text): text
        case .keyring(let fault, let path): path.isEmpty ? fault.description : "\(path): \(fault)"
        case .file(let failure): failure.description
        }
    }
}
