import ArgumentParser
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Takes a secret that the provider made.
struct KeysImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take a secret, or a public key, that the sender made.",
        discussion: """
            Asks for the secret on the terminal, or reads it: --secret-from - | DESCRIPTOR | FILE (mode 0600).

            'internal:log' and 'internal:replay' take the key of the audit log and the replay secret out of the files \
            beside the audit log, where they are from before there was a keyring, and remove the files. The running \
            gateway goes on.
            """
    )

    @Argument(help: "The source, sign:NAME, internal:log or internal:replay.")
    var source: String

    @Option(help: ArgumentHelp("-, a descriptor, a file, or prompt (the default).", valueName: "from"))
    var secretFrom: String?

    @Option(
        help: ArgumentHelp("A key that 'keys export --to' has sealed for this keyring: - or a file.", valueName: "from")
    )
    var sealed: String?

    @OptionGroup var new: NewKeyOptions
    @OptionGroup var options: KeyOptions

    func validate() throws {
        if sealed != nil, secretFrom != nil || new.encoding != nil {
            throw ValidationError("--sealed brings secret and encoding along.")
        }
    }

    func run() throws {
        let tool = try options.tool()
        if OwnKeyRules.isOwn(tool.resolved(source)) { return try importOwn(tool, tool.resolved(source)) }
        let adding = KeyAdding(tool: tool, options: options, source: source)
        adding.warnOfUnknownSource()
        if let sealed { return try importSealed(tool, from: sealed) }
        let draft = new.complete(tool.draft(source, encoding: new.encoding), origin: .imported)
        try adding.addImported(draft, from: secretFrom ?? "prompt", reason: new.reason)
    }

    private func importOwn(_ tool: KeyTool, _ name: String) throws {
        guard secretFrom == nil else {
            throw ValidationError("'\(name)' is taken from its own file: leave --secret-from out.")
        }
        let (opened, path) = try KeyOptions.orEnd { () throws(KeyToolFault) in
            try tool.importOwn(name, reason: new.reason)
        }
        let id = try KeyAct.find(opened.keyring, name).primary?.text ?? ""
        StandardError.line("\(path): removed, the keyring has its key")
        try KeyAct(tool: tool, options: options).say(opened, id, name, "imported")
    }

    private func importSealed(_ tool: KeyTool, from place: String) throws {
        let file = try InputFile.read(place)
        let result = try KeyOptions.orEnd { () throws(KeyToolFault) in
            try tool.importSealed(
                file,
                to: source,
                { draft in
                    let label = draft.label
                    draft = new.complete(draft, origin: .imported)
                    if new.label.isEmpty { draft.label = label }
                },
                reason: new.reason
            )
        }
        for warning in result.warnings { StandardError.line("warning: \(warning)") }
        StandardError.line("was \(result.head.id) of '\(result.head.source)' in the keyring that sealed it")
        try KeyAct(tool: tool, options: options).say(result.opened, result.id, source, "imported")
    }
}
