import ArgumentParser
import AuditLog
import GatewayConfig
import GatewayServer
import GatewayStorage
import Glibc
import Logging

/// What commands that change the log have in common.
struct AuditActOptions: ParsableArguments {
    @OptionGroup var source: ConfigurationFile

    @Flag(help: "Print one JSON object.")
    var json = false

    /// Does it at the running gateway, else at the log itself; prints what came of it and ends with its exit code.
    func perform(_ act: AuditAct, reason: String? = nil) throws {
        try show(AuditActOptions.reply(act, try source.load(), reason: reason))
    }

    /// Does it at the running gateway, else at the log itself, and gives what came of it.
    static func reply(
        _ act: AuditAct,
        _ configuration: GatewayConfiguration,
        reason: String? = nil
    ) throws -> AuditActRunner.Reply {
        let actor = AuditActor.current(reason: reason)
        if let admin = configuration.admin, admin.socket != nil {
            let body = Array(act.text(actor: actor).utf8)
            if let reply = AdminClient.send("POST", "/v1/audit", body: body, seconds: 3600, to: admin) {
                return try parsed(reply)
            }
        }
        var settings = AuditSettings(configuration, version: Postern.version)
        settings.ballastBytes = 0
        guard AuditActOptions.isThere(settings.path) else {
            StandardError.line("postern: \(settings.path): no audit log there")
            throw ExitCodes.noInput
        }
        let logger = Logger(label: "postern") { AuditActOptions.logger($0) }
        let desk: AuditCommandDesk
        do throws(AuditOpenFault) {
            desk = try AuditCommandDesk(settings: settings, actor: actor.members, logger: logger)
        } catch {
            throw AuditActOptions.fail(error, settings.path)
        }
        defer { desk.close() }
        let keyring = configuration.keyring.map { KeyringAccess($0, auditDirectory: configuration.audit.directory) }
        return AuditActRunner(settings: settings, keyring: keyring).run(act, at: desk, actor: actor)
    }

    /// Warnings and errors only: the command says the rest itself.
    static func logger(_ label: String) -> any LogHandler { JSONLogHandler(label: label, level: .warning) }

    static func isThere(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }

    /// Says why a log could not be opened.
    ///
    /// `needsRest`: nothing can be asked of a running gateway, it has to be stopped.
    static func fail(_ fault: AuditOpenFault, _ path: String, needsRest: Bool = false) -> ExitCode {
        switch fault {
        case .locked:
            let cure =
                needsRest
                ? "stop it first" : "and none answers on 'admin: socket': configure the socket, or stop the gateway"
            StandardError.line("postern: \(path): a running gateway has this log\(needsRest ? ":" : ",") \(cure)")
            return ExitCode(75)
        default:
            StandardError.line("postern: \(path): the log does not open: \(fault)")
            if fault.isIntegrityFault, !needsRest { StandardError.line(fault.cure) }
            return fault.isIntegrityFault ? ExitCodes.data : ExitCode(74)
        }
    }

    private static func parsed(_ reply: AdminClient.Reply) throws -> AuditActRunner.Reply {
        let parts = reply.body.split(separator: " ", maxSplits: 1)
        guard reply.status == 200, parts.count == 2, let code = Int32(parts[0]) else {
            StandardError.line("postern: the gateway refuses: \(reply.body)")
            throw ExitCodes.unavailable
        }
        return AuditActRunner.Reply(code: code, text: String(parts[1].dropLast()))
    }

    /// Prints what came of it and ends with its exit code.
    func show(_ reply: AuditActRunner.Reply) throws {
        print(reply)
        if reply.code != 0 { throw ExitCode(reply.code) }
    }

    /// Prints what came of it.
    func print(_ reply: AuditActRunner.Reply) {
        if json {
            Swift.print(reply.text)
        } else if reply.code == 0 {
            for line in MemberLines.of(reply.text) { Swift.print(line) }
        } else {
            for line in MemberLines.of(reply.text) { StandardError.line("postern: \(line)") }
        }
    }
}
