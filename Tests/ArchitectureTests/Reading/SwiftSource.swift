/// One file of Swift as the rules look at it: its lines, its code without comments and strings, its tokens.
struct SwiftSource {
    /// Relative to the repository.
    let path: String
    /// As written, without line ends.
    let lines: [String]
    let tokens: [Token]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        tokens = Token.all(in: CodeBlanker.blank(text))
    }

    /// The target it belongs to: the second part of its path.
    var target: String {
        let parts = path.split(separator: "/")
        return parts.count > 1 ? String(parts[1]) : ""
    }

    /// The name of the file without `.swift`.
    var name: String {
        let last = path.split(separator: "/").last.map(String.init) ?? path
        return last.hasSuffix(".swift") ? String(last.dropLast(6)) : last
    }

    /// The token `distance` places from `index`; `nil` beyond the ends.
    func token(_ index: Int, _ distance: Int = 0) -> Token? {
        tokens.indices.contains(index + distance) ? tokens[index + distance] : nil
    }

    /// The finding that something is wrong at a token.
    func finding(_ token: Token, _ text: String) -> Finding { Finding(path: path, line: token.line, text: text) }

    /// The comment lines directly above a line (from 1), attributes between them left out, the nearest first.
    func comments(above line: Int) -> [String] {
        var result: [String] = []
        var index = line - 2
        while index >= 0, index < lines.count {
            let text = SwiftSource.trimmed(lines[index])
            if text.hasPrefix("//") {
                result.append(text)
            } else if !text.hasPrefix("@") || !result.isEmpty {
                break
            }
            index -= 1
        }
        return result
    }

    /// A line without the spaces in front.
    static func trimmed(_ line: String) -> String { String(line.drop { $0 == " " || $0 == "\t" }) }
}
