import ArgumentParser
import GatewayConfig
import GatewayServer
import Glibc
import WebhookVerification

/// Says why a request is refused.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a request is refused, check by check, and what would fix it.",
        discussion: """
            A captured request:     postern explain -c postern.yaml request.http
            A curl command:         postern explain -c postern.yaml --curl "curl -H 'X-Sig: ..' .."
            A request of the log:   postern explain -c postern.yaml --rid 0198c0de-..
            Without configuration:  postern explain --scheme github --secret-file key request.http

            Tries the usual mistakes: form of the secret, body changed on the way, prefix and encoding of the \
            signature, unit of the time, clock, public URL, keys that are retired or of another source. Never shows a \
            secret or a MAC. Exit 0: would be admitted. 1: refused. 65: the file is no request.
            """
    )

    @OptionGroup var source: ConfigurationFile

    @Option(help: ArgumentHelp("The captured request; the same as the argument.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("A curl command in one word.", valueName: "command"))
    var curl: String?

    @Option(help: ArgumentHelp("The request id of an entry in the audit log.", valueName: "rid"))
    var rid: String?

    @Option(name: .customLong("source"), help: "Judge by this source, whatever the path.")
    var name: String?

    @Option(help: "Judge the signature alone, by this scheme and --secret-file.")
    var scheme: String?

    @Option(help: ArgumentHelp("A file with the secret or public key, for --scheme.", valueName: "file"))
    var secretFile: [String] = []

    @OptionGroup var options: SchemeOptions

    @Option(help: "The public URL that the sender used, for --scheme.")
    var url: String?

    @Option(help: ArgumentHelp("The address that the request came from.", valueName: "address"))
    var from: String?

    @Option(help: ArgumentHelp("The time to judge at, in seconds since 1970; now if not given.", valueName: "unix"))
    var at: Int64?

    @Flag(help: "Print JSON.")
    var json = false

    @Argument(help: "The captured request, or - for standard input; also a file with a curl command, or a request id.")
    var request: String?

    func validate() throws {
        let given = [file, curl, rid, request].compactMap(\.self)
        if given.count != 1 { throw ValidationError("One of REQUEST, --file, --curl and --rid is needed.") }
        if scheme != nil {
            if secretFile.isEmpty { throw ValidationError("--scheme needs --secret-file.") }
            if rid != nil || name != nil { throw ValidationError("--scheme excludes --rid and --source.") }
        } else if !secretFile.isEmpty {
            throw ValidationError("--secret-file needs --scheme.")
        }
        if let from, IPAddress(from) == nil { throw ValidationError("--from is no address.") }
        if let at, at < 0 || Timestamp(seconds: at) == nil { throw ValidationError("--at is no time.") }
        if let url, SplitURL(url) == nil { throw ValidationError("--url is not an http or https URL.") }
        if let rid, !rid.utf8.allSatisfy({ FieldName.isTokenByte($0) }) {
            throw ValidationError("--rid is no request id.")
        }
    }

    func run() throws {
        if let rid = rid ?? requestID { return try explainEntry(rid) }
        let captured = try curl.map { try CapturedFile(curl: $0) } ?? CapturedFile(path: file ?? request ?? "-")
        let now = Timestamp(seconds: at ?? GatewayClock.now().seconds) ?? GatewayClock.now()
        let explanation =
            if let scheme {
                try explainSignature(captured, scheme, now)
            } else {
                try explainDelivery(captured, now)
            }
        if json {
            print(ExplanationJSON.text(explanation))
        } else {
            for line in ExplanationText.lines(explanation) { print(line) }
        }
        if explanation.denial != nil { throw ExitCodes.negative }
    }

    /// The argument, where it is a request id and no file.
    private var requestID: String? {
        guard let request, scheme == nil, name == nil, access(request, F_OK) != 0 else { return nil }
        let groups = request.split(separator: "-", omittingEmptySubsequences: false)
        let isID = groups.map(\.utf8.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy(\.isHexDigit)
        return isID ? request : nil
    }

    private func explainDelivery(_ captured: CapturedFile, _ now: Timestamp) throws -> Explanation {
        let configuration = try source.load()
        if let name { _ = try SourceChoice.find(name, in: configuration) }
        do throws(DeliveryFault) {
            return try ExplainTool(configuration, now: now, peer: from.flatMap { IPAddress($0) })
                .explain(captured.request, raw: captured.raw, as: name)
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.configuration
        }
    }

    private func explainSignature(_ captured: CapturedFile, _ scheme: String, _ now: Timestamp) throws -> Explanation {
        let origin = url.flatMap(SplitURL.init)?.origin ?? captured.origin
        let choice = try options.choice(scheme, origin: origin)
        let secrets = try secretFile.map(SecretFile.read)
        return try SchemeOptions.orEnd { () throws(SchemeChoice.Fault) in
            try ExplainTool.explain(captured.request, choice, secrets: secrets, now: now)
        }
    }

    private func explainEntry(_ rid: String) throws {
        let configuration = try source.load()
        let entries: [AuditLookup.Entry]
        do throws(DeliveryFault) {
            entries = try AuditLookup(directory: configuration.audit.directory, node: configuration.audit.node)
                .entries("rid", rid)
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.noInput
        }
        guard !entries.isEmpty else {
            StandardError.line("postern: the audit log has no entry of request \(rid)")
            throw ExitCodes.negative
        }
        for entry in entries {
            if json {
                print(String(decoding: entry.line, as: UTF8.self))
            } else {
                for line in EntryText.lines(entry) { print(line) }
            }
        }
        if entries.contains(where: { $0.text("decision") == "deny" }) { throw ExitCodes.negative }
    }
}
