import ArgumentParser

/// Works with the audit log.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Verify the audit log, and what operators and reviewers do with it.",
        discussion: """
            Commands that change the log do so through the running gateway (the admin socket), or open the log \
            themselves where none runs. Commands of reviewers record that they were run; with --dir they read a copy \
            and change nothing.
            """,
        subcommands: [
            AuditVerifyCommand.self, AuditCheckpointCommand.self, AuditRotateKeyCommand.self, AuditPruneCommand.self,
            AuditHoldCommand.self, AuditRecoverCommand.self, AuditTailCommand.self, AuditSearchCommand.self,
            AuditShowCommand.self, AuditProveCommand.self, AuditExportCommand.self, AuditReportCommand.self,
            AuditReviewCommand.self, AuditReindexCommand.self, AuditMatchCommand.self, AuditRedactCommand.self,
            AuditReconcileCommand.self,
        ]
    )
}
