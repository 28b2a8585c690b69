/// What no source of the gateway may say.
enum BannedCalls {
    /// Everything banned in one file.
    static func check(_ source: SwiftSource) -> [Finding] {
        var findings: [Finding] = []
        for index in source.tokens.indices {
            if let text = judge(source, index) { findings.append(source.finding(source.tokens[index], text)) }
        }
        return (findings + checkNotes(source)).sorted { $0.line < $1.line }
    }

    /// What is wrong at one token; `nil` where nothing is.
    private static func judge(_ source: SwiftSource, _ index: Int) -> String? {
        let token = source.tokens[index]
        let next = source.token(index, 1)?.text
        let isMember = source.token(index, -1)?.text == "."
        switch token.text {
        case "Date" where !isMember && (next == "(" || next == "."): return "Date: time is a parameter, or GatewayClock"
        case "print" where !isMember && next == "(" && source.target != "postern": return "print: only in the command"
        case "fatalError" where next == "(": return "fatalError: no input may end the process"
        case "Task" where !isMember && (next == "{" || next == "." || next == "("): return "Task: nobody waits for it"
        case "unchecked" where source.token(index, -1)?.text == "@": return judgeUnchecked(source, token)
        case "!": return judgeMark(source, index)
        default: return nil
        }
    }

    /// `try!`, `as!`, and a forced unwrap: a `!` that touches what stands before it.
    private static func judgeMark(_ source: SwiftSource, _ index: Int) -> String? {
        let mark = source.tokens[index]
        guard let before = source.token(index, -1), before.end == mark.start else { return nil }
        if let after = source.token(index, 1), after.start == mark.end, after.text == "=" { return nil }
        switch before.text {
        case "try": return "try!: a fault is a value or a typed error"
        case "as": return "as!: a type that may be another one is asked"
        case ")", "]", "}", "?", ">", "\"": return "forced unwrap"
        default: return before.isWord ? "forced unwrap" : nil
        }
    }

    /// The comment at `@unchecked Sendable` has to say what orders the accesses: a lock, or that nothing changes.
    private static func judgeUnchecked(_ source: SwiftSource, _ token: Token) -> String? {
        let here = source.lines.indices.contains(token.line - 1) ? source.lines[token.line - 1] : ""
        var below: [String] = []
        for line in source.lines.dropFirst(token.line) {
            let text = SwiftSource.trimmed(line)
            guard text.hasPrefix("//") else { break }
            below.append(text)
        }
        let comments = ([here] + below + source.comments(above: token.line)).joined(separator: " ").lowercased()
        let words = ["lock", "mutex", "guarded", "pthread_create", "never changed", "not changed"]
        return words.contains(where: comments.contains)
            ? nil : "@unchecked Sendable without a comment that names the lock, or says why there is none"
    }

    /// Notes to oneself in comments.
    private static func checkNotes(_ source: SwiftSource) -> [Finding] {
        var findings: [Finding] = []
        for (index, line) in source.lines.enumerated() {
            guard let comment = line.firstRange(of: "//")?.upperBound else { continue }
            let words = line[comment...].split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            for note in ["TODO", "FIXME", "XXX", "HACK"] where words.contains(Substring(note)) {
                findings.append(Finding(path: source.path, line: index + 1, text: "\(note): an issue says it better"))
            }
        }
        return findings
    }
}
