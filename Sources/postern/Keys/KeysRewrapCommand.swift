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
            The running gateway fetches the new master key by the reference, which the keyring vouches for, and goes on \
            without a restart. Then write the reference to 'keys: master', which commands and the next start go by, and \
            'postern reload'.
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
        if options.json {
            var line = JSONLine()
            line.add("file", tool.paths.file)
            line.add("master", newMaster)
            line.add("revision", Int(opened.keyring.revision))
            print(line.text)
        } else {
            print("\(tool.paths.file): under \(newMaster) since revision \(opened.keyring.revision)")
        }
        StandardError.line("write 'master: \(newMaster)' to 'keys' in \(options.file), then 'postern reload'")
        try KeyOptions.tellArrival(tool, of: opened.keyring.revision)
    }
}
