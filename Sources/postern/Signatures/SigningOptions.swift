import ArgumentParser
import GatewayConfig
import GatewayServer
import WebhookVerification

/// With what a command signs: a scheme and its secret, or a source of the configuration.
struct SigningOptions: ParsableArguments {
    @Option(help: "The name of a scheme.")
    var scheme: String?

    @Option(name: .customLong("source"), help: "The name of a source of the configuration, instead of a scheme.")
    var name: String?

    @OptionGroup var source: ConfigurationFile

    @Option(help: "The id of the source's key; without it the first that is accepted.")
    var key: String?

    @Option(help: ArgumentHelp("The file with the secret, or with a private key in PEM.", valueName: "file"))
    var secretFile: String?

    @Option(help: ArgumentHelp("The signed time, in seconds since 1970; now if not given.", valueName: "unix"))
    var at: Int64?

    @Option(help: "The event's id, for schemes that sign one.")
    var id: String?

    @OptionGroup var options: SchemeOptions

    func validate() throws {
        if (scheme == nil) == (name == nil) { throw ValidationError("One of --scheme and --source is needed.") }
        if scheme != nil, secretFile == nil { throw ValidationError("--secret-file is needed.") }
        if scheme != nil, key != nil { throw ValidationError("--key needs --source.") }
        if let at, at < 0 || Timestamp(seconds: at) == nil { throw ValidationError("--at is no time.") }
        if let id, id.isEmpty || !id.utf8.allSatisfy(FieldName.isTokenByte) {
            throw ValidationError("--id takes letters, digits and -_.~ only.")
        }
    }

    /// The signed time.
    var time: Timestamp { at.flatMap { Timestamp(seconds: $0) } ?? GatewayClock.now() }

    /// What signs, and with `--source` the source and its configuration; `origin` is the public URL of a scheme.
    func tool(
        origin: String?,
        now: Timestamp
    ) throws -> (tool: SendTool, source: Source?, configuration: GatewayConfiguration?) {
        let secret = try secretFile.map(SecretFile.read)
        guard let name else {
            let choice = try options.choice(scheme ?? "", origin: origin)
            let tool = try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in
                try SendTool(choice, secret: secret ?? [])
            }
            return (tool, nil, nil)
        }
        let configuration = try source.load()
        let found = try SourceChoice.find(name, in: configuration)
        let key = key
        let tool = try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in
            try SendTool(found, keyID: key, privateKey: secret, now: now)
        }
        return (tool, found, configuration)
    }
}
