import GatewayServer

/// Prints a run for people, 80 columns wide.
struct DemoReport {
    private static let table = TextTable([
        TextTable.Column("#", width: 2, side: .right),
        TextTable.Column("source", width: 7),
        TextTable.Column("what was sent", width: 23),
        TextTable.Column("HTTP", width: 4, side: .right),
        TextTable.Column("verdict", width: 9),
        TextTable.Column("reason", width: 25),
        TextTable.Column("fwd?", width: 4),
    ])

    private let style = TerminalStyle()
    private let review: DemoReview

    init(_ review: DemoReview) { self.review = review }

    /// Everything but the lines of `--keep`.
    func print() {
        printTable()
        printRefusal()
        printEffects()
        printVerdict()
    }

    private func line(_ text: String = "") { Swift.print(text) }

    // MARK: the table

    private func printTable() {
        line()
        line(style.paint(DemoReport.table.header, .heading))
        line(DemoReport.table.rule)
        for group in DemoCase.Group.allCases {
            line("   " + style.paint(group.rawValue, .heading))
            for row in review.rows where row.kind.group == group { printRow(row) }
        }
        line(DemoReport.table.rule)
        line("   HTTP is what the sender sees; verdict and reason are from the audit log;")
        line("   fwd? is whether a request with this id reached the application.")
    }

    private func printRow(_ row: DemoRow) {
        let outcome = row.outcome
        let cells = [
            String(row.number), row.kind.event.sender.rawValue, row.kind.title,
            outcome.status == 0 ? "-" : String(outcome.status), outcome.verdict.rawValue,
            outcome.reason.isEmpty ? "-" : outcome.reason, outcome.isForwarded ? "yes" : "no",
        ]
        line(
            DemoReport.table.row(cells) { column, text in
                switch column {
                case 4: style.paint(text, meaning(outcome.verdict))
                case 5 where outcome.reason.isEmpty: style.paint(text, .faint)
                case 6: style.paint(text, outcome.isForwarded ? .good : .faint)
                default: text
                }
            }
        )
        guard !row.isRight else { return }
        let faults = (outcome == row.kind.expected ? [] : ["expected \(row.kind.expected.sentence)"]) + row.faults
        for fault in faults { printWrong("^ WRONG: \(fault)", indent: 3) }
    }

    private func printWrong(_ text: String, indent: Int = 0) {
        for part in TextTable.wrapped(text, width: DemoReport.table.width, indent: indent) {
            line(style.paint(part, .bad))
        }
    }

    private func meaning(_ verdict: DemoOutcome.Verdict) -> TerminalStyle.Meaning {
        switch verdict {
        case .admitted: .good
        case .refused, .unknown: .bad
        case .duplicate: .notice
        }
    }

    // MARK: one refusal

    /// The same refusal from both sides: the sender learns nothing, the operator everything.
    private func printRefusal() {
        guard let row = review.rows.first(where: { $0.kind.group == .forged }),
            let entry = review.entries.first(where: { $0.requestID == row.requestID && $0.isFinal }),
            let answer = review.answers[row.requestID]
        else { return }
        line()
        line(style.paint("What the sender of row \(row.number) is told", .heading) + ", as for every bad signature:")
        line("  HTTP \(answer.status)")
        for text in JSONIndenter(width: 78).lines(answer.body) { line("  " + text) }
        line()
        line(style.paint("What the audit log keeps of row \(row.number)", .heading) + ":")
        for text in JSONIndenter(width: 78).lines(entry.line) { line("  " + text) }
    }

    // MARK: what the application did

    private func printEffects() {
        let count = review.effects.reduce(0) { $0 + $1.count }
        line()
        line(style.paint("What the application did", .heading) + " (\(count) events):")
        for (sink, count, repeated) in review.effects {
            let name = sink.title + String(repeating: " ", count: max(0, 14 - sink.title.utf8.count))
            let times = repeated == 0 ? "each once" : style.paint("WRONG: \(repeated) more than once", .bad)
            line("  \(name)\(count) \(count == 0 ? "" : times)")
        }
    }

    private func printVerdict() {
        let right = review.rows.filter(\.isRight).count
        let finals = review.entries.filter(\.isFinal).count
        let forwarded = review.rows.filter(\.outcome.isForwarded).count
        line()
        line("\(review.rows.count) deliveries, \(forwarded) forwarded, \(finals) final audit entries.")
        if let proof = review.proof {
            let root = proof.root.prefix(16)
            line("Audit log verified: \(proof.size) entries, \(proof.signedSize) under a signed root (\(root)...).")
        }
        for fault in review.faults { printWrong("WRONG: \(fault)") }
        if review.isRight {
            line(style.paint("All \(right) as they have to be.", .good))
        } else {
            let wrong = review.rows.filter { !$0.isRight }.map { String($0.number) }.joined(separator: ", ")
            printWrong("Not as it has to be: \(wrong.isEmpty ? "see above" : "row \(wrong)").")
        }
    }
}
