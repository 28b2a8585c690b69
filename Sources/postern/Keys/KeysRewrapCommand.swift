import ArgumentParser
import GatewayConfig
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Changes the master key.
struct KeysRewrapCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rewrap",
        abstract: "Put the keyring under another master key.",
        discussion: """
            Then write the new reference to 'keys: master' and restart the gateway. A running gateway keeps the keys \
            that it has until then, and says that it cannot read the new file.
            """
    )

    @Option(
        help: ArgumentHelp("file:PATH, env:NAME, credential:NAME or exec:/PROGRAM ARGUMENT…", valueName: "reference")
    )
    var newMaster: String

    @Option(help: "Why, for the audit log.")
    var reason: String?

    @OptionGroup var options: KeyOptions

    func run() throws {
        let tool = try options.tool()
        let directory = options.file.lastIndex(of: "/").map { String(options.file[..<$0]) } ?? "."
        let source: MasterKeySource
        do throws(MasterKeySource.Fault) {
            source = try MasterKeySource(newMaster, directory: directory, environment: Environment.all)
        } catch {
            throw ValidationError("--new-master: \(error).")
        }
        let opened = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.rewrap(to: source, reason: reason) }
        print("\(tool.paths.file): under \(newMaster) since revision \(opened.keyring.revision)")
        StandardError.line("write 'master: \(newMaster)' to 'keys' in \(options.file), then restart the gateway")
    }
}
