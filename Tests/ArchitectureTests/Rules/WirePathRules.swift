/// What the path of a delivery through the process may not use.
enum WirePathRules {
    /// Whether a file is part of the wire path, or of the pure core under it.
    static func covers(_ path: String) -> Bool {
        let directories = ["Sources/WebhookVerification/", "Sources/HTTPCodec/", "Sources/AuditLog/"]
        if directories.contains(where: path.hasPrefix) { return true }
        return path.hasPrefix("Sources/GatewayServer/") && !path.hasPrefix("Sources/GatewayServer/Admin/")
    }

    /// `async`, `await` and tasks: every hop costs more than a check.
    static func check(_ source: SwiftSource) -> [Finding] {
        guard covers(source.path) else { return [] }
        var findings: [Finding] = []
        for (index, token) in source.tokens.enumerated() {
            let before = source.token(index, -1)?.text
            let after = source.token(index, 1)?.text
            switch token.text {
            // `.async` and `case async` name a value, `async:` a label.
            case "async" where before != "." && before != "case" && after != ":": break
            case "await": break
            case "Task" where before != "." && (after == "{" || after == "." || after == "("): break
            case "TaskGroup", "withTaskGroup", "withThrowingTaskGroup": break
            default: continue
            }
            findings.append(source.finding(token, "\(token.text) on the wire path"))
        }
        return findings
    }
}
