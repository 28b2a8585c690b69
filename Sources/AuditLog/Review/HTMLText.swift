/// HTML that is put together from texts; every text that is not markup goes through `escaped`.
enum HTMLText {
    /// A text as content or attribute value.
    static func escaped(_ text: String) -> String {
        var output = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": output += "&amp;"
            case "<": output += "&lt;"
            case ">": output += "&gt;"
            case "\"": output += "&quot;"
            case "'": output += "&#39;"
            default: output.unicodeScalars.append(scalar)
            }
        }
        return output
    }

    /// A table; `numbers` are the columns that stand to the right.
    static func table(_ head: [String], _ rows: [[String]], numbers: Set<Int> = [], times: Set<Int> = []) -> String {
        guard !rows.isEmpty else { return "<p class=\"none\">None in this period.</p>\n" }
        func cells(_ row: [String], _ tag: String) -> String {
            row.enumerated().map { index, text in
                let style = numbers.contains(index) ? " class=\"n\"" : times.contains(index) ? " class=\"t\"" : ""
                return "<\(tag)\(style)>\(escaped(text))</\(tag)>"
            }.joined()
        }
        let body = rows.map { "<tr>\(cells($0, "td"))</tr>\n" }.joined()
        return "<table>\n<thead><tr>\(cells(head, "th"))</tr></thead>\n<tbody>\n\(body)</tbody>\n</table>\n"
    }

    /// A number with thin gaps between thousands.
    static func number(_ value: Int) -> String {
        var text = ""
        for (index, digit) in String(value).reversed().enumerated() {
            if index > 0, index % 3 == 0, digit != "-" { text.append("\u{202F}") }
            text.append(digit)
        }
        return String(text.reversed())
    }
}
