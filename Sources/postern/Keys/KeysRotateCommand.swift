import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Replaces a source's key without a refused event.
struct KeysRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Replace the key of a source without one wrongly refused event.",
        discussion: """
            Adds a new key beside the old one, waits until the running gateway accepts it, and only then shows the \
            secret. At the first event signed with it the new key becomes the primary, and the old one is accepted for \
            what is signed within the overlap. --secret-from takes the secret that the provider has made instead.

            postern keys rotate cms-prod
            postern keys rotate cms-prod --status
            postern keys rotate cms-prod --undo

            'internal:log' replaces the key of the audit log: checkpoints carry both signatures for the overlap (30 days \
            without --overlap), and the new verifier key is printed for auditors.
            """
    )

    @Argument(help: "The source, or internal:log.")
    var source: String

    @Option(help: ArgumentHelp("The provider's new secret: -, a descriptor, a file, or prompt.", valueName: "from"))
    var secretFrom: String?

    @Option(help: ArgumentHelp("How long the old key stays accepted, for example 24h.", valueName: "time"))
    var overlap: KeySpan?

    @Option(help: ArgumentHelp("How long the running gateway may take to accept the new key.", valueName: "time"))
    var wait: KeySpan?

    @Option(help: ArgumentHelp("Write the secret to this descriptor instead of standard output.", valueName: "fd"))
    var outFd: Int32?

    @Flag(help: "Say how far the rotation is.")
    var status = false

    @Flag(help: "Take the rotation back.")
    var undo = false

    @Flag(help: "Allow an overlap of more than 7 days.")
    var force = false

    @OptionGroup var new: NewKeyOptions
    @OptionGroup var options: KeyOptions

    func validate() throws {
        if let overlap, overlap.seconds > Keyring.overlapMax, !force, !source.hasPrefix("internal:") {
            throw ValidationError("--overlap of more than 7 days needs --force.")
        }
        if status, undo { throw ValidationError("--status and --undo exclude each other.") }
        if new.notBefore != nil {
            throw ValidationError("A rotation's key is accepted at once; leave --not-before out.")
        }
    }

    func run() throws {
        let tool = try options.tool()
        if OwnKeyRules.isOwn(tool.resolved(source)) {
            return try OwnKeyRotation(tool: tool, options: options, name: tool.resolved(source)).run(self)
        }
        if source.hasPrefix("sign:") {
            StandardError.line(
                "postern: the gateway itself signs with '\(source)', so no sender shows when to change over: keys add "
                    + "\(source), give the secret to the handler, keys promote NEW, then keys retire OLD"
            )
            throw ExitCodes.data
        }
        if status { return try KeyRotationStatus(tool: tool, options: options).print(source) }
        if undo { return try takeBack(tool) }
        try start(tool)
    }

    private func start(_ tool: KeyTool) throws {
        let origin: KeyringKey.Origin = secretFrom == nil ? .generated : .imported
        let draft = new.complete(tool.draft(source, encoding: new.encoding), origin: origin)
        let overlap = overlap?.seconds ?? tool.overlap
        let flow = KeyRotation(tool: tool, source: source, draft: draft, overlap: overlap)
        let started = try KeyOptions.orEnd { () throws(KeyToolFault) in
            try flow.start(from: secretFrom, reason: new.reason)
        }
        for warning in started.warnings { StandardError.line("warning: \(warning)") }
        let revision = started.opened.keyring.revision
        switch KeyOptions.wait(tool, for: revision, seconds: wait?.seconds ?? 60) {
        case .taken: break
        case .nobody: StandardError.line("no running gateway was asked: one that runs takes the key at once")
        case .notTaken(let reason):
            try KeyOptions.orEnd { () throws(KeyToolFault) in try flow.drop(started.id) }
            StandardError.line("postern: the running gateway does not take revision \(revision): \(reason)")
            StandardError.line("postern: the new key was taken back and is not shown; the old one stays")
            throw ExitCodes.temporary
        }
        try KeyOptions.orEnd { () throws(KeyToolFault) in try flow.show(started, json: options.json, descriptor: outFd)
        }
        guard !options.json else { return }
        if secretFrom == nil { print("Give this secret to the sender; nothing else changes until it is used.") }
        print("At its first event \(started.id) becomes the primary,")
        print("and \(started.replaces) retires, overlap \(overlap) s.")
        print("See how far it is: postern keys rotate \(source) --status")
    }

    private func takeBack(_ tool: KeyTool) throws {
        var kept = ""
        var text = ""
        let opened = try KeyOptions.orEnd { () throws(KeyToolFault) in
            try tool.update { (keyring, now) throws(KeyringFault) in
                let undone = try keyring.undoRotation(of: source, now: now)
                kept = undone.kept.text
                let keep = tool.act(.keyPromote, key: kept, of: source, "rotation undone", reason: new.reason)
                switch undone.new {
                case .suspended(let id):
                    text = "primary again; \(id) is suspended"
                    let reason = new.reason
                    return [keep, tool.act(.keySuspend, key: id.text, of: source, "rotation undone", reason: reason)]
                case .stays(let id):
                    text = "primary again; \(id) stays accepted"
                    return [keep]
                }
            }
        }
        try KeyAct(tool: tool, options: options).say(opened, kept, source, text)
    }
}
