import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage
import Glibc

/// Verifies a log.
struct AuditVerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Prove that nothing was added, changed, moved or removed.",
        discussion: """
            Reads only, also beside a running gateway. Exit 0: everything holds. 1: changed, with the first bad entry. \
            2: not enough to prove it. Without --key the log's own key is used, which proves nothing to somebody who \
            does not trust this machine: auditors bring the key and a note that they kept.
            """
    )

    @OptionGroup var source: ConfigurationFile

    @Option(help: "The directory of one log (the one with log.json), instead of the configuration's.")
    var dir: String?

    @Option(help: "A verifier key: name+id+base64. May be repeated.")
    var key: [String] = []

    @Option(help: "A file with a note that was kept elsewhere. May be repeated.")
    var expect: [String] = []

    @Option(help: "First entry or time (2026-08-21T10:11:12Z) of a part.")
    var from: AuditTimeArgument?

    @Option(help: "Last entry or time of a part.")
    var to: AuditTimeArgument?

    @Flag(help: "Look at every line: its form, admissions without outcome, silences, crashes.")
    var deep = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        let place = try AuditLogPlace.find(dir: dir, keys: key, source: source)
        var expected: [(name: String, bytes: [UInt8])] = []
        for file in expect { expected.append((file, try InputFile.read(file))) }
        for path in place.witnesses where AuditActOptions.isThere(path) {
            expected.append((path, try InputFile.read(path)))
        }
        let check = deep ? DeepCheck() : nil
        let isTerminal = isatty(STDERR_FILENO) == 1
        let report: LogVerifier.Report
        do throws(AuditVerification.Fault) {
            report = try AuditVerification(directory: place.directory).run(
                origin: place.origin,
                keys: place.keys,
                expected: expected,
                span: AuditSpan(from: from?.mark, to: to?.mark),
                deep: check
            ) { if isTerminal { StandardError.progress("entry \($0)") } }
        } catch {
            if isTerminal { StandardError.progress("") }
            throw fail(error)
        }
        if isTerminal { StandardError.progress("") }
        try show(report, check?.finish(), expected.count)
    }

    private func show(_ report: LogVerifier.Report, _ deep: DeepCheck.Findings?, _ expected: Int) throws {
        var line = JSONLine()
        let isForeign = (deep?.foreignLines ?? 0) > 0
        line.add("verdict", isForeign ? "not in form" : "ok")
        line.add("origin", report.origin)
        line.add("first", Int(clamping: report.first))
        line.add("size", Int(clamping: report.size))
        line.add("signed", Int(clamping: report.signedSize))
        line.add("unsigned", Int(clamping: report.size - min(report.size, report.signedSize)))
        line.add("root", report.rootText)
        line.add("signers", report.signers.joined(separator: "\n"))
        line.add("declared_gaps", report.declaredGaps)
        line.add("notes_expected", expected)
        if report.tornBytes > 0 { line.add("torn_bytes", report.tornBytes) }
        if let deep {
            line.add("lines_not_in_form", deep.foreignLines)
            if let first = deep.firstForeign { line.add("first_not_in_form", Int(clamping: first)) }
            line.add("open_admissions", deep.openAdmissions)
            if let first = deep.firstOpen { line.add("first_open", Int(clamping: first)) }
            line.add("crashes", deep.crashes)
            line.add("silences", deep.silences)
            if let first = deep.firstSilence { line.add("first_silence", Int(clamping: first)) }
            line.add("times_backwards", deep.backwards)
        }
        print(json ? line.text : MemberLines.of(line.text).joined(separator: "\n"))
        if isForeign { throw ExitCodes.negative }
        if let deep, deep.silences > 0 { throw ExitCodes.attention }
    }

    private func fail(_ fault: AuditVerification.Fault) -> ExitCode {
        let code: ExitCode
        var line = JSONLine()
        switch fault {
        case .log(.tampered(let sequence, let cause)):
            line.add("verdict", "changed")
            if let sequence { line.add("entry", Int(clamping: sequence)) }
            line.add("cause", cause)
            code = ExitCodes.negative
        case .log(.incomplete(let cause)):
            line.add("verdict", "not proved")
            line.add("cause", cause)
            code = ExitCodes.attention
        case .file(let failure):
            line.add("verdict", "not proved")
            line.add("cause", "\(failure)")
            code = ExitCodes.attention
        }
        print(json ? line.text : MemberLines.of(line.text).joined(separator: "\n"))
        return code
    }
}
