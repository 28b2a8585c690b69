/// Words and paths that do not belong in a repository about webhooks.
enum WordRules {
    /// Beginnings of paths that exist on one machine only.
    private static let paths = ["work/", "root/", "tmp/build", "opt/swift"].map { "/" + $0 }
    /// Hosts that tools know by themselves.
    private static let hosts = [
        "registry.npmjs.org", "pypi.org", "crates.io", "proxy.golang.org", "files.pythonhosted.org",
    ]
    /// Words of a workplace, as whole words.
    private static let words: Set = ["sandbox", "assistant", "worktree", "llm", "chatbot"]
    /// What makes `session` a word of TLS or HTTP.
    private static let sessionSubjects = ["tls", "ssl", "http", "ticket", "resum", "handshake", "quic", "cookie"]

    /// Everything in a text that speaks of something else than the project.
    static func check(path: String, text: String) -> [Finding] {
        var findings: [Finding] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for cause in causes(line) { findings.append(Finding(path: path, line: index + 1, text: cause)) }
        }
        return findings
    }

    private static func causes(_ line: Substring) -> [String] {
        let lower = line.lowercased()
        var causes: [String] = []
        for path in paths where namesPath(lower, path) { causes.append("a path of one machine: \(path)") }
        for host in hosts where lower.contains(host) { causes.append("a registry: \(host)") }
        let found = wholeWords(lower)
        for word in found.intersection(words).sorted() { causes.append("the word '\(word)'") }
        if found.contains("session"), !sessionSubjects.contains(where: lower.contains) {
            causes.append("'session' that is none of TLS or HTTP")
        }
        return causes
    }

    /// Whether a path begins in the line: not in the middle of a longer one or of a URL.
    private static func namesPath(_ line: String, _ path: String) -> Bool {
        var rest = Substring(line)
        while let range = rest.firstRange(of: path) {
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            if !before.isLetter, !before.isNumber, !"._-/~}{*".contains(before) { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }

    /// Words that stand alone: `checkout.session.completed` and `session_id` are names of others.
    private static func wholeWords(_ line: String) -> Set<String> {
        let parts = line.split { !$0.isLetter && !$0.isNumber && !"._-".contains($0) }
        return Set(parts.map { part in String(part).trimmingMarks }.filter { $0.allSatisfy(\.isLetter) })
    }
}

extension String {
    /// Without the full stops and dashes at its ends.
    fileprivate var trimmingMarks: String {
        var text = Substring(self)
        while let last = text.last, ".-_".contains(last) { text.removeLast() }
        while let first = text.first, ".-_".contains(first) { text.removeFirst() }
        return String(text)
    }
}
