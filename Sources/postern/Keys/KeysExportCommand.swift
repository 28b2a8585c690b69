import ArgumentParser
import GatewayServer
import WebhookVerification

/// Gives a secret away, encrypted.
struct KeysExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the secret of a key, sealed for another keyring or by a program of yours, to standard output.",
        discussion: """
            Another keyring says whom to seal for with 'keys add internal:transfer', and takes the key with \
            'keys import SOURCE --sealed FILE':
            postern keys export k_… --reason move --to postern-x25519:… > key.json

            A program gets the secret on its standard input and is run without a shell, for 5 s at most:
            postern keys export k_… --reason move --encrypt-with '/usr/bin/age -r age1…'
            """
    )

    @Argument(help: "The key's id.")
    var key: String

    @Option(help: "Why, for the audit log.")
    var reason: String

    @Option(help: ArgumentHelp("Seal it for another keyring: postern-x25519:…", valueName: "recipient"))
    var to: String?

    @Option(help: ArgumentHelp("The absolute path of a program and its arguments.", valueName: "command"))
    var encryptWith: String?

    @OptionGroup var options: KeyOptions

    func validate() throws {
        if (to == nil) == (encryptWith == nil) {
            throw ValidationError("Either --to or --encrypt-with has to be given.")
        }
        if let to, KeyRecipient(to) == nil {
            throw ValidationError(
                "--to: '\(to)' is no recipient, or has a typing error; see keys show internal:transfer."
            )
        }
    }

    func run() throws {
        let tool = try options.tool()
        if let recipient = to.flatMap({ KeyRecipient($0) }) {
            let text = try KeyOptions.orEnd { () throws(KeyToolFault) in
                try tool.export(key, reason: reason, for: recipient)
            }
            return try OutputBytes.write(text)
        }
        let words = (encryptWith ?? "").split(separator: " ").map(String.init)
        let text = try KeyOptions.orEnd { () throws(KeyToolFault) in
            try tool.export(key, reason: reason, with: words, environment: Environment.all)
        }
        try OutputBytes.write(text)
    }
}
