import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage
import Glibc

/// Hands entries to other systems.
struct AuditExportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write entries for other systems, or a copy of the log that verifies by itself.",
        discussion: """
            --to jsonl (lines as they stand), csv, ocsf, ecs or cef, oldest first, to standard output or a new file. \
            --bundle DIR copies lines and signed notes up to the newest checkpoint: verify it with 'postern audit \
            verify --dir DIR --key VKEY' or with verify_audit.py. The export itself is recorded. Exit 0: written. \
            65: not the log it should be. 66: no log. 73: the output is there already or cannot be made.
            """
    )

    @OptionGroup var reading: AuditReading
    @OptionGroup var conditions: AuditFilterOptions

    @Option(help: "jsonl, csv, ocsf, ecs or cef.")
    var to: EntryExport?

    @Option(help: ArgumentHelp("A new file; standard output if not given.", valueName: "file"))
    var output: String?

    @Option(help: ArgumentHelp("A new directory for a copy that verifies by itself.", valueName: "dir"))
    var bundle: String?

    func validate() throws {
        if (to == nil) == (bundle == nil) { throw ValidationError("Either --to FORMAT or --bundle DIR is needed.") }
        if bundle != nil, try !conditions.filter().description.isEmpty {
            throw ValidationError("--bundle copies everything: entries left out could not be told from lost ones.")
        }
    }

    func run() throws {
        let log = try reading.open(nil)
        let filter = try conditions.filter()
        var export: [String: AuditValue] = ["to": .string(to?.rawValue ?? "bundle")]
        if !filter.description.isEmpty { export["about"] = .string(filter.description) }
        try reading.record(.auditExport, ["export": .object(export)], log)
        if let bundle {
            var through: UInt64 = 0
            try copy(log, to: bundle, &through)
            return try recordWhole("bundle", through, log)
        }
        guard let to else { return }
        let file = try output.map(AuditExportCommand.create) ?? STDOUT_FILENO
        defer { if file != STDOUT_FILENO { close(file) } }
        var through: UInt64 = 0
        let count = try write(to, filter, log, file, &through)
        if to == .jsonl, filter.description.isEmpty { try recordWhole("jsonl", through, log) }
        if output != nil { report(count, output ?? "") }
    }

    private func report(_ count: UInt64, _ path: String) {
        if reading.json {
            var line = JSONLine()
            line.add("entries", Int(clamping: count))
            line.add("output", path)
            print(line.text)
        } else {
            print("\(path): \(count) entries")
        }
    }

    /// An export of everything is on record with where it ended: `audit.retention.require_export` asks for it.
    private func recordWhole(_ to: String, _ through: UInt64, _ log: AuditReading.Log) throws {
        guard through > 0 else { return }
        let export: [String: AuditValue] = ["through": .integer(Int(clamping: through)), "to": .string(to)]
        try reading.record(.auditExport, ["export": .object(export)], log)
    }

    private func copy(_ log: AuditReading.Log, to directory: String, _ through: inout UInt64) throws {
        let bar = ProgressBar("copying")
        do throws(AuditIndexFault) {
            let copied = try AuditBundle(directory: log.directory).write(to: directory) { bar.show($0, of: $1) }
            bar.end()
            through = copied.size
            report(copied.entries, directory)
        } catch {
            bar.end()
            if case .file(let failure) = error, failure.path.hasPrefix(directory) {
                StandardError.line("postern: \(failure)")
                throw ExitCodes.cannotCreate
            }
            throw AuditReading.fail(error)
        }
    }

    private func write(
        _ format: EntryExport,
        _ filter: EntryFilter,
        _ log: AuditReading.Log,
        _ file: Int32,
        _ through: inout UInt64
    ) throws -> UInt64 {
        let bar = ProgressBar("exporting")
        defer { bar.end() }
        let path = output ?? "standard output"
        var count: UInt64 = 0
        var buffer = format.header.map { Array(($0 + "\n").utf8) } ?? []
        do {
            let walk = AuditWalk(directory: log.directory)
            try walk.run(progress: { bar.show($0, of: $1) }) { entry in
                through = entry.sequence + 1
                guard filter.matches(entry) else { return .goOn }
                buffer += format.line(entry, version: Postern.version)
                buffer.append(UInt8(ascii: "\n"))
                count += 1
                if buffer.count > 1 << 20 {
                    try OutputFile.append(buffer, to: file, path)
                    buffer.removeAll(keepingCapacity: true)
                }
                return .goOn
            }
            try OutputFile.append(buffer, to: file, path)
        } catch let fault as AuditIndexFault {
            bar.end()
            throw AuditReading.fail(fault)
        }
        return count
    }

    private static func create(_ path: String) throws -> Int32 {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw OutputFile.fail(path, "cannot be made") }
        return file
    }
}

extension EntryExport: ExpressibleByArgument {}
