import ArgumentParser
import AuditLog
import GatewayConfig
import GatewayServer
import GatewayStorage

/// Which log a reading command looks at, and what it is judged by.
struct AuditLogPlace {
    let directory: String
    let origin: String
    let keys: [NoteKey]
    /// Newest notes that witnesses of the configuration keep.
    let witnesses: [String]

    /// The log in `dir`, or that of the configuration; with the keys given, or its own.
    static func find(dir: String?, keys given: [String], source: ConfigurationFile) throws -> AuditLogPlace {
        var keys: [NoteKey] = []
        for text in given {
            guard let key = NoteKey(text: text) else { throw ValidationError("'\(text)' is not a verifier key.") }
            keys.append(key)
        }
        if let dir {
            let description = try describe(dir)
            guard !keys.isEmpty else {
                throw ValidationError("--dir needs --key: the verifier key, from outside of the directory.")
            }
            return AuditLogPlace(directory: dir, origin: description.origin, keys: keys, witnesses: [])
        }
        let configuration = try source.load()
        let audit = configuration.audit
        let directory = "\(audit.directory)/\(audit.node)"
        let origin = try describe(directory).origin
        if keys.isEmpty {
            do {
                keys = [try AuditNoteSigner.verifierKey(AuditLogKeys.store(configuration), origin: origin)]
            } catch {
                StandardError.line("postern: \(error)")
                throw ExitCodes.noInput
            }
        }
        let witnesses = audit.witnesses.compactMap(AuditWitness.init(setting:)).map { $0.newest(of: origin) }
        return AuditLogPlace(directory: directory, origin: origin, keys: keys, witnesses: witnesses)
    }

    private static func describe(_ directory: String) throws -> AuditDescription {
        do throws(AuditDescription.Fault) {
            return try AuditDescription(directory: directory)
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.noInput
        }
    }
}
