import ArgumentParser
import AuditLog
import GatewayConfig
import GatewayServer
import GatewayStorage
import WebhookVerification

/// Writes a report for an auditor.
struct AuditReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report on a period: a page to print, JSON, and a signed note over the JSON.",
        discussion: """
            The log is verified first, and the figures are counted from the verified entries, never from the index. \
            Exit 0: written. 1: the log does not verify, and nothing is written. 2: there is no signature to verify by. \
            66: no log. 73: a file is there already.
            """
    )

    @OptionGroup var reading: AuditReading

    @Option(help: "pci, soc2 or iso.")
    var standard: AuditReport.Standard

    @Option(help: "2026, 2026-Q3, 2026-08, 2026-08-21 or 2026-08-01..2026-08-15, in UTC.")
    var period: ReportPeriod

    @Option(help: "A verifier key; needed for a copy. May be repeated.")
    var key: [String] = []

    @Option(help: ArgumentHelp("Where the files go.", valueName: "directory"))
    var output = "."

    func run() throws {
        let place = try AuditLogPlace.find(dir: reading.dir, keys: key, source: reading.source)
        let log = try reading.open("report", "\(standard.rawValue) \(period.name)")
        let verified = try verify(place)
        let bar = ProgressBar("counting")
        var tally = ReportTally(from: period.from, to: period.to)
        do {
            let root = try AuditRootedWalk(directory: log.directory)
                .run(upTo: verified.size, progress: { bar.show($0, of: $1) }) { tally.add($0) }
            bar.end()
            guard root == verified.rootText else { throw changed("the log changed while it was read") }
        } catch let fault as AuditIndexFault {
            bar.end()
            throw AuditReading.fail(fault)
        }
        try write(
            AuditReport(
                standard: standard,
                tally: tally,
                origin: log.origin,
                size: verified.size,
                signedSize: verified.signedSize,
                root: verified.rootText,
                signers: verified.signers,
                declaredGaps: verified.declaredGaps,
                made: GatewayClock.now().microseconds,
                version: Postern.version
            ),
            log
        )
    }

    private func changed(_ text: String) -> ExitCode {
        StandardError.line("postern: \(text)")
        return ExitCodes.negative
    }

    private func verify(_ place: AuditLogPlace) throws -> LogVerifier.Report {
        let bar = ProgressBar("verifying")
        defer { bar.end() }
        let total = (try? AuditSegmentReader(directory: place.directory).bytes()) ?? 0
        do throws(AuditVerification.Fault) {
            return try AuditVerification(directory: place.directory).run(origin: place.origin, keys: place.keys) {
                // An entry has about 600 bytes; the bar need not be exact.
                bar.show(Int(clamping: $0) * 600, of: total)
            }
        } catch {
            bar.end()
            switch error {
            case .log(.tampered(let sequence, let cause)):
                throw changed("the log does not verify\(sequence.map { ", entry \($0)" } ?? ""): \(cause)")
            case .log(.incomplete(let cause)):
                StandardError.line("postern: not enough to verify the log: \(cause)")
                throw ExitCodes.attention
            case .file(let failure):
                StandardError.line("postern: \(failure)")
                throw ExitCodes.inputOutput
            }
        }
    }

    private func write(_ report: AuditReport, _ log: AuditReading.Log) throws {
        let base = "audit-report-\(standard.rawValue)-\(period.name.replacing("..", with: "_"))"
        let json = ReportJSON.bytes(report)
        let text = AuditReport.noteText(origin: report.origin, json: json, made: report.made)
        var note: [UInt8]?
        if let configuration = log.configuration {
            do {
                let keys = AuditLogKeys.store(configuration)
                note = try AuditNoteSigner.sign(text, keys: keys, origin: report.origin)
            } catch {
                StandardError.line("postern: the report cannot be signed: \(error)")
                throw ExitCodes.permission
            }
        }
        let shown = note.map { String(decoding: $0, as: UTF8.self) }
        let page = ReportPage.text(
            report,
            jsonName: "\(base).json",
            note: shown ?? String(decoding: text, as: UTF8.self) + "\n(not signed: made from a copy of the log)\n"
        )
        var files = [("\(base).json", json), ("\(base).html", Array(page.utf8))]
        if let note { files.append(("\(base).json.note", note)) }
        for (name, bytes) in files { try OutputFile.write(bytes, to: "\(output)/\(name)") }
        var line = JSONLine()
        line.add("page", "\(output)/\(base).html")
        line.add("data", "\(output)/\(base).json")
        line.add("note", note.map { _ in "\(output)/\(base).json.note" })
        line.add("entries", report.tally.entries)
        line.add("attention", report.evidence.filter(\.needsAttention).map(\.requirement).joined(separator: " "))
        if reading.json { print(line.text) } else { for text in MemberLines.of(line.text) { print(text) } }
    }
}

extension AuditReport.Standard: ExpressibleByArgument {}

extension ReportPeriod: ExpressibleByArgument {
    /// Reads the argument.
    package init?(argument: String) { self.init(argument) }
}
