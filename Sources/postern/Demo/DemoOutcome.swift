/// What became of a delivery, or what should become of it.
struct DemoOutcome: Equatable {
    /// What the gateway decided, in the words of the table.
    enum Verdict: String {
        case admitted
        case refused
        case duplicate
        /// No entry in the audit log says what was decided.
        case unknown
    }

    let status: Int
    let verdict: Verdict
    /// The reason code of the audit log; empty where there is none.
    let reason: String
    /// Whether the application saw it.
    let isForwarded: Bool

    /// Let through to the application, which answers `status`.
    static func admitted(_ status: Int = 200) -> DemoOutcome {
        DemoOutcome(status: status, verdict: .admitted, reason: "", isForwarded: true)
    }

    /// Refused.
    static func refused(_ status: Int, _ reason: String) -> DemoOutcome {
        DemoOutcome(status: status, verdict: .refused, reason: reason, isForwarded: false)
    }

    /// Acknowledged, because it was delivered before, and not forwarded.
    static let duplicate = DemoOutcome(
        status: 200,
        verdict: .duplicate,
        reason: "replay.duplicate",
        isForwarded: false
    )

    /// For people.
    var sentence: String {
        let parts = [String(status), verdict.rawValue, reason, isForwarded ? "forwarded" : "not forwarded"]
        return parts.filter { !$0.isEmpty }.joined(separator: ", ")
    }
}
