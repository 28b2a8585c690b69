import AuditLog
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Adding a key, made here or brought along.
struct KeyAdding {
    let tool: KeyTool
    let options: KeyOptions
    let source: String

    /// A typing error in a name would otherwise be found much later.
    func warnOfUnknownSource() {
        guard !tool.isKnown(source) else { return }
        StandardError.line("warning: the configuration has no source '\(source)' with a usable scheme")
    }

    func addGenerated(_ new: Keyring.NewKey, reason: String?, descriptor: Int32?) throws {
        let secret = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.makeSecret(for: source, new) }
        var id = ""
        let opened = try KeyOptions.orEnd { () throws(KeyToolFault) in
            try tool.update(makes: .ifMissing) { (keyring, now) throws(KeyringFault) in
                id = try tool.add(secret, new, to: source, in: &keyring, now: now).id.text
                return [tool.act(.keyAdd, key: id, of: source, reason: reason)]
            }
        }
        try KeyOptions.orEnd { () throws(KeyToolFault) in
            if let descriptor {
                try SecretInput.write(secret, to: descriptor)
            } else if options.json {
                let before =
                    "{\"source\":\"\(source)\",\"id\":\"\(id)\",\"revision\":\(opened.keyring.revision),\"secret\":\""
                try SecretInput.write(secret, before: before, after: "\"}\n", to: 1)
            } else {
                try SecretInput.write(
                    secret,
                    before: "key \(id) of \(source), shown once:\n\n    ",
                    after: "\n\n",
                    to: 1
                )
            }
        }
        if options.json, descriptor == nil { return try KeyOptions.tellArrival(tool, of: opened.keyring.revision) }
        try KeyAct(tool: tool, options: options).say(opened, id, source, "added")
    }

    func addImported(_ new: Keyring.NewKey, from place: String, reason: String?) throws {
        let input = try KeyOptions.orEnd { () throws(KeyToolFault) in try SecretInput.read(place) }
        if input.wasTrimmed { StandardError.line("one line feed at the end of the secret was left out") }
        var id = ""
        var warnings: [String] = []
        let opened = try KeyOptions.orEnd { () throws(KeyToolFault) in
            try tool.update(makes: .ifMissing) { (keyring, now) throws(KeyringFault) in
                let added = try tool.add(input.secret, new, to: source, in: &keyring, now: now)
                id = added.id.text
                warnings = added.warnings
                return [tool.act(.keyImport, key: id, of: source, reason: reason)]
            }
        }
        for warning in warnings { StandardError.line("warning: \(warning)") }
        try KeyAct(tool: tool, options: options).say(opened, id, source, "imported")
    }
}
