/// A report as one HTML page without anything loaded from elsewhere: readable, and made to be printed.
package enum ReportPage {
    /// The page; `json` is the file name of the signed JSON, `note` the signed note over it.
    package static func text(_ report: AuditReport, jsonName: String, note: String) -> String {
        let tally = report.tally
        let title = "Audit report \(day(tally.from)) to \(day(tally.to - 1))"
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(HTMLText.escaped(title))</title>
            <style>\(style)</style>
            </head>
            <body>
            <main>
            \(head(report, title))\(summary(report))\(sections(report))\(proof(report, jsonName, note))</main>
            </body>
            </html>

            """
    }

    private static let style = """

        :root { --ink: #1b1f24; --soft: #5b6572; --line: #d6dbe1; --allow: #2f6f8f; --deny: #c4501b; --again: #9aa5b1; }
        * { box-sizing: border-box; }
        body { margin: 0; background: #fff; color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
        main { max-width: 800px; margin: 0 auto; padding: 32px 24px 64px; }
        h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; }
        h2 { font-size: 18px; margin: 36px 0 8px; padding-top: 12px; border-top: 1px solid var(--line); }
        p { margin: 6px 0; } .sub, .none { color: var(--soft); }
        .cards { display: grid; grid-template-columns: repeat(4, 1fr); gap: 12px; margin: 20px 0 8px; }
        .card { border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; }
        .card b { display: block; font-size: 22px; font-variant-numeric: tabular-nums; } .card span { color: var(--soft); }
        .state { border-left: 4px solid var(--allow); padding: 8px 12px; background: #f3f7f9; margin: 16px 0; }
        .state.look { border-color: var(--deny); background: #fdf4ef; }
        table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
        th { text-align: left; color: var(--soft); font-weight: 600; } th, td { padding: 5px 8px 5px 0; vertical-align: top;
          border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
        td:first-child, td.n, td.t { white-space: nowrap; }
        .n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        svg { width: 100%; height: auto; display: block; } svg line { stroke: var(--line); stroke-width: 1; }
        .l { font-size: 11px; fill: var(--soft); } rect.a { fill: var(--allow); } rect.d { fill: var(--deny); }
        rect.u { fill: var(--again); } rect.g { fill: #e8ecf0; }
        .key { display: flex; gap: 18px; color: var(--soft); font-size: 13px; margin: 4px 0 8px; }
        .key i { display: inline-block; width: 11px; height: 11px; margin-right: 6px; }
        pre { font: 12px/1.45 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; background: #f6f7f9;
          padding: 10px 12px; border-radius: 6px; }
        @media (max-width: 560px) { .cards { grid-template-columns: repeat(2, 1fr); } }
        @media print { main { max-width: none; padding: 0; } h2, svg, .card, tr { break-inside: avoid; }
          h2 { break-after: avoid; } * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } }

        """

    private static func head(_ report: AuditReport, _ title: String) -> String {
        """
        <h1>\(HTMLText.escaped(title))</h1>
        <p class="sub">\(HTMLText.escaped(report.standard.title)) &middot; log \(HTMLText.escaped(report.origin)) &middot; \
        made \(HTMLText.escaped(moment(EntryTime.text(report.made)))) UTC by postern \(HTMLText.escaped(report.version))</p>

        """
    }

    private static func summary(_ report: AuditReport) -> String {
        let tally = report.tally
        let total = tally.total
        let look = report.evidence.filter(\.needsAttention)
        let state =
            look.isEmpty
            ? "<div class=\"state\">The log verifies, and nothing in this period asks for attention.</div>"
            : "<div class=\"state look\">The log verifies. To look at: "
                + look.map { HTMLText.escaped("\($0.requirement) (\($0.shows))") }.joined(separator: "; ") + ".</div>"
        let cards = [
            (total.allowed, "let through"), (total.denied, "refused"), (total.duplicates, "repeats"),
            (tally.unknownOutcomes, "unknown outcomes"),
        ].map { "<div class=\"card\"><b>\(HTMLText.number($0.0))</b><span>\($0.1)</span></div>" }.joined()
        return "\(state)\n<div class=\"cards\">\(cards)</div>\n"
    }

    private static func sections(_ report: AuditReport) -> String {
        let tally = report.tally
        let reasons = tally.reasons.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        var page = "<h2>Traffic by decision</h2>\n"
        page += """
            <p class="key"><span><i style="background:var(--allow)"></i>let through</span>\
            <span><i style="background:var(--again)"></i>repeats</span>\
            <span><i style="background:var(--deny)"></i>refused</span></p>\n
            """
        page += ReportChart.timeline(tally)
        page += HTMLText.table(
            ["Source", "Let through", "Refused", "Repeats"],
            tally.sources.sorted { $0.key < $1.key }.map {
                [
                    $0.key, HTMLText.number($0.value.allowed), HTMLText.number($0.value.denied),
                    HTMLText.number($0.value.duplicates),
                ]
            },
            numbers: [1, 2, 3]
        )
        page += "<h2>Why deliveries were refused or repeated</h2>\n"
        page += reasons.isEmpty ? "<p class=\"none\">None in this period.</p>\n" : ""
        page += ReportChart.bars(reasons.prefix(12).map { ($0.key, $0.value) }, "Refusals by reason")
        page += HTMLText.table(
            ["Reason", "Meaning"],
            reasons.prefix(12).map { [$0.key, ReasonSentences.sentence($0.key) ?? ""] }
        )
        page += "<h2>Requirements</h2>\n"
        page += HTMLText.table(
            ["No.", "Asks", "The log shows", ""],
            report.evidence.map { [$0.requirement, $0.asks, $0.shows, $0.needsAttention ? "look" : "ok"] }
        )
        page += keys(tally)
        page += acts("Configuration changes", tally.changes)
        page += acts("Keys, log and gateway", tally.administration)
        page += acts("Gaps, failures, degradations", tally.incidents)
        return page + reviews(tally) + acts("Who read the log", tally.accesses)
    }

    private static func keys(_ tally: ReportTally) -> String {
        let rows = tally.keys.sorted { $0.key < $1.key }.map { id, use in
            [
                id, HTMLText.number(use.deliveries), day(use.made), day(use.first), day(use.last),
                use.acts.joined(separator: ", "),
            ]
        }
        return "<h2>Keys: use, age, rotations</h2>\n"
            + HTMLText.table(
                ["Key", "Signed", "Made", "First use", "Last use", "Acts"],
                rows,
                numbers: [1],
                times: [2, 3, 4]
            )
    }

    private static func acts(_ title: String, _ acts: [ReportTally.Act]) -> String {
        let shown = acts.suffix(100)
        let rows = shown.map { [String($0.sequence), moment($0.time), $0.kind, $0.actor, $0.text] }
        let more =
            acts.count > shown.count ? "<p class=\"sub\">The last 100 of \(acts.count); all are in the JSON.</p>\n" : ""
        return "<h2>\(title)</h2>\n" + more
            + HTMLText.table(["Entry", "Time (UTC)", "Kind", "Who", "What"], rows, numbers: [0], times: [1, 2])
    }

    private static func reviews(_ tally: ReportTally) -> String {
        let rows = tally.reviews.suffix(100).map {
            ["\($0.from) to \($0.to)", moment($0.time), $0.reviewer, $0.verdict]
        }
        return """
            <h2>Reviewer coverage</h2>
            <p>\(HTMLText.number(tally.reviewedEntries)) of \(HTMLText.number(tally.entries)) entries of the period are \
            signed off.</p>
            \(ReportChart.coverage(tally))
            """ + HTMLText.table(["Entries", "Signed off", "By", "Verdict"], rows)
    }

    private static func proof(_ report: AuditReport, _ name: String, _ note: String) -> String {
        """
        <h2>How to check this report</h2>
        <p>All \(HTMLText.number(Int(clamping: report.size))) entries of the log were verified when it was made; \
        \(HTMLText.number(Int(clamping: report.signedSize))) are covered by signatures. Root:</p>
        <pre>\(HTMLText.escaped(report.root))</pre>
        <p>The figures are also in <code>\(HTMLText.escaped(name))</code>. This note is over that file's SHA-256, signed \
        with the log's key:</p>
        <pre>\(HTMLText.escaped(note))</pre>
        <p class="sub">Signers of the log: \(HTMLText.escaped(report.signers.joined(separator: ", "))).</p>

        """
    }

    private static func day(_ time: Int64) -> String { String(EntryTime.text(time).prefix(10)) }

    private static func day(_ text: String) -> String { String(text.prefix(10)) }

    private static func moment(_ text: String) -> String { String(text.prefix(19)).replacing("T", with: " ") }
}
