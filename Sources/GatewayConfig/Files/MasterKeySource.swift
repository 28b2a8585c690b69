internal import Glibc
package import GatewayCrypto

/// Where the master key of the keyring is found, and how it is fetched.
///
/// 32 bytes: as they are, as 64 hexadecimal digits, or in base64, with at most one line feed behind.
package struct MasterKeySource: Sendable, Equatable {
    /// The kinds of place.
    package enum Place: Sendable, Equatable {
        /// A file, mode 0600, owned by the user of this process or root.
        case file(String)
        case environment(String)
        /// A file below `$CREDENTIALS_DIRECTORY`.
        case credential(String)
        /// A program and its arguments, run without a shell; it has five seconds.
        case program([String])
    }

    /// Why there is no master key; the sentence never quotes it.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// What is wrong, and what would be right.
        package let description: String

        /// Says what is wrong.
        package init(description: String) { self.description = description }
    }

    /// The reference as it was written.
    package let text: String
    /// The place.
    package let place: Place
    private let directory: String
    private let environment: [String: String]

    /// Reads `file:PATH`, `env:NAME`, `credential:NAME` or `exec:PROGRAM ARGUMENT…`; relative paths count from `directory`.
    package init(_ text: String, directory: String, environment: [String: String]) throws(Fault) {
        self.text = text
        self.directory = directory
        self.environment = environment
        let resolver = PathResolver(configurationFile: directory + "/x")
        if text.hasPrefix("file:"), text.utf8.count > 5 {
            place = .file(resolver.resolve(String(text.dropFirst(5))))
        } else if text.hasPrefix("env:"), SecretReference.isVariableName(String(text.dropFirst(4))) {
            place = .environment(String(text.dropFirst(4)))
        } else if text.hasPrefix("credential:"), SecretReference.isCredentialName(String(text.dropFirst(11))) {
            place = .credential(String(text.dropFirst(11)))
        } else if text.hasPrefix("exec:") {
            let words = text.dropFirst(5).split(separator: " ").map(String.init)
            guard let program = words.first, program.hasPrefix("/") else {
                throw Fault(
                    description: "'exec:' needs the absolute path of a program, then its arguments; no shell reads it"
                )
            }
            place = .program(words)
        } else {
            throw Fault(description: "expected file:PATH, env:NAME, credential:NAME or exec:/PROGRAM ARGUMENT…")
        }
    }

    /// The file that is used where the configuration names nothing.
    init(standardFile path: String, directory: String, environment: [String: String]) {
        self.directory = directory
        text = "file:\(path)"
        place = .file(path)
        self.environment = environment
    }

    /// Another place, its relative paths counted from the same directory.
    package func sibling(_ text: String) throws(Fault) -> MasterKeySource {
        try MasterKeySource(text, directory: directory, environment: environment)
    }

    package static func == (left: MasterKeySource, right: MasterKeySource) -> Bool {
        left.text == right.text && left.place == right.place
    }

    /// Fetches the key; blocks on files and programs.
    package func load() throws(Fault) -> SecretBytes {
        var bytes = try fetch()
        defer { SecretBytes.wipe(&bytes) }
        guard let key = MasterKeySource.decode(bytes) else {
            throw Fault(
                description:
                    "the master key '\(text)' has to be 32 bytes: raw, 64 hexadecimal digits, or base64; found "
                    + "\(bytes.count) bytes"
            )
        }
        return key
    }

    private static func decode(_ bytes: [UInt8]) -> SecretBytes? {
        if bytes.count == 32 { return SecretBytes(bytes.span) }
        let count = bytes.last == 0x0A ? bytes.count - 1 : bytes.count
        let text = bytes.span.extracting(0..<count)
        guard var key = count == 64 ? Hex.decode(text) : Base64.decode(text), key.count == 32 else { return nil }
        return SecretBytes(consuming: &key)
    }

    private func fetch() throws(Fault) -> [UInt8] {
        switch place {
        case .environment(let name):
            guard let value = environment[name] else {
                throw Fault(description: "the environment variable '\(name)' of the master key is not set")
            }
            return Array(value.utf8)
        case .file(let path):
            do throws(Fault) { return try read(path, .secret) } catch {
                // The first thing that somebody meets who starts with a keyring.
                guard access(path, F_OK) != 0 else { throw error }
                throw Fault(description: "\(error.description); 'postern keys init-master' makes one")
            }
        case .credential(let name):
            guard let directory = environment["CREDENTIALS_DIRECTORY"], directory.hasPrefix("/") else {
                throw Fault(description: "the credential '\(name)' needs CREDENTIALS_DIRECTORY, which systemd sets")
            }
            return try read(directory + "/" + name, .credential)
        case .program(let words):
            do throws(ProgramRun.Fault) {
                return try ProgramRun.output(of: words, environment: environment, seconds: 5)
            } catch {
                throw Fault(description: "the master key's program \(words[0]) \(error.sentence)")
            }
        }
    }

    private func read(_ path: String, _ trust: FileReader.Trust) throws(Fault) -> [UInt8] {
        do throws(FileReader.Fault) {
            return try FileReader.read(path, trust: trust, limit: 4096)
        } catch {
            throw Fault(description: "the master key's file \(path) \(error.sentence)")
        }
    }
}
