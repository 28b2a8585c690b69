/// Charts of a report as SVG inside the page: nothing is loaded, and they print.
enum ReportChart {
    private static let width = 720
    private static let height = 200
    private static let left = 56
    private static let bottom = 26

    /// Traffic over time: one bar for each stretch, let through at the bottom, repeats above, refusals on top.
    static func timeline(_ tally: ReportTally) -> String {
        let sums = tally.traffic.map { $0.allowed + $0.denied + $0.duplicates }
        let top = ceiling(sums.max() ?? 0)
        let inner = (width: width - left - 8, height: height - bottom - 10)
        let step = Double(inner.width) / Double(max(tally.traffic.count, 1))
        var svg = open("Deliveries by decision over time")
        svg += grid(top, inner.height)
        for (index, traffic) in tally.traffic.enumerated() {
            let x = Double(left) + Double(index) * step
            var y = Double(10 + inner.height)
            let time = label(tally, index)
            let parts = [
                (traffic.allowed, "a", "let through"), (traffic.duplicates, "u", "repeats"),
                (traffic.denied, "d", "refused"),
            ]
            for (count, name, title) in parts where count > 0 {
                let size = Double(count) / Double(top) * Double(inner.height)
                y -= size
                svg += """
                    <rect class="\(name)" x="\(point(x))" y="\(point(y))" width="\(point(max(step - 1, 0.6)))" \
                    height="\(point(size))"><title>\(time): \(count) \(title)</title></rect>\n
                    """
            }
        }
        svg += axis(tally, step)
        return svg + "</svg>\n"
    }

    /// Horizontal bars with their names and numbers, largest first.
    static func bars(_ counts: [(name: String, count: Int)], _ title: String) -> String {
        let row = 22
        let names = 210
        let top = max(counts.map(\.count).max() ?? 1, 1)
        var svg = """
            <svg viewBox="0 0 \(width) \(max(counts.count, 1) * row + 4)" role="img" aria-label="\
            \(HTMLText.escaped(title))">\n
            """
        for (index, item) in counts.enumerated() {
            let y = index * row
            let size = Double(item.count) / Double(top) * Double(width - names - 80)
            svg += """
                <text class="l" x="\(names - 8)" y="\(y + 15)" text-anchor="end">\
                \(HTMLText.escaped(EntryStory.clean(item.name, 32)))</text>
                <rect class="d" x="\(names)" y="\(y + 4)" width="\(point(max(size, 1)))" height="14"/>
                <text class="l" x="\(point(Double(names) + size + 6))" y="\(y + 15)">\
                \(HTMLText.number(item.count))</text>\n
                """
        }
        return svg + "</svg>\n"
    }

    /// A strip that shows which part of the period's entries is signed off.
    static func coverage(_ tally: ReportTally) -> String {
        guard let first = tally.first, let last = tally.last else { return "" }
        let span = Double(last - first) + 1
        var svg = "<svg viewBox=\"0 0 \(width) 42\" role=\"img\" aria-label=\"Entries signed off\">\n"
        svg += "<rect class=\"g\" x=\"0\" y=\"4\" width=\"\(width)\" height=\"16\"/>\n"
        for review in tally.reviews where review.to >= Int(first) && review.from <= Int(last) {
            let start = Double(max(review.from - Int(first), 0)) / span * Double(width)
            let end = Double(min(review.to, Int(last)) - Int(first) + 1) / span * Double(width)
            svg += """
                <rect class="a" x="\(point(start))" y="4" width="\(point(max(end - start, 1)))" height="16">\
                <title>\(review.from) to \(review.to) by \(HTMLText.escaped(review.reviewer))</title></rect>\n
                """
        }
        svg += """
            <text class="l" x="0" y="37">entry \(first)</text>
            <text class="l" x="\(width)" y="37" text-anchor="end">entry \(last)</text>\n
            """
        return svg + "</svg>\n"
    }

    private static func open(_ title: String) -> String {
        "<svg viewBox=\"0 0 \(width) \(height)\" role=\"img\" aria-label=\"\(title)\">\n"
    }

    private static func grid(_ top: Int, _ inner: Int) -> String {
        [0, 1, 2].map { part in
            let y = 10 + inner - inner * part / 2
            return """
                <line x1="\(left)" y1="\(y)" x2="\(width - 8)" y2="\(y)"/>
                <text class="l" x="\(left - 6)" y="\(y + 4)" text-anchor="end">\(HTMLText.number(top * part / 2))</text>\n
                """
        }.joined()
    }

    private static func axis(_ tally: ReportTally, _ step: Double) -> String {
        let count = tally.traffic.count
        let every = max((count + 7) / 8, 1)
        return stride(from: 0, to: count, by: every).map { index in
            """
            <text class="l" x="\(point(Double(left) + Double(index) * step))" y="\(height - 8)">\(label(tally, index))</text>\n
            """
        }.joined()
    }

    /// The day of a stretch, or day and hour where a stretch is an hour.
    private static func label(_ tally: ReportTally, _ index: Int) -> String {
        let text = EntryTime.text(tally.from + Int64(index) * tally.bucket)
        return tally.bucket <= 3_600_000_000
            ? String(text.dropFirst(5).prefix(11)).replacing("T", with: " ") : String(text.dropFirst(5).prefix(5))
    }

    /// The next number of one leading digit of 1, 2 or 5 that is even, at least 2.
    private static func ceiling(_ value: Int) -> Int {
        var unit = 1
        while unit < 1_000_000_000_000 {
            for digit in [2, 4, 6, 10] where digit * unit >= value { return digit * unit }
            unit *= 10
        }
        return max(value, 2)
    }

    /// One decimal, with a point.
    private static func point(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(abs(tenths % 10))"
    }
}
