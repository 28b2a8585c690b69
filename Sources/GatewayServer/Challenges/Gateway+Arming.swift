import AuditLog
import GatewayConfig
import WebhookVerification

extension Gateway {
    /// Longest window, in seconds.
    static let longestWindow: Int64 = 86_400

    /// Opens the window in which unsigned handshakes of a source are answered; the text of the mistake otherwise.
    func arm(_ name: String, seconds: Int64) -> String? {
        guard let source = configuration.sources.first(where: { $0.name == name }) else {
            return "there is no source '\(name)'"
        }
        guard let rule = source.challenge else { return "source '\(name)' declares no challenge" }
        guard (1...Gateway.longestWindow).contains(seconds) else { return "a window has 1 second to 24 hours" }
        let now = GatewayClock.now()
        challenges.arm(name, until: Timestamp(microseconds: now.microseconds + seconds * 1_000_000))
        record(
            .adminAction,
            ["detail": .string("armed for \(seconds) s, challenge \(rule.preset.name)"), "source": .string(name)]
        )
        return nil
    }

    /// Closes the window of a source; the text of the mistake otherwise.
    func disarm(_ name: String) -> String? {
        guard configuration.sources.contains(where: { $0.name == name }) else { return "there is no source '\(name)'" }
        guard challenges.disarm(name, now: GatewayClock.now()) else { return "source '\(name)' is not armed" }
        record(.adminAction, ["detail": .string("disarmed"), "source": .string(name)])
        return nil
    }
}
