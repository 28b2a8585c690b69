import GatewayConfig
import GatewayServer
import Glibc

/// The directory of a demo: configuration, keys, certificate, schemas and audit log, as a user would have them.
struct DemoSite {
    private static let mark = "# Made by `postern demo`"
    /// The directory, without a slash at its end.
    let directory: String

    /// The configuration file.
    var configuration: String { directory + "/postern.yaml" }
    /// The certificate, which clients trust.
    var certificate: String { directory + "/certs/localhost.pem" }
    /// The directory of the audit log.
    var audit: String { directory + "/audit" }
    /// The name of the log below it.
    static let node = "node-1"
    /// The name of the log in its checkpoints.
    static let origin = "localhost/demo"

    /// The file of a sender's secret.
    func secret(_ sender: DemoSender) -> String { "\(directory)/keys/\(sender.rawValue)" }

    /// Takes `directory`, which is made where it is missing; one with other things in it than a demo is left alone.
    init(directory path: String) throws(GatewayStartFault) {
        var path = path
        while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        directory = path
        if mkdir(path, 0o700) == 0 { return }
        guard errno == EEXIST else { throw DemoSite.fault(path) }
        guard let names = DirectoryListing.names(path) else { throw DemoSite.fault(path) }
        if names.isEmpty || isDemo { return }
        throw GatewayStartFault(.cannotCreate, "\(path): holds something else; give a new or an empty directory")
    }

    /// Takes a fresh directory below `$TMPDIR` or `/tmp`.
    static func temporary() throws(GatewayStartFault) -> DemoSite {
        let parent = Environment.all["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        var template = Array("\(parent)/postern-demo.XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw fault(parent) }
        return DemoSite(made: String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    private static func fault(_ path: String) -> GatewayStartFault {
        GatewayStartFault(.cannotCreate, "\(path): cannot be used: \(String(cString: strerror(errno)))")
    }

    private init(made directory: String) { self.directory = directory }

    /// Whether the configuration that is there is one of ours.
    private var isDemo: Bool {
        guard let bytes = SmallFile.read(configuration) else { return false }
        return bytes.starts(with: DemoSite.mark.utf8)
    }

    /// Writes everything the gateway needs; keys that are there already stay.
    func writeKeys(now: Int64) throws {
        for name in ["keys", "certs", "schemas"] { try DevelopmentFiles.makeDirectory("\(directory)/\(name)") }
        try DevelopmentFiles.writeSecret(to: secret(.cms))
        try DevelopmentFiles.writeSecret(to: secret(.github))
        try DevelopmentFiles.writeBase64Secret(to: secret(.crm), prefix: "whsec_")
        try DevelopmentFiles.writeSecret(to: secret(.billing), prefix: "whsec_")
        try DevelopmentFiles.writeCertificate(certificate, key: directory + "/certs/localhost.key", now: now)
    }

    /// Writes the configuration and its schemas for an application at `port`.
    func writeConfiguration(handlerPort port: Int) throws {
        for schema in DemoSchemas.all {
            try DevelopmentFiles.write(Array(schema.text.utf8), to: "\(directory)/schemas/\(schema.file)")
        }
        let text = DemoSite.mark + DemoConfiguration.text(handlerPort: port)
        try DevelopmentFiles.write(Array(text.utf8), to: configuration)
    }

    /// Loads the configuration like any other.
    func load() -> ConfigurationLoader.Result {
        ConfigurationLoader.load(file: configuration, environment: Environment.all, mode: .development)
    }

    /// Deletes the directory and everything in it.
    func remove() { DirectoryListing.remove(directory) }
}
