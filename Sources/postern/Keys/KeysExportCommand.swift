import ArgumentParser
import GatewayServer

/// Gives a secret away, encrypted.
struct KeysExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the secret of a key, encrypted by a program of yours, to standard output.",
        discussion: """
            The program gets the secret on its standard input and is run without a shell, for 5 s at most:
            postern keys export k_… --reason 'move to gw2' --encrypt-with '/usr/bin/age -r age1…' > key.age
            """
    )

    @Argument(help: "The key's id.")
    var key: String

    @Option(help: "Why, for the audit log.")
    var reason: String

    @Option(help: ArgumentHelp("The absolute path of a program and its arguments.", valueName: "command"))
    var encryptWith: String

    @OptionGroup var options: KeyOptions

    func run() throws {
        let tool = try options.tool()
        let words = encryptWith.split(separator: " ").map(String.init)
        let text = try KeyOptions.orEnd { () throws(KeyToolFault) in
            try tool.export(key, reason: reason, with: words, environment: Environment.all)
        }
        try OutputBytes.write(text)
    }
}
