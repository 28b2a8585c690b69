import GatewayConfig
import NIOHTTP1

/// `POST /v1/sources/NAME/arm?seconds=N`, `POST /v1/sources/NAME/disarm` and `GET /v1/sources/armed`; unix socket only.
enum ArmingRequest {
    /// The reply; `nil` where the path is another.
    static func reply(_ method: HTTPMethod, _ path: String, _ uri: String, _ gateway: Gateway) -> AdminHandler.Reply? {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 4, parts[1] == "v1", parts[2] == "sources" else { return nil }
        if method == .GET, parts.count == 4, parts[3] == "armed" {
            let lines = gateway.challenges.armed(now: GatewayClock.now()).map { "\($0.source) \($0.seconds)\n" }
            return .text(.ok, lines.joined())
        }
        guard method == .POST, parts.count == 5 else { return nil }
        let name = parts[3]
        switch parts[4] {
        case "arm":
            let seconds = seconds(uri)
            if let mistake = gateway.arm(name, seconds: seconds) { return .text(.unprocessableEntity, mistake + "\n") }
            return .text(.ok, "armed for \(seconds) s\n")
        case "disarm":
            if let mistake = gateway.disarm(name) { return .text(.unprocessableEntity, mistake + "\n") }
            return .text(.ok, "disarmed\n")
        default: return nil
        }
    }

    private static func seconds(_ uri: String) -> Int64 {
        let query = uri.split(separator: "?", maxSplits: 1).dropFirst().first ?? ""
        guard query.hasPrefix("seconds="), query.utf8.count <= 16 else { return 0 }
        let digits = query.utf8.dropFirst("seconds=".utf8.count)
        guard !digits.isEmpty, digits.allSatisfy({ $0 &- 0x30 < 10 }) else { return 0 }
        return digits.reduce(0) { $0 * 10 + Int64($1 &- 0x30) }
    }
}
