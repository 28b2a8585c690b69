import ArgumentParser
import GatewayServer
import WebhookVerification

/// Signs a test request as a sender does.
struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a body from standard input as a sender does: the header fields, and a curl command.",
        discussion: """
            postern sign --scheme github --secret-file key --url https://hooks.example.com/github < body.json
            Schemes with public keys need the private key in PEM. Schemes whose signature stands in the body cannot be
            signed here. Exit 78: scheme or secret cannot be used.
            """
    )

    @Option(help: "The name of a scheme.")
    var scheme: String

    @Option(help: ArgumentHelp("The file with the secret, or with a private key in PEM.", valueName: "file"))
    var secretFile: String

    @Option(help: ArgumentHelp("The signed time, in seconds since 1970; now if not given.", valueName: "unix"))
    var at: Int64?

    @Option(help: "Where the request goes.")
    var url = "http://127.0.0.1:8080/"

    @Option(help: "The event's id, for schemes that sign one.")
    var id = "evt_1"

    @Option(help: "The method.")
    var method = "POST"

    @OptionGroup var options: SchemeOptions

    func validate() throws {
        if let at, at < 0 || Timestamp(seconds: at) == nil { throw ValidationError("--at is no time.") }
        if SplitURL(url) == nil { throw ValidationError("--url is not an http or https URL.") }
        let isPlain = (id + method).utf8.allSatisfy(FieldName.isTokenByte)
        if !isPlain || id.isEmpty || method.isEmpty {
            throw ValidationError("--id and --method take letters, digits and -_.~ only.")
        }
    }

    func run() throws {
        guard let place = SplitURL(url) else { return }
        let choice = try options.choice(scheme, origin: place.origin)
        let secret = try SecretFile.read(secretFile)
        let tool = try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in try SignTool(choice, secret: secret) }
        var request = ComposedRequest(method: method, target: place.target, body: try InputFile.read("-"))
        let now = at.flatMap { Timestamp(seconds: $0) } ?? GatewayClock.now()
        try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in
            try tool.sign(&request, now: now, eventID: id)
        }
        for field in request.fields { print("\(field.name): \(String(decoding: field.value, as: UTF8.self))") }
        print()
        print(SignTool.curl(request, origin: place.origin))
    }
}
