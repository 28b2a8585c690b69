package import WebhookVerification

/// What the gateway would say of a request, stage by stage in the order of its checks.
package struct Explanation: Sendable {
    /// What a stage said.
    package enum Mark: Sendable, Equatable {
        case passed
        case refused(Denial)
        /// It would refuse, but the source has it in shadow.
        case watched(Denial)
        /// It depends on something that is not known here, or on an earlier stage.
        case notJudged
    }

    /// One check.
    package struct Stage: Sendable {
        /// The check's name.
        package let name: String
        /// What it said.
        package var mark: Mark
        /// What was looked at, a line each; never a secret.
        package var lines: [String]
        /// What is wrong with the signature or its time.
        package var findings: [DiagnosisFinding] = []

        init(name: String, mark: Mark, lines: [String]) {
            self.name = name
            self.mark = mark
            self.lines = lines
        }

        /// The refusal, acted on or not.
        package var denial: Denial? {
            switch mark {
            case .refused(let denial), .watched(let denial): denial
            case .passed, .notJudged: nil
            }
        }
    }

    /// The stages in order.
    package internal(set) var stages: [Stage] = []
    /// The source; `nil` where no source has the path.
    package internal(set) var source: String?
    /// The first refusal that is acted on.
    package private(set) var denial: Denial?
    /// The status that the sender gets; 0 for an admitted delivery.
    package private(set) var status = 0
    /// What the sender reads; empty for an admitted delivery.
    package private(set) var text = ""

    init() {}

    /// Whether the request is a handshake that the gateway answers itself.
    package private(set) var isHandshake = false

    /// Decides by the stages of a request that is a handshake; `status` is what its sender expects of a refusal.
    mutating func finishHandshake(_ source: Source, refusedWith status: Int?) {
        isHandshake = true
        finish(source)
        if let status, denial?.reason == .challengeRefused, source.statusOverrides[.challengeRefused] == nil {
            self.status = status
        }
    }

    /// Decides by the stages.
    mutating func finish(_ source: Source?) {
        for stage in stages {
            guard case .refused(let denial) = stage.mark else { continue }
            let answer = AnswerTable.answer(denial.reason, form: .json)
            self.denial = denial
            status = source?.statusOverrides[denial.reason] ?? answer.status
            text = "\(answer.text)"
            return
        }
    }

    /// What was signed: its length and both of its ends.
    static func content(_ request: ComposedRequest, _ scheme: CompiledSignatureScheme) -> [String] {
        let template = scheme.scheme.content.map(\.text).joined()
        guard let view = SignedContentView(request, scheme) else {
            let signed = template.isEmpty ? "" : " signs \(shown(Array(template.utf8)))"
            return ["scheme \(scheme.scheme.name)\(signed)"]
        }
        let ends = view.last.isEmpty ? shown(view.first) : "\(shown(view.first)) ... \(shown(view.last))"
        return ["scheme \(scheme.scheme.name) signs \(shown(Array(template.utf8))), here \(view.count) bytes:", ends]
    }

    /// Bytes in printable ASCII, others as escapes.
    static func shown(_ bytes: [UInt8]) -> String {
        bytes.map { byte -> String in
            switch byte {
            case 0x0A: return "\\n"
            case 0x0D: return "\\r"
            case 0x09: return "\\t"
            case 0x20..<0x7F: return String(Character(Unicode.Scalar(byte)))
            default:
                let hex = String(byte, radix: 16)
                return "\\x" + (hex.utf8.count < 2 ? "0" : "") + hex
            }
        }.joined()
    }
}
