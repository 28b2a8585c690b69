/// Where a secret is found; configurations hold references, never secrets.
package enum SecretReference: Sendable, Hashable, CustomStringConvertible {
    /// A file, mode 0600, owned by the user of this process or root.
    case file(String)
    /// An environment variable.
    case environment(String)
    /// A file below `$CREDENTIALS_DIRECTORY`, as systemd's LoadCredential= provides it.
    case credential(String)
    /// An entry of the keyring: a source's name, or `sign:NAME`.
    case keyring(String)
    /// The secret itself; development only.
    case literal

    /// The form in configurations; a literal secret is not shown.
    package var description: String {
        switch self {
        case .file(let path): "file:\(path)"
        case .environment(let name): "env:\(name)"
        case .credential(let name): "credential:\(name)"
        case .keyring(let name): "keyring:\(name)"
        case .literal: "(literal secret)"
        }
    }

    /// Whether `name` is `[A-Za-z_][A-Za-z0-9_]*`.
    static func isVariableName(_ name: String) -> Bool {
        guard let first = name.utf8.first, first &- UInt8(ascii: "0") >= 10 else { return false }
        return name.utf8.allSatisfy {
            $0 &- UInt8(ascii: "0") < 10 || ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 == UInt8(ascii: "_")
        }
    }

    /// Whether `name` is the name of a credential: one path component without surprises.
    static func isCredentialName(_ name: String) -> Bool {
        guard (1...255).contains(name.utf8.count), name.utf8.first != UInt8(ascii: ".") else { return false }
        return name.utf8.allSatisfy {
            $0 &- UInt8(ascii: "0") < 10 || ($0 | 0x20) &- UInt8(ascii: "a") < 26
                || [UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-")].contains($0)
        }
    }
}
