internal import GatewayCrypto

/// Fetches the bytes that secret references name.
struct SecretLoader {
    /// Largest secret, in bytes.
    static let limit = 64 << 10

    let environment: [String: String]
    let paths: PathResolver
    /// Whether a secret may stand in the configuration itself.
    let allowsLiterals: Bool

    /// A secret and how it was found.
    struct Secret {
        let reference: SecretReference
        let bytes: SecretBytes
        /// Things to tell the operator, for example that a line feed was stripped.
        let remarks: [String]
    }

    /// Why there is no secret; the sentence never quotes it.
    struct Fault: Error { let sentence: String }

    /// Reads what `text` refers to: `file:path`, `env:NAME`, `credential:name`.
    func load(_ text: String) throws(Fault) -> Secret {
        let reference = try parse(text)
        var bytes = try fetch(reference, text)
        defer { SecretBytes.wipe(&bytes) }
        var remarks: [String] = []
        // One line feed is what editors and `echo` leave behind; nothing else is ever trimmed (R-SIG-10).
        if case .file = reference, bytes.last == UInt8(ascii: "\n") {
            bytes.removeLast()
            // Lines are what PEM is made of, and white space around JSON says nothing.
            let isText = bytes.starts(with: "-----BEGIN ".utf8) || bytes.first == UInt8(ascii: "{")
            if !isText { remarks.append("one line feed at the end of the secret's file was left out") }
        }
        guard !bytes.isEmpty else { throw Fault(sentence: "the secret '\(reference)' is empty") }
        return Secret(reference: reference, bytes: SecretBytes(bytes.span), remarks: remarks)
    }

    private func parse(_ text: String) throws(Fault) -> SecretReference {
        if text.hasPrefix("file:") { return .file(String(text.dropFirst(5))) }
        if text.hasPrefix("env:") {
            let name = String(text.dropFirst(4))
            guard SecretReference.isVariableName(name) else {
                throw Fault(sentence: "'env:' needs the name of an environment variable")
            }
            return .environment(name)
        }
        if text.hasPrefix("credential:") {
            let name = String(text.dropFirst(11))
            guard SecretReference.isCredentialName(name) else {
                throw Fault(sentence: "'credential:' needs the name of a credential")
            }
            return .credential(name)
        }
        if text.hasPrefix("keyring:") {
            throw Fault(
                sentence: "'keyring:' is the whole of 'secret' or 'outbound_key'; here use file:, env: or credential:"
            )
        }
        guard allowsLiterals else {
            throw Fault(
                sentence: "a secret must not stand in the configuration; write file:PATH, env:NAME or credential:NAME"
            )
        }
        return .literal
    }

    private func fetch(_ reference: SecretReference, _ text: String) throws(Fault) -> [UInt8] {
        switch reference {
        case .literal: return Array(text.utf8)
        // `parse` gives none of these: keyrings are read when the whole configuration is known.
        case .keyring: throw Fault(sentence: "a keyring has no place here")
        case .environment(let name):
            guard let value = environment[name] else {
                throw Fault(sentence: "the environment variable '\(name)' is not set")
            }
            return Array(value.utf8)
        case .file(let path): return try read(paths.resolve(path), .secret, "the secret file '\(ConfigNode.cut(path))'")
        case .credential(let name):
            guard let directory = environment["CREDENTIALS_DIRECTORY"], directory.utf8.first == UInt8(ascii: "/") else {
                throw Fault(sentence: "the credential '\(name)' needs CREDENTIALS_DIRECTORY, which systemd sets")
            }
            return try read(directory + "/" + name, .credential, "the credential '\(name)'")
        }
    }

    private func read(_ path: String, _ trust: FileReader.Trust, _ what: String) throws(Fault) -> [UInt8] {
        do throws(FileReader.Fault) {
            return try FileReader.read(path, trust: trust, limit: SecretLoader.limit)
        } catch {
            throw Fault(sentence: "\(what) \(error.sentence)")
        }
    }
}
