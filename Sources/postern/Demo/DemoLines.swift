import GatewayServer

/// Prints a run for programs: one JSON object for each row, and one for the whole.
enum DemoLines {
    static func print(_ review: DemoReview) {
        for row in review.rows { Swift.print(text(row)) }
        var total = JSONLine()
        total.add("rows", review.rows.count)
        total.add("wrong", review.rows.filter { !$0.isRight }.count)
        for effect in review.effects { total.add(effect.sink.title, effect.count) }
        total.add("faults", review.faults.isEmpty ? nil : review.faults.joined(separator: "; "))
        total.add("ok", review.isRight)
        Swift.print(total.text)
    }

    private static func text(_ row: DemoRow) -> String {
        var line = JSONLine()
        line.add("row", row.number)
        line.add("source", row.kind.event.sender.rawValue)
        line.add("sent", row.kind.title)
        line.add("status", row.outcome.status)
        line.add("verdict", row.outcome.verdict.rawValue)
        line.add("reason", row.outcome.reason.isEmpty ? nil : row.outcome.reason)
        line.add("forwarded", row.outcome.isForwarded)
        line.add("requestId", row.requestID.isEmpty ? nil : row.requestID)
        line.add("expected", row.isRight ? nil : row.kind.expected.sentence)
        line.add("faults", row.faults.isEmpty ? nil : row.faults.joined(separator: "; "))
        line.add("ok", row.isRight)
        return line.text
    }
}
