import ArgumentParser
import AuditLog
import GatewayStorage

/// Signs a review off.
struct AuditReviewSignCommand: ParsableCommand {
    /// What the reviewer concludes.
    enum Verdict: String, ExpressibleByArgument, CaseIterable {
        case ok
        case findings
    }

    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Record that a range of entries was reviewed, with what was found.",
        discussion: """
            'review start' prints the range and the root. The entries are read again: the root has to be the one that \
            was seen. Exit 0: recorded. 1: the entries are not those that were seen. 65, 66: as with start.
            """
    )

    @OptionGroup var reading: AuditReading

    @Option(help: "The first entry reviewed.")
    var fromSeq: UInt64

    @Option(help: "The last entry reviewed.")
    var toSeq: UInt64

    @Option(help: "The root over all entries up to the last one, in base64, as 'review start' printed it.")
    var root: String

    @Option(help: "ok or findings.")
    var verdict: Verdict

    @Option(
        help: ArgumentHelp("Something found, at most 10 times, 200 characters each.", valueName: "seq:severity:note")
    )
    var finding: [String] = []

    func validate() throws {
        if toSeq < fromSeq { throw ValidationError("--to-seq is before --from-seq.") }
        if root.utf8.count != 44 { throw ValidationError("--root has 44 characters of base64.") }
        if (verdict == .findings) == finding.isEmpty {
            throw ValidationError("--finding belongs to --verdict findings, and that needs at least one.")
        }
        if finding.count > 10 { throw ValidationError("At most 10 findings; record more in a ticket and name it.") }
        _ = try findings()
        if reading.dir != nil { throw ValidationError("A copy cannot be signed off: the entry belongs into the log.") }
    }

    private func findings() throws -> [AuditValue] {
        try finding.map { text in
            let parts = text.split(separator: ":", maxSplits: 2).map(String.init)
            guard parts.count == 3, let sequence = UInt64(parts[0]), sequence >= fromSeq, sequence <= toSeq,
                ["low", "medium", "high"].contains(parts[1]), parts[2].utf8.count <= 200
            else {
                throw ValidationError("--finding '\(text)': SEQ:low|medium|high:NOTE, SEQ within the range.")
            }
            return .object([
                "note": .string(parts[2]), "seq": .integer(Int(clamping: sequence)), "severity": .string(parts[1]),
            ])
        }
    }

    func run() throws {
        let log = try reading.open(nil)
        let signed = try log.signedRange()
        guard fromSeq >= signed.lowerBound, toSeq < signed.upperBound else {
            StandardError.line(
                "postern: only entries \(signed.lowerBound) to \(signed.upperBound - 1) can be signed off"
            )
            throw ExitCodes.negative
        }
        let (tally, found) = try AuditReviewStartCommand.tally(log, fromSeq..<(toSeq + 1))
        guard found == root else {
            StandardError.line("postern: the entries up to \(toSeq) have the root \(found): not what was reviewed")
            throw ExitCodes.negative
        }
        let total = tally.total
        let counts: [String: AuditValue] = [
            "allow": .integer(total.allowed), "deny": .integer(total.denied), "duplicate": .integer(total.duplicates),
            "incidents": .integer(tally.incidents.count),
        ]
        var review: [String: AuditValue] = [
            "counts": .object(counts), "from_seq": .integer(Int(clamping: fromSeq)), "method": .string("cli"),
            "root": .string(root), "to_seq": .integer(Int(clamping: toSeq)), "verdict": .string(verdict.rawValue),
        ]
        if verdict == .findings { review["findings"] = .list(try findings()) }
        try reading.record(.auditReview, ["review": .object(review)], log)
        if reading.json {
            print(#"{"from_seq":\#(fromSeq),"to_seq":\#(toSeq),"verdict":"\#(verdict.rawValue)"}"#)
        } else {
            print("signed off: entries \(fromSeq) to \(toSeq), \(verdict.rawValue)")
        }
    }
}
