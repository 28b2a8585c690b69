import GatewayServer
import WebhookVerification

/// An entry of the audit log for people who ask why.
enum EntryText {
    /// The decision, the checks, and what to do.
    static func lines(_ entry: AuditLookup.Entry) -> [String] {
        func member(_ label: String, _ name: String) -> [String] {
            entry.text(name).map { ExplanationText.paragraph(label, $0) } ?? []
        }
        var lines = ExplanationText.paragraph("entry", "\(entry.text("kind") ?? "") at \(entry.text("ts") ?? "")")
        lines += member("source", "source") + member("client", "client.ip")
        if let method = entry.text("http.method"), let path = entry.text("http.path") {
            lines += ExplanationText.paragraph("request", "\(method) \(path)")
        }
        if let checks = entry.text("checks") { lines += ExplanationText.paragraph("checks", words(checks)) }
        lines += member("key", "sig.key") + member("upstream", "up.state")
        lines += member("reason", "reason") + member("detail", "detail") + member("status", "status")
        guard let code = entry.text("reason"), let reason = DenialReason(rawValue: code) else { return lines }
        let advice = DenialAdvice.sentence(reason) ?? EntryText.signatureAdvice
        return lines + ExplanationText.paragraph("", "-> " + advice)
    }

    private static let signatureAdvice = """
        The log holds neither header nor body: capture the request and run `postern explain` on it, or set \
        `postmortem: on` and read the entry `audit.postmortem` of the next one.
        """

    /// `route+,address-` in words.
    private static func words(_ checks: String) -> String {
        checks.split(separator: ",").map { check in
            let name = check.dropLast()
            switch check.last {
            case "+": return "\(name) ok"
            case "-": return "\(name) REFUSED"
            case "?": return "\(name) refused in shadow"
            default: return "\(name) not configured"
            }
        }.joined(separator: ", ")
    }
}
