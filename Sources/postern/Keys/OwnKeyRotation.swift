import ArgumentParser
import GatewayConfig
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Replacing the key of the audit log, which only the log's writer can do.
struct OwnKeyRotation {
    /// Auditors need time to be given the new verifier key.
    private static let overlap: Int64 = 30 * 86_400

    let tool: KeyTool
    let options: KeyOptions
    let name: String

    func run(_ command: KeysRotateCommand) throws {
        guard OwnKeyRules.isLog(name) else {
            throw refuse("another replay secret would not know any delivery that came before: it stays")
        }
        if command.undo {
            throw refuse("the log has announced its new key, which cannot be taken back; rotate once more")
        }
        guard command.secretFrom == nil, command.outFd == nil else {
            throw ValidationError("The key of the audit log is made here and never shown.")
        }
        if command.status { return try status() }
        let result = ConfigurationLoader.load(
            file: options.file,
            environment: Environment.all,
            mode: .development
        )
        for mistake in result.mistakes { StandardError.line("\(mistake)") }
        guard let configuration = result.configuration else { throw ExitCodes.configuration }
        let overlap = command.overlap?.seconds ?? OwnKeyRotation.overlap
        let reply = try AuditActOptions.reply(.rotateKey(overlap: overlap), configuration, reason: command.new.reason)
        guard reply.code == 0 else {
            for line in MemberLines.of(reply.text) { StandardError.line("postern: \(line)") }
            throw ExitCode(reply.code)
        }
        if options.json {
            print(reply.text)
        } else {
            for line in MemberLines.of(reply.text) { print(line) }
            print("Give the new verifier key to auditors.")
            print("Checkpoints carry both signatures for the overlap.")
        }
    }

    private func refuse(_ text: String) -> ExitCode {
        StandardError.line("postern: '\(name)': \(text)")
        return ExitCodes.data
    }

    private func status() throws {
        let keyring = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.open() }.keyring
        let entry = try KeyAct.find(keyring, name)
        let table = KeyTable(usage: KeyOptions.usage(tool), now: GatewayClock.now())
        if options.json {
            for key in entry.keys where key.isAccepting { print(table.json(key, entry)) }
            return
        }
        for line in table.lines([entry.accepting]) { print(line) }
        for key in entry.keys where key.state == .retiring {
            print("old key \(key.id) signs beside the new one until \(KeyTimes.short(key.notAfter)) UTC")
        }
    }
}
