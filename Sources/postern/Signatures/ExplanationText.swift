import GatewayServer
import WebhookVerification

/// Explanations for people: 80 columns, a stage a paragraph.
enum ExplanationText {
    private static let width = 80
    private static let indent = 11

    /// Every stage and the decision.
    static func lines(_ explanation: Explanation) -> [String] {
        var lines: [String] = []
        for stage in explanation.stages { lines += self.lines(stage) }
        lines.append("")
        guard let denial = explanation.denial else {
            let word = explanation.isHandshake ? "answered" : "admitted"
            return lines + ["decision   \(word)" + (explanation.source.map { ", source '\($0)'" } ?? "")]
        }
        return lines
            + paragraph("decision", "refused: \(explanation.status) \(explanation.text) (\(denial.reason.rawValue))")
    }

    /// One stage with what was seen and what to do.
    static func lines(_ stage: Explanation.Stage) -> [String] {
        var lines: [String]
        switch stage.mark {
        case .passed: lines = [named(stage.name, "ok")]
        case .notJudged: lines = [named(stage.name, "not judged")]
        case .refused(let denial): lines = paragraph(stage.name, "REFUSED \(words(denial))")
        case .watched(let denial): lines = paragraph(stage.name, "in shadow, would be refused: \(words(denial))")
        }
        for text in stage.lines { lines += TextTable.wrapped(text, width: width, indent: indent) }
        for finding in stage.findings { lines += self.lines(finding) }
        if let denial = stage.denial, stage.findings.isEmpty, let advice = DenialAdvice.sentence(denial.reason) {
            lines += arrow(advice)
        }
        return lines
    }

    /// A finding: code and certainty, what was seen, what to do.
    static func lines(_ finding: DiagnosisFinding) -> [String] {
        let certainty = finding.certainty == .proven ? "" : " (likely)"
        return TextTable.wrapped("\(finding.name)\(certainty): \(finding.sentence)", width: width, indent: indent)
            + arrow(finding.remedy)
    }

    /// A paragraph behind a name.
    static func paragraph(_ name: String, _ text: String) -> [String] {
        var lines = TextTable.wrapped(text, width: width, indent: indent)
        if !lines.isEmpty { lines[0] = named(name, String(lines[0].dropFirst(indent))) }
        return lines
    }

    private static func arrow(_ text: String) -> [String] {
        var lines = TextTable.wrapped(text, width: width, indent: indent + 3)
        if !lines.isEmpty {
            lines[0] = String(repeating: " ", count: indent) + "-> " + lines[0].dropFirst(indent + 3)
        }
        return lines
    }

    private static func words(_ denial: Denial) -> String {
        var detail = denial.detail
        if let code = SignatureFault(of: denial)?.rawValue { detail = String(detail.dropFirst(code.count + 2)) }
        return denial.reason.rawValue + (detail.isEmpty ? "" : ": " + detail)
    }

    private static func named(_ name: String, _ text: String) -> String {
        name + String(repeating: " ", count: max(indent - name.utf8.count, 1)) + text
    }
}
