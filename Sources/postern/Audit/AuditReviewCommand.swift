import ArgumentParser
import AuditLog
import GatewayServer
import GatewayStorage

/// Reviews the log and signs the review off.
struct AuditReviewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "review",
        abstract: "Show what to look at since the last review, sign it off, show what nobody has reviewed.",
        subcommands: [AuditReviewStartCommand.self, AuditReviewSignCommand.self, AuditReviewStatusCommand.self]
    )
}

/// Sign-offs in a log, and the entries they cover.
struct ReviewedRanges {
    /// One sign-off.
    struct SignOff {
        let sequence: UInt64
        let from: UInt64
        let to: UInt64
        let reviewer: String
        let verdict: String
        let time: String
    }

    /// All of them, oldest first.
    let signOffs: [SignOff]

    /// Looks them up.
    init(_ log: AuditReading.Log, _ index: AuditIndex?) throws {
        var filter = EntryFilter()
        filter.kinds = [EntryKind.auditReview.rawValue]
        let view = EntryView()
        signOffs = try AuditShowCommand.all(filter, log, index).compactMap { line in
            guard view.read(line.span), let from = view.integer("review", "from_seq"),
                let to = view.integer("review", "to_seq"), from >= 0, to >= from
            else { return nil }
            return SignOff(
                sequence: view.sequence,
                from: UInt64(from),
                to: UInt64(to),
                reviewer: view.text("actor", "id") ?? "",
                verdict: view.text("review", "verdict") ?? "",
                time: view.time
            )
        }
    }

    /// Entries in `range` that no sign-off covers.
    func open(in range: Range<UInt64>) -> [ClosedRange<UInt64>] {
        var open: [ClosedRange<UInt64>] = []
        var next = range.lowerBound
        for signOff in signOffs.sorted(by: { $0.from < $1.from }) where next < range.upperBound {
            if signOff.from > next { open.append(next...min(signOff.from - 1, range.upperBound - 1)) }
            next = max(next, signOff.to + 1)
        }
        if next < range.upperBound { open.append(next...(range.upperBound - 1)) }
        return open
    }
}

extension AuditReading.Log {
    /// The size that the newest checkpoint names, and the first entry that is there.
    func signedRange() throws -> Range<UInt64> {
        do {
            let first = try AuditSegmentReader(directory: directory).segments().first ?? 0
            guard let size = try AuditCheckpointReader(directory: directory).newestSize(), size > first else {
                StandardError.line("postern: \(directory): no checkpoint covers anything yet: try again in a second")
                throw ExitCodes.negative
            }
            return first..<size
        } catch let failure as FileFailure {
            throw AuditReading.fail(.file(failure))
        }
    }
}
