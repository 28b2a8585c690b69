import ArgumentParser
import AuditLog
import GatewayConfig
import GatewayServer
import GatewayStorage
import Logging

/// Begins a new log after a loss.
struct AuditRecoverCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Begin a new log where the old one is not what was signed, and the loss is accepted.",
        discussion: """
            The old log is moved aside whole and never changed. The new one has a name of its own, and its first entry \
            says what it took the place of and why. Exit 1: the log opens, there is nothing to accept.
            """
    )

    @OptionGroup var source: ConfigurationFile

    @Flag(help: "Has to be given: entries may be lost for good.")
    var acceptLoss = false

    @Option(help: "Why; goes on record.")
    var reason: String

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if !acceptLoss { throw ValidationError("Nothing is done without --accept-loss.") }
        if reason.isEmpty || reason.utf8.count > 400 { throw ValidationError("--reason has 1 to 400 bytes.") }
    }

    func run() throws {
        var settings = AuditSettings(try source.load(), version: Postern.version)
        settings.ballastBytes = 0
        guard AuditActOptions.isThere(settings.path) else {
            StandardError.line("postern: \(settings.path): no audit log there")
            throw ExitCodes.noInput
        }
        let actor = AuditActor.current()
        let now = AuditInstant.current()
        let logger = Logger(label: "postern") { AuditActOptions.logger($0) }
        do throws(AuditReplacement.Fault) {
            let outcome = try AuditReplacement.run(
                settings: settings,
                reason: reason,
                actor: ["uid": .integer(actor.uid), "user": .string(actor.id)],
                now: now,
                logger: logger
            )
            var line = JSONLine()
            line.add("origin", outcome.origin)
            line.add("vkey", outcome.verifierKey)
            line.add("moved", outcome.moved)
            line.add("cause", "\(outcome.cause)")
            print(json ? line.text : MemberLines.of(line.text).joined(separator: "\n"))
        } catch {
            switch error {
            case .notNeeded:
                StandardError.line("postern: \(settings.path): this log opens, there is no loss to accept")
                throw ExitCodes.negative
            case .open(let fault): throw AuditActOptions.fail(fault, settings.path, needsRest: true)
            case .file(let failure):
                StandardError.line("postern: \(failure)")
                throw ExitCode(74)
            }
        }
    }
}
