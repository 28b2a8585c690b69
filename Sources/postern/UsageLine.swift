/// Breaks the lines that the argument parser writes in one piece, at most 80 columns wide.
enum UsageLine {
    private static let width = 80

    /// The text of a help page or of a mistake, its long lines broken between arguments.
    static func broken(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            let isLong = line.count > width && ["USAGE: ", "Usage: ", "Help:  "].contains(where: line.hasPrefix)
            return isLong ? broken(line: line) : String(line)
        }.joined(separator: "\n")
    }

    private static func broken(line: Substring) -> String {
        var lines: [String] = []
        var current = ""
        for part in parts(line) {
            if current.isEmpty {
                current = part
            } else if current.count + 1 + part.count <= width {
                current += " " + part
            } else {
                lines.append(current)
                current = "           " + part
            }
        }
        return (lines + [current]).joined(separator: "\n")
    }

    /// The words of a line; what stands in brackets, and an option with its value, stay together.
    private static func parts(_ line: Substring) -> [String] {
        var parts: [String] = []
        var depth = 0
        for word in line.split(separator: " ") {
            let isValue = word.hasPrefix("<") && (parts.last?.hasPrefix("--") ?? false)
            if let last = parts.indices.last, depth > 0 || isValue {
                parts[last] += " " + word
            } else {
                parts.append(String(word))
            }
            depth += word.count { $0 == "[" } - word.count { $0 == "]" }
        }
        return parts
    }
}
