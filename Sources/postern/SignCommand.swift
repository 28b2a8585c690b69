import ArgumentParser
import GatewayServer
import WebhookVerification

/// Signs a test request as a sender does.
struct SignCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Sign a body from standard input as a sender does: the header fields, and a curl command.",
        usage: """
            postern sign --scheme NAME --secret-file FILE [OPTIONS] < BODY
            postern sign --source NAME [-c FILE] [--key ID] [OPTIONS] < BODY
            """,
        discussion: """
            postern sign --scheme github --secret-file key --url https://hooks.example.com/github < body.json
            postern sign --source github --url https://hooks.example.com/github < body.json
            Schemes with public keys need the private key in PEM. A signature that stands in the query or the body is put \
            there; the signed body is printed then. Exit 78: scheme or secret cannot be used.
            """
    )

    @OptionGroup var signing: SigningOptions

    @Option(help: "Where the request goes.")
    var url = "http://127.0.0.1:8080/"

    @Option(help: "The method.")
    var method = "POST"

    @Flag(help: "Print the signed request as JSON.")
    var json = false

    func validate() throws {
        if SplitURL(url) == nil { throw ValidationError("--url is not an http or https URL.") }
        if method.isEmpty || !method.utf8.allSatisfy(FieldName.isTokenByte) {
            throw ValidationError("--method takes letters, digits and -_.~ only.")
        }
    }

    func run() throws {
        guard let place = SplitURL(url) else { return }
        let now = signing.time
        let tool = try signing.tool(origin: place.origin, now: now).tool
        let body = try InputFile.read("-")
        var request = ComposedRequest(method: method, target: place.target, body: body)
        try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in
            try tool.prepare(&request, fault: nil, now: now, eventID: signing.id ?? "evt_1")
        }
        if json { return print(SignTool.json(request, origin: place.origin)) }
        for field in request.fields { print("\(field.name): \(String(decoding: field.value, as: UTF8.self))") }
        print()
        if request.body != body { print(String(decoding: request.body, as: UTF8.self) + "\n") }
        print(SignTool.curl(request, origin: place.origin, body: request.body == body ? "@-" : nil))
    }
}
