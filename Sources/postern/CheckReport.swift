import GatewayConfig
import GatewayServer

/// The result of `check` for other programs.
enum CheckReport {
    /// `{"ok":…,"digest":…,"mistakes":[{"file","line","column","text"}],"warnings":[…],"online":[{"subject",…}]}`.
    ///
    /// What is wrong with a certificate has no line and column. `online` is there only where it was asked for.
    static func json(
        _ result: ConfigurationLoader.Result,
        certificates: (mistakes: [String], warnings: [String]),
        online: [OnlineReview.Row]?
    ) -> String {
        let mistakes = result.mistakes.map(object) + certificates.mistakes.map(object)
        let warnings = result.warnings.map(object) + certificates.warnings.map(object)
        let digest = result.configuration.map { ",\"digest\":\"\($0.digest)\"" } ?? ""
        let isGood = mistakes.isEmpty && online?.contains { $0.fault != nil } != true
        let rows = online.map { ",\"online\":[\($0.map(object).joined(separator: ","))]" } ?? ""
        return "{\"ok\":\(isGood)\(digest),\"mistakes\":[\(mistakes.joined(separator: ","))],"
            + "\"warnings\":[\(warnings.joined(separator: ","))]\(rows)}"
    }

    private static func object(_ text: String) -> String { "{\"text\":\(quoted(text))}" }

    private static func object(_ row: OnlineReview.Row) -> String {
        "{\"subject\":\(quoted(row.subject)),\"place\":\(quoted(row.place)),"
            + "\"fault\":\(row.fault.map(quoted) ?? "null")}"
    }

    private static func object(_ mistake: ConfigurationMistake) -> String {
        "{\"file\":\(quoted(mistake.file)),\"line\":\(mistake.line),\"column\":\(mistake.column),"
            + "\"text\":\(quoted(mistake.text))}"
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            default:
                if scalar.value < 0x20 {
                    let hex = String(scalar.value, radix: 16)
                    result += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    result.unicodeScalars.append(scalar)
                }
            }
        }
        return result + "\""
    }
}
