import ArgumentParser
import AuditLog
import GatewayConfig
import GatewayServer
import GatewayStorage
import Logging

/// Which log a reviewer's command reads, and the record of its having been read.
struct AuditReading: ParsableArguments {
    @OptionGroup var source: ConfigurationFile

    @Option(help: "The directory of one log (the one with log.json): a copy, read without a record of it.")
    var dir: String?

    @Flag(help: "Print JSON: entries as they stand, one a line.")
    var json = false

    /// A log that may be read.
    struct Log {
        let directory: String
        let origin: String
        /// The configuration it was found by; `nil` for a copy.
        let configuration: GatewayConfiguration?

        /// The index, where there is one that can be used; says so on standard error where there is none.
        func index() -> AuditIndex? {
            do throws(AuditIndexFault) {
                return try AuditIndex(directory: directory, origin: origin)
            } catch {
                StandardError.line("postern: \(error); reading the whole log instead")
                return nil
            }
        }
    }

    /// Finds the log; records that `command` reads it, unless it is a copy or `command` is `nil`.
    ///
    /// Where that cannot be recorded nothing is read, because access to the log has to be in the log.
    func open(_ command: String?, _ about: String = "") throws -> Log {
        let (directory, configuration) = try place()
        let description: AuditDescription
        do throws(AuditDescription.Fault) {
            description = try AuditDescription(directory: directory)
        } catch {
            StandardError.line("postern: \(error)")
            if case .foreign = error { throw ExitCodes.data }
            throw ExitCodes.noInput
        }
        let log = Log(directory: directory, origin: description.origin, configuration: configuration)
        if let command {
            var access: [String: AuditValue] = ["command": .string(command)]
            if !about.isEmpty { access["about"] = .string(about) }
            try record(.auditAccess, ["access": .object(access)], log)
        }
        return log
    }

    private func place() throws -> (String, GatewayConfiguration?) {
        if let dir { return (dir, nil) }
        let configuration = try source.load()
        return ("\(configuration.audit.directory)/\(configuration.audit.node)", configuration)
    }

    /// Appends an entry through the running gateway, or to the log itself where none runs; nothing for a copy.
    func record(_ kind: EntryKind, _ members: [String: AuditValue], _ log: Log) throws {
        guard let configuration = log.configuration else { return }
        let reply = try AuditActOptions.reply(.record(kind: kind, members: members), configuration)
        guard reply.code == 0 else {
            for line in MemberLines.of(reply.text) { StandardError.line("postern: \(line)") }
            throw ExitCode(reply.code)
        }
    }

    /// Ends a command by what its reading ran into.
    static func fail(_ fault: AuditIndexFault) -> ExitCode {
        StandardError.line("postern: \(fault)")
        switch fault {
        case .missing: return ExitCodes.noInput
        case .foreign, .log: return ExitCodes.data
        case .database, .file: return ExitCodes.inputOutput
        }
    }
}
