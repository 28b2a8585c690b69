import GatewayConfig

/// The result of `check` for other programs.
enum CheckReport {
    /// `{"ok":…,"digest":…,"mistakes":[{"file","line","column","text"}],"warnings":[…]}`.
    static func json(_ result: ConfigurationLoader.Result) -> String {
        let mistakes = result.mistakes.map(object).joined(separator: ",")
        let warnings = result.warnings.map(object).joined(separator: ",")
        let digest = result.configuration.map { ",\"digest\":\"\($0.digest)\"" } ?? ""
        return "{\"ok\":\(result.configuration != nil)\(digest),\"mistakes\":[\(mistakes)],\"warnings\":[\(warnings)]}"
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
