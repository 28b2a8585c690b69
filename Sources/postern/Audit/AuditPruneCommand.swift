import ArgumentParser
import GatewayServer

/// Removes what need not be kept any longer.
struct AuditPruneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove whole segments that are older than 'audit.retention.max', so that the rest still verifies.",
        discussion: """
            Never anything younger than 'retention.min', never what a legal hold concerns. What was removed is on \
            record, signed before the files go; proofs for notes that were kept from before stay in 'pruned/'.
            """
    )

    @OptionGroup var options: AuditActOptions

    @Flag(help: "Only say what would go.")
    var dryRun = false

    @Option(help: "Remove what is older than this time instead (2026-08-21T00:00:00Z).")
    var before: AuditMoment?

    func run() throws { try options.perform(.prune(before: before?.microseconds, isDryRun: dryRun)) }
}
