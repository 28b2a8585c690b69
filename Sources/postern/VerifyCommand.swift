import ArgumentParser
import GatewayServer
import WebhookVerification

/// Judges captured requests without a gateway.
struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Judge the signature of a captured request, or a file of test vectors.",
        discussion: """
            The request is raw HTTP/1.1, head and body: postern verify --scheme github --secret-file key request.http
            Exit 0: genuine; for vectors: every verdict is the stated one. 1: not. 65: the file is no request.
            """
    )

    @Option(help: "The name of a scheme.")
    var scheme: String?

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
            if scheme != nil || request != nil { throw ValidationError("--vectors stands alone.") }
            return
        }
        if scheme == nil { throw ValidationError("--scheme is needed.") }
        if secretFile.isEmpty { throw ValidationError("--secret-file is needed.") }
        if request == nil { throw ValidationError("The captured request is needed.") }
        if let at, at < 0 || Timestamp(seconds: at) == nil { throw ValidationError("--at is no time.") }
        if let url, SplitURL(url) == nil { throw ValidationError("--url is not an http or https URL.") }
    }

    func run() throws {
        if let vectors { return try judgeAll(vectors) }
        let choice = try options.choice(scheme ?? "", origin: url.flatMap(SplitURL.init)?.origin)
        let secrets = try secretFile.map(SecretFile.read)
        let tool = try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in
            try VerifyTool(choice, secrets: secrets)
        }
        let request = try captured()
        // Whole seconds, as senders count: a timestamp is not stale within its last second.
        let verdict = tool.judge(request, now: Timestamp(seconds: at ?? GatewayClock.now().seconds))
        var line = JSONLine()
        add(verdict, to: &line)
        print(json ? line.text : VerifyCommand.text(verdict))
        if !verdict.isValid { throw ExitCodes.negative }
    }

    private func captured() throws -> ComposedRequest {
        let bytes = try InputFile.read(request ?? "-")
        do throws(CapturedRequest.Fault) {
            return try CapturedRequest.read(bytes)
        } catch {
            StandardError.line("postern: \(request ?? "-"): \(error)")
            throw ExitCodes.data
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
