import ArgumentParser
import GatewayConfig
import GatewayServer

/// Judges a configuration without serving.
struct CheckCommand: ParsableCommand {
    /// How the result is printed.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text
        case json
    }

    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a configuration: every mistake with file:line:column.",
        usage: "postern check [-c FILE] [--dev] [--strict] [--online] [--format text|json]",
        discussion: """
            Also tries certificates and keys. With --online: connects to every upstream (sending nothing), tries the \
            addresses to listen on and the audit directory.

            Exit 0: it can be served. 2: warnings, with --strict. 69: something that --online tried does not work. \
            78: mistakes.
            """
    )

    @OptionGroup var source: ConfigurationFile

    @Flag(help: "Warnings are failures.")
    var strict = false

    @Flag(help: "Try out what the configuration needs: upstreams, addresses, audit directory.")
    var online = false

    @Option(help: "text or json.")
    var format = Format.text

    /// Ends the command where the gateway would not start with the keyring.
    private func tryKeyring(_ configuration: GatewayConfiguration) throws {
        do throws(GatewayStartFault) {
            try KeyringCheck.run(configuration)
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.of(error)
        }
    }

    func run() throws {
        let result = source.result()
        let certificates = result.configuration.map(CertificateDates.review) ?? (mistakes: [], warnings: [])
        let mistakes = result.mistakes.map(\.description) + certificates.mistakes.map { "\(source.file): \($0)" }
        let warnings = result.warnings.map(\.description) + certificates.warnings.map { "\(source.file): \($0)" }
        var rows: [OnlineReview.Row] = []
        if online, mistakes.isEmpty, let configuration = result.configuration {
            rows = OnlineReview.run(configuration)
        }
        switch format {
        case .json: print(CheckReport.json(result, certificates: certificates, online: online ? rows : nil))
        case .text:
            for warning in warnings { StandardError.line("warning: \(warning)") }
            for mistake in mistakes { StandardError.line(mistake) }
            for row in rows { print("\(row.fault == nil ? "ok  " : "FAIL")  \(row.subject)  \(row.place)") }
            for row in rows { if let fault = row.fault { StandardError.line("\(row.place): \(fault)") } }
        }
        guard let configuration = result.configuration, mistakes.isEmpty else { throw ExitCodes.configuration }
        try tryKeyring(configuration)
        let hasFault = rows.contains { $0.fault != nil }
        if case .text = format, !hasFault {
            let count = configuration.sources.count
            print("\(source.file): ok, \(count) \(count == 1 ? "source" : "sources"), digest \(configuration.digest)")
        }
        if hasFault { throw ExitCodes.unavailable }
        if strict, !warnings.isEmpty { throw ExitCodes.attention }
    }
}
