import ArgumentParser
import GatewayConfig
import GatewayServer
import WebhookVerification

/// Finds out how a sender signs.
struct LearnCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "learn",
        abstract: "Find the signature scheme of a captured request, given its secret.",
        usage: """
            postern learn --secret-file FILE [--url URL] [--json] REQUEST
            postern learn --secret-file FILE [--url URL] [--json] --curl COMMAND
            """,
        discussion: """
            postern learn --secret-file key request.http

            Tries every known scheme; where none fits, says which come nearest and why they do not, and looks for one \
            that can be declared: its YAML loads as it is. Exit 0: a scheme fits. 1: none. 65: the file is no request.
            """
    )

    @Option(help: ArgumentHelp("A file with the secret, or with a public key in PEM.", valueName: "file"))
    var secretFile: String

    @Option(help: "The public URL that the sender was given, for schemes that sign it.")
    var url: String?

    @OptionGroup var options: SchemeOptions

    @Option(help: ArgumentHelp("A curl command in one word, instead of a file.", valueName: "command"))
    var curl: String?

    @Flag(help: "One JSON object a line.")
    var json = false

    @Argument(help: "The captured request, or - for standard input.")
    var request: String?

    func validate() throws {
        if (curl == nil) == (request == nil) { throw ValidationError("A captured request or --curl is needed.") }
        if let url, SplitURL(url) == nil { throw ValidationError("--url is not an http or https URL.") }
    }

    func run() throws {
        let captured = try curl.map { try CapturedFile(curl: $0) } ?? CapturedFile(path: request ?? "-")
        let secret = try SecretFile.read(secretFile)
        let origin = url.flatMap(SplitURL.init)?.origin ?? captured.origin
        let now = GatewayClock.now()
        let places = SchemeRanking(
            captured.request,
            secret: secret,
            now: now,
            publicURL: origin,
            settings: try options.values()
        ).places()
        if places.contains(where: \.fits) { return show(places) }
        let declared = SchemeSearch(captured.request, secret: secret, now: now, publicURL: origin).run()
        showNear(places)
        guard let declared else {
            if !json { print("no scheme that can be declared fits either") }
            throw ExitCodes.negative
        }
        show(declared)
    }

    private var reference: String { "file:\(secretFile)" }

    private func show(_ places: [SchemeRanking.Place]) {
        if json {
            for place in places { print(ExplanationJSON.text(place)) }
            return
        }
        for place in places.prefix(12) { print("fits: \(place.name) (\(place.provider))") }
        if places.count > 12 { print("and \(places.count - 12) more of the same form") }
        if places.count > 1 { print("They sign alike; take the one that is your sender.") }
        guard let first = places.first else { return }
        var scheme = first.scheme
        if !CapturedURL.matters(scheme) { scheme.publicURL = nil }
        print("\nIn the configuration, below the source:")
        for line in SchemeYAML.lines(scheme, secret: reference) { print(line) }
    }

    private func showNear(_ places: [SchemeRanking.Place]) {
        if json {
            for place in places { print(ExplanationJSON.text(place)) }
            return
        }
        if places.isEmpty {
            print("No known scheme has its signature where this request has one.")
            return
        }
        print("No known scheme fits. Nearest:")
        for place in places {
            print()
            let reason = place.denial?.reason.rawValue ?? ""
            for line in ExplanationText.paragraph(
                place.isExplained ? "nearest" : "near",
                "\(place.name) (\(place.provider)): \(reason)"
            ) {
                print(line)
            }
            for finding in place.findings { for line in ExplanationText.lines(finding) { print(line) } }
        }
    }

    private func show(_ scheme: SignatureScheme) {
        if json {
            var line = JSONLine()
            line.add("fits", true)
            line.add("scheme", "declared")
            line.add("yaml", SchemeYAML.lines(scheme, secret: reference, indent: "").joined(separator: "\n"))
            print(line.text)
            return
        }
        print("\nA scheme that can be declared fits. In the configuration, below the source:")
        for line in SchemeYAML.lines(scheme, secret: reference) { print(line) }
    }
}

/// Whether a scheme needs a public URL in the configuration.
enum CapturedURL {
    static func matters(_ scheme: SignatureScheme) -> Bool {
        var without = scheme
        without.publicURL = nil
        return (try? CompiledSignatureScheme(without)) == nil
    }
}
