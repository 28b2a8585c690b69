import ArgumentParser
import GatewayConfig
import GatewayServer

/// Shows how the running gateway is.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show how the running gateway is: readiness, configuration, sources, audit log.",
        discussion: "Exit 0: it takes deliveries. 1: it does not, with the reasons. 69: no gateway answers."
    )

    @OptionGroup var source: ConfigurationFile

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let configuration = try source.load()
        let text = try AdminSocket.ask("GET", "/v1/status", configuration, file: source.file)
        guard let report = StatusReport(text) else {
            StandardError.line("postern: the gateway's answer is not understood")
            throw ExitCodes.data
        }
        if json {
            print(text, terminator: "")
        } else {
            for line in StatusCommand.lines(report, configuration) { print(line) }
        }
        if !report.isReady { throw ExitCodes.negative }
    }

    private static func lines(_ report: StatusReport, _ configuration: GatewayConfiguration) -> [String] {
        let digest = report.text("digest")
        let isCurrent = digest == configuration.digest
        var lines = [
            "gateway    \(report.isReady ? "ready" : "NOT ready: " + report.texts("reasons").joined(separator: ", "))"
        ]
        lines.append("version    \(report.text("version")), up \(duration(report.number("uptimeSeconds")))")
        lines += ExplanationText.paragraph("listens", report.texts("addresses").joined(separator: ", "))
        lines.append(
            "config     \(digest)\(isCurrent ? "" : ", the file says \(configuration.digest): reload"), last reload "
                + report.text("lastReload")
        )
        lines.append(
            "audit      \(report.number("auditEntries")) entries, \(report.number("auditUnsigned")) not signed yet"
        )
        lines.append("replay     \(report.number("replayEntries")) deliveries remembered")
        lines.append("open       \(report.number("connections")) connections")
        lines.append("")
        let table = TextTable([
            TextTable.Column("source", width: 32), TextTable.Column("admitted", width: 11, side: .right),
            TextTable.Column("repeats", width: 10, side: .right), TextTable.Column("denied", width: 10, side: .right),
            TextTable.Column("in flight", width: 10, side: .right),
        ])
        lines += [table.header, table.rule]
        for source in report.sources {
            let name = source.name.isEmpty ? "(none)" : source.name
            lines.append(
                table.row(
                    [name] + [source.admitted, source.duplicates, source.denied, source.inFlight].map { "\($0)" }
                )
            )
        }
        return lines
    }

    private static func duration(_ seconds: Int64) -> String {
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7200 { return "\(seconds / 60) min" }
        return seconds < 172_800 ? "\(seconds / 3600) h" : "\(seconds / 86_400) days"
    }
}
