import ArgumentParser
import GatewayServer
import WebhookVerification

/// Judges captured requests without a gateway.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judge the signature of a captured request, or a file of test vectors.",
        usage: """
            postern verify --scheme NAME --secret-file FILE [OPTIONS] REQUEST
            postern verify --source NAME [-c FILE] [OPTIONS] REQUEST
            postern verify --vectors FILE
            """,
        discussion: """
            The request is raw HTTP/1.1, head and body: postern verify --scheme github --secret-file key request.http
            With a configuration's source, its scheme, keys and window: postern verify --source github request.http
            Exit 0: genuine; for vectors: every verdict is the stated one. 1: not. 65: the file is no request.
            """
    )

    @Option(help: "The name of a scheme.")
    var scheme: String?

    @Option(name: .customLong("source"), help: "The name of a source of the configuration, instead of a scheme.")
    var name: String?

    @OptionGroup var source: ConfigurationFile

    @Option(help: ArgumentHelp("A file with the secret or public key; several are tried in order.", valueName: "file"))
    var secretFile: [String] = []

    @Option(help: ArgumentHelp("The time to judge at, in seconds since 1970; now if not given.", valueName: "unix"))
    var at: Int64?

    @Option(help: "The public URL that the sender used, for schemes that sign it.")
    var url: String?

    @OptionGroup var options: SchemeOptions

    @Flag(help: "Print the verdict as JSON.")
    var json = false

    @Option(help: ArgumentHelp("A JSON file of signed requests with the verdicts they should get.", valueName: "file"))
    var vectors: String?

    @Argument(help: "The captured request, or - for standard input.")
    var request: String?

    func validate() throws {
        if vectors != nil {
            if scheme != nil || name != nil || request != nil { throw ValidationError("--vectors stands alone.") }
            return
        }
        if (scheme == nil) == (name == nil) { throw ValidationError("One of --scheme and --source is needed.") }
        if scheme != nil, secretFile.isEmpty { throw ValidationError("--secret-file is needed.") }
        if name != nil, !secretFile.isEmpty { throw ValidationError("--source has its own keys: no --secret-file.") }
        if request == nil { throw ValidationError("The captured request is needed.") }
        if let at, at < 0 || Timestamp(seconds: at) == nil { throw ValidationError("--at is no time.") }
        if let url, SplitURL(url) == nil { throw ValidationError("--url is not an http or https URL.") }
    }

    func run() throws {
        if let vectors { return try judgeAll(vectors) }
        let tool = try name.map(sourceTool) ?? schemeTool()
        let request = try CapturedFile(path: request ?? "-").request
        // Whole seconds, as senders count: a timestamp is not stale within its last second.
        let verdict = tool.judge(request, now: Timestamp(seconds: at ?? GatewayClock.now().seconds))
        var line = JSONLine()
        add(verdict, to: &line)
        print(json ? line.text : VerifyCommand.text(verdict))
        if !verdict.isValid { throw ExitCodes.negative }
    }

    private func schemeTool() throws -> VerifyTool {
        let choice = try options.choice(scheme ?? "", origin: url.flatMap(SplitURL.init)?.origin)
        let secrets = try secretFile.map(SecretFile.read)
        return try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in try VerifyTool(choice, secrets: secrets) }
    }

    /// Scheme, keys and window of a configured source; `--url` replaces its public URL.
    private func sourceTool(_ name: String) throws -> VerifyTool {
        let found = try SourceChoice.find(name, in: try source.load())
        guard case .scheme(let scheme, let keys) = found.signature else {
            StandardError.line("postern: source '\(name)' takes unsigned deliveries")
            throw ExitCodes.configuration
        }
        let origin = url.flatMap(SplitURL.init)?.origin
        let settings = try options.values()
        return try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in
            let choice =
                origin == nil && settings.isEmpty
                ? SchemeChoice(compiled: scheme)
                : try SchemeChoice(scheme.scheme, publicURL: origin, settings: settings)
            return try VerifyTool(choice, keys: keys, window: DiagnosisWindow(found))
        }
    }

    private func judgeAll(_ path: String) throws {
        let bytes = try InputFile.read(path)
        let file: VerifyVectors
        do throws(CapturedRequest.Fault) {
            file = try VerifyVectors(bytes)
        } catch {
            StandardError.line("postern: \(path): \(error)")
            throw ExitCodes.data
        }
        var wrong = 0
        for index in 0..<file.count {
            let outcome = file.outcome(index)
            var line = JSONLine()
            line.add("index", outcome.index)
            if let verdict = outcome.verdict { add(verdict, to: &line) }
            line.add("agrees", outcome.agrees)
            if let fault = outcome.fault { line.add("fault", fault) }
            print(line.text)
            if !outcome.agrees { wrong += 1 }
        }
        StandardError.line("\(path): \(file.count - wrong) of \(file.count) verdicts are the stated ones")
        if wrong > 0 { throw ExitCodes.negative }
    }

    private func add(_ verdict: VerifyTool.Verdict, to line: inout JSONLine) {
        line.add("verdict", verdict.isValid ? "valid" : "invalid")
        line.add("reason", verdict.reason)
        line.add("cause", verdict.cause)
        line.add("keyId", verdict.keyID)
    }

    private static func text(_ verdict: VerifyTool.Verdict) -> String {
        guard verdict.isValid else {
            return "refused: \(verdict.reason ?? "") (\(verdict.cause ?? "")): \(verdict.sentence ?? "")"
        }
        let time = verdict.signedAt.map { ", signed at \($0)" } ?? ""
        return "verified: key \(verdict.keyID ?? "")\(time)"
    }
}
