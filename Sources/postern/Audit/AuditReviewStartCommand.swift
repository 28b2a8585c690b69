import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage

/// Shows what to look at.
struct AuditReviewStartCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start",
        abstract: "Show what happened since the last sign-off, and how to sign it off.",
        discussion: """
            Range and root are fixed here, so that what is signed is what was seen. Exit 0: something to review. \
            1: nothing new. 65: not the log it should be. 66: no log.
            """
    )

    @OptionGroup var reading: AuditReading

    @Option(help: "The first entry to review; behind the last sign-off if not given.")
    var since: UInt64?

    func run() throws {
        let log = try reading.open("review start", since.map { "since \($0)" } ?? "")
        let index = log.index()
        let signed = try log.signedRange()
        let last = try ReviewedRanges(log, index).signOffs.map(\.to).max()
        let from = max(since ?? last.map { $0 + 1 } ?? signed.lowerBound, signed.lowerBound)
        guard from < signed.upperBound else {
            StandardError.line("nothing new: every signed entry is reviewed")
            throw ExitCodes.negative
        }
        let (tally, root) = try AuditReviewStartCommand.tally(log, from..<signed.upperBound)
        let sign =
            "postern audit review sign --from-seq \(from) --to-seq \(signed.upperBound - 1) --root \(root) --verdict ok"
        if reading.json {
            printJSON(tally, from..<signed.upperBound, root)
        } else {
            show(tally, from..<signed.upperBound)
        }
        if !reading.json { print("\nTo sign this off:\n  \(sign)") }
    }

    /// Counts the entries of a range, and gives the root over everything up to its end.
    static func tally(_ log: AuditReading.Log, _ range: Range<UInt64>) throws -> (ReportTally, String) {
        let bar = ProgressBar("reading")
        defer { bar.end() }
        // All of the time that entries can have: the range is by number here.
        var tally = ReportTally(from: 0, to: 253_402_300_799_999_999)
        do {
            let root = try AuditRootedWalk(directory: log.directory)
                .run(upTo: range.upperBound, progress: { bar.show($0, of: $1) }) { entry in
                    if range.contains(entry.sequence) { tally.add(entry) }
                }
            guard let root else {
                StandardError.line("postern: \(log.directory): fewer entries than the newest checkpoint signed")
                throw ExitCodes.data
            }
            return (tally, root)
        } catch let fault as AuditIndexFault {
            bar.end()
            throw AuditReading.fail(fault)
        }
    }

    private func show(_ tally: ReportTally, _ range: Range<UInt64>) {
        let total = tally.total
        print("Entries \(range.lowerBound) to \(range.upperBound - 1): \(tally.entries)")
        print("  let through \(total.allowed), refused \(total.denied), repeats \(total.duplicates)")
        print("  unknown outcomes \(tally.unknownOutcomes), decided while degraded \(tally.degraded)")
        if !tally.reasons.isEmpty { print("\nRefusals and repeats by reason") }
        for (reason, count) in tally.reasons.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            print("  \(count)  \(reason)")
        }
        list("Gaps, failures, degradations", tally.incidents)
        list("Configuration", tally.changes)
        list("Keys, log and gateway", tally.administration)
    }

    private func list(_ title: String, _ acts: [ReportTally.Act]) {
        guard !acts.isEmpty else { return }
        print("\n\(title)")
        for act in acts.suffix(20) {
            let time = EntryTable.time(act.time)
            print(EntryStory.clean("  \(act.sequence)  \(time)  \(act.kind) \(act.actor) \(act.text)", 80))
        }
        if acts.count > 20 { print("  and \(acts.count - 20) before them") }
    }

    private func printJSON(_ tally: ReportTally, _ range: Range<UInt64>, _ root: String) {
        let total = tally.total
        var line = JSONLine()
        line.add("from_seq", Int(clamping: range.lowerBound))
        line.add("to_seq", Int(clamping: range.upperBound - 1))
        line.add("root", root)
        line.add("entries", tally.entries)
        line.add("allowed", total.allowed)
        line.add("denied", total.denied)
        line.add("duplicates", total.duplicates)
        line.add("unknown_outcomes", tally.unknownOutcomes)
        line.add("degraded", tally.degraded)
        line.add("incidents", tally.incidents.count)
        line.add("configuration_changes", tally.changes.count)
        line.add("administrative_acts", tally.administration.count)
        print(line.text)
    }
}
