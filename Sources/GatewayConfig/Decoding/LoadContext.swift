internal import GatewayCrypto
internal import JSONSchema
internal import StrictJSON
internal import WebhookVerification

/// What all decoders of one load share: the log, the outside world, and the tables that grow while sources are read.
///
/// Owned by one load; not shared between threads.
final class LoadContext {
    let log: MistakeLog
    let paths: PathResolver
    let mode: ConfigurationLoader.Mode
    let secretLoader: SecretLoader
    var limits = Limits()
    /// What a source that says nothing about it does with refused deliveries.
    var postmortem = SourceOrigin.Postmortem.off
    /// The schemes of sources that could be compiled.
    var schemes: [String: SignatureScheme] = [:]
    /// `audit.retention.max` in milliseconds; set before sources are read.
    var retentionMax: Int64?
    /// How long entries of some sources are kept, in seconds.
    var retentions: [String: Int64] = [:]
    /// Where the keyring is; set before sources are read.
    var keyring: KeyringConfiguration?
    private(set) var upstreams: [UpstreamConfiguration] = []
    /// Secrets in the order in which they were read.
    private(set) var secrets: [SecretUse] = []
    private var ownedSecrets: [(source: String, bytes: SecretBytes)] = []
    private var schemas: [String: CompiledSchema] = [:]

    init(log: MistakeLog, paths: PathResolver, environment: [String: String], mode: ConfigurationLoader.Mode) {
        self.log = log
        self.paths = paths
        self.mode = mode
        secretLoader = SecretLoader(
            environment: environment,
            paths: paths,
            allowsLiterals: mode == .development
        )
    }

    /// Adds an upstream and gives its position.
    func add(_ upstream: UpstreamConfiguration) -> Int {
        upstreams.append(upstream)
        return upstreams.count - 1
    }

    /// Reads a secret and notes its use; `nil` where it cannot be had, which is in the log.
    func secret(_ reference: String, at position: TextPosition, place: String, keyID: String?) -> SecretBytes? {
        do throws(SecretLoader.Fault) {
            let secret = try secretLoader.load(reference)
            for remark in secret.remarks { log.warning(remark, at: position) }
            if case .literal = secret.reference {
                log.warning("a secret stands in the configuration", at: position)
            }
            secrets.append(
                SecretUse(
                    place: place,
                    keyID: keyID,
                    reference: secret.reference,
                    fingerprint: LoadContext.fingerprint(secret.bytes),
                    fetch: nil,
                    state: nil
                )
            )
            return secret.bytes
        } catch {
            log.mistake(error.sentence, at: position)
            return nil
        }
    }

    /// Notes the use of a secret that is read later.
    func note(_ use: SecretUse) { secrets.append(use) }

    /// Says how the file of the last secret is brought up to date.
    func note(_ fetch: KeySetFetch) {
        guard !secrets.isEmpty else { return }
        secrets[secrets.count - 1].fetch = fetch
    }

    /// Notes a key set that is still to be fetched.
    func noteMissing(_ fetch: KeySetFetch, place: String, state: String) {
        var use = SecretUse(
            place: place,
            keyID: fetch.keyID,
            reference: .file(fetch.path),
            fingerprint: "none",
            fetch: nil,
            state: nil
        )
        use.fetch = fetch
        use.state = state
        secrets.append(use)
    }

    /// Refuses a secret that another source has as well: a key must verify only what it was given for (R-SIG-19).
    func claim(_ bytes: SecretBytes, for source: String, at position: TextPosition) {
        if let other = ownedSecrets.first(where: { $0.source != source && $0.bytes == bytes }) {
            log.mistake("the same secret as source '\(other.source)'; every source needs its own", at: position)
        }
        ownedSecrets.append((source, bytes))
    }

    /// A schema by its reference, compiled once per load; `nil` where it cannot be used, which is in the log.
    func schema(_ reference: String, at position: TextPosition) -> CompiledSchema? {
        if let known = schemas[reference] { return known }
        guard let compiled = SchemaFile(paths: paths, log: log).load(reference, at: position) else { return nil }
        schemas[reference] = compiled
        return compiled
    }

    private static func fingerprint(_ secret: SecretBytes) -> String {
        var bytes = Array("postern/fingerprint/v1\0".utf8)
        secret.withBytes { span in
            for index in span.indices { bytes.append(span[index]) }
        }
        defer { SecretBytes.wipe(&bytes) }
        return String(SHA256.hash(bytes.span).hex.prefix(8))
    }
}
