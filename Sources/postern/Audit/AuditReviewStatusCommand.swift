import ArgumentParser
import GatewayServer
import GatewayStorage

/// Shows who has reviewed what.
struct AuditReviewStatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "List the sign-offs, and the entries that nobody has signed off.",
        discussion: "Exit 0: everything signed is reviewed. 2: some is not. 65: not the log it should be. 66: no log."
    )

    @OptionGroup var reading: AuditReading

    func run() throws {
        let log = try reading.open("review status")
        let signed = try log.signedRange()
        let ranges = try ReviewedRanges(log, log.index())
        let open = ranges.open(in: signed)
        if reading.json {
            for signOff in ranges.signOffs {
                var line = JSONLine()
                line.add("from_seq", Int(clamping: signOff.from))
                line.add("to_seq", Int(clamping: signOff.to))
                line.add("reviewer", signOff.reviewer)
                line.add("verdict", signOff.verdict)
                line.add("ts", signOff.time)
                line.add("entry", Int(clamping: signOff.sequence))
                print(line.text)
            }
            for range in open {
                var line = JSONLine()
                line.add("from_seq", Int(clamping: range.lowerBound))
                line.add("to_seq", Int(clamping: range.upperBound))
                line.add("verdict", nil)
                print(line.text)
            }
        } else {
            show(ranges, open)
        }
        if !open.isEmpty { throw ExitCodes.attention }
    }

    private func show(_ ranges: ReviewedRanges, _ open: [ClosedRange<UInt64>]) {
        let table = TextTable([
            .init("FROM", width: 10, side: .right), .init("TO", width: 10, side: .right), .init("WHEN", width: 19),
            .init("WHO", width: 16), .init("VERDICT", width: 10),
        ])
        print(table.header)
        for signOff in ranges.signOffs {
            let time = EntryTable.time(signOff.time)
            print(table.row([String(signOff.from), String(signOff.to), time, signOff.reviewer, signOff.verdict]))
        }
        for range in open { print(table.row([String(range.lowerBound), String(range.upperBound), "-", "-", "OPEN"])) }
    }
}
