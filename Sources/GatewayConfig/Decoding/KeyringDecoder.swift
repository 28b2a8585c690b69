internal import WebhookVerification

/// Decodes `keys`, and references of the form `keyring:NAME`.
struct KeyringDecoder {
    private let context: LoadContext

    init(_ context: LoadContext) { self.context = context }

    /// Where the keyring is; `nil` where there is none, or something is wrong, which is in the log.
    func decode(_ reader: MappingReader?) -> KeyringConfiguration? {
        guard let reader, let file = reader.text("file") else { return nil }
        let path = context.paths.resolve(file)
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let overlap = reader.duration("overlap") ?? 86_400_000
        let maxAge = reader.duration("max_age")
        let environment = context.secretLoader.environment
        guard let reference = reader.text("master") else {
            let master = MasterKeySource(
                standardFile: "\(directory)/keyring.master",
                directory: context.paths.directory,
                environment: environment
            )
            return KeyringConfiguration(file: path, master: master, overlap: overlap, maxAge: maxAge)
        }
        do throws(MasterKeySource.Fault) {
            let master = try MasterKeySource(
                reference,
                directory: context.paths.directory,
                environment: environment
            )
            return KeyringConfiguration(file: path, master: master, overlap: overlap, maxAge: maxAge)
        } catch {
            reader.mistake("'master': \(error)", in: "master")
            return nil
        }
    }

    /// Notes that a source takes its keys from the keyring; gives the entry's name, `nil` where it cannot.
    func use(
        _ reference: String,
        purpose: KeyringKey.Purpose,
        place: String,
        at position: TextPosition
    ) -> String? {
        let name = String(reference.dropFirst(8))
        guard context.keyring != nil else {
            context.log.mistake("'keyring:' needs 'keys' with 'file', where the keyring is", at: position)
            return nil
        }
        guard KeyringEntry.purpose(of: name) == purpose else {
            let form = purpose == .sign ? "'keyring:sign:NAME'" : "'keyring:NAME', the name of a source"
            context.log.mistake("\(form) is expected here, found '\(ConfigNode.cut(reference))'", at: position)
            return nil
        }
        context.note(
            SecretUse(
                place: place,
                keyID: purpose == .sign ? nil : "",
                reference: .keyring(name),
                fingerprint: ""
            )
        )
        return name
    }
}
