import AuditLog
import GatewayConfig
import GatewayCrypto
import GatewayStorage
import NIOHTTP1
import StrictJSON
import WebhookVerification

/// The part of the admin listener behind `postern replay`: how deliveries stand, and what an operator decides.
///
///     GET  /v1/replay/stats
///     GET  /v1/replay/status?event=HEX[&source=NAME]
///     POST /v1/replay/decide?event=HEX&as=allow|done|retry[&source=NAME]
///
/// `HEX` is the request id, event id or replay key in hexadecimal digits, so that no id needs an escape. On the unix
/// socket only. Source: `docs/operations.md`, endpoints.
enum ReplayRoutes {
    /// The most deliveries that one question shows.
    private static let matchesMax = 20

    /// One delivery: where the log has it, and how it stands.
    private struct Delivery {
        let match: AuditReplaySearch.Match
        let key: ReplayKey
        let source: Source
        let standing: ReplayStanding?
    }

    /// The answer; `nil` for a path that is none of these.
    static func reply(_ method: HTTPMethod, _ uri: String, _ gateway: Gateway) -> AdminHandler.Reply? {
        let parts = uri.split(separator: "?", maxSplits: 1).map(String.init)
        let parameters = parameters(parts.count > 1 ? parts[1] : "")
        switch (method, parts.first) {
        case (.GET, "/v1/replay/stats"): return stats(gateway)
        case (.GET, "/v1/replay/status"): return status(parameters, gateway)
        case (.POST, "/v1/replay/decide"): return decide(parameters, gateway)
        default: return nil
        }
    }

    private static func stats(_ gateway: Gateway) -> AdminHandler.Reply {
        let counts = gateway.replay.counts()
        var writer = JSONWriter()
        writer.beginObject()
        for (name, value) in [
            ("done", counts.done), ("held", counts.held), ("in_flight", counts.inFlight),
            ("max_entries", gateway.configuration.replay.maxEntries), ("released", counts.released),
        ] {
            writer.name(name)
            writer.integer(value)
        }
        writer.name("store")
        writer.string("memory")
        writer.endObject()
        return json(writer)
    }

    private static func status(_ parameters: [String: String], _ gateway: Gateway) -> AdminHandler.Reply {
        let deliveries: [Delivery]
        switch find(parameters, gateway) {
        case .failure(let reply): return reply.reply
        case .success(let found): deliveries = found
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("deliveries")
        writer.beginArray()
        for delivery in deliveries { write(delivery, to: &writer) }
        writer.endArray()
        writer.endObject()
        return json(writer)
    }

    private static func decide(_ parameters: [String: String], _ gateway: Gateway) -> AdminHandler.Reply {
        guard let decision = parameters["as"].flatMap(ReplayDecision.init(rawValue:)) else {
            return .text(.badRequest, "'as' has to be allow, done or retry\n")
        }
        let deliveries: [Delivery]
        switch find(parameters, gateway) {
        case .failure(let reply): return reply.reply
        case .success(let found): deliveries = found
        }
        guard deliveries.count == 1, let delivery = deliveries.first else {
            let names = deliveries.map(\.source.name).joined(separator: ", ")
            return .text(
                .conflict,
                "\(deliveries.count) deliveries have this id (\(names)): use the request id, or name the source\n"
            )
        }
        guard case .on(let protection) = delivery.source.replay,
            gateway.replay.decide(
                decision,
                delivery.key,
                ttl: protection.ttl &* 1_000_000_000,
                now: GatewayClock.monotonic()
            )
        else { return .text(.conflict, refusal(decision, delivery.standing)) }
        record(decision, delivery, gateway)
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("decision")
        writer.string(decision.rawValue)
        writer.name("delivery")
        write(
            Delivery(
                match: delivery.match,
                key: delivery.key,
                source: delivery.source,
                standing: gateway.replay.standing(of: delivery.key, now: GatewayClock.monotonic())
            ),
            to: &writer
        )
        writer.endObject()
        return json(writer)
    }

    private static func refusal(_ decision: ReplayDecision, _ standing: ReplayStanding?) -> String {
        let state = standing?.state
        switch (decision, state) {
        case (_, .inFlight?): return "it is being forwarded now: its outcome decides\n"
        case (_, nil): return "the replay store does not remember it: the next copy is forwarded anyway\n"
        case (.allow, .some): return "its handler has not acknowledged it: there is nothing to allow again\n"
        case (.done, .some), (.retry, .some): return "it is done already; 'allow' lets it through once more\n"
        }
    }

    /// The decision as an entry, from which a restart knows it.
    private static func record(_ decision: ReplayDecision, _ delivery: Delivery, _ gateway: Gateway) {
        gateway.record(
            .adminAction,
            [
                "action": .string("replay.\(decision.rawValue)"),
                "actor": .object(["type": .string("user"), "via": .string("socket")]),
                "rid": .string(delivery.match.requestID.text),
                "rk": .string(text(delivery.key)),
                "source": .string(delivery.source.name),
            ]
        )
    }

    // MARK: Deliveries

    /// A refusal as an error, so that it can be the other half of a result.
    private struct Refused: Error {
        let reply: AdminHandler.Reply
    }

    private static func find(_ parameters: [String: String], _ gateway: Gateway) -> Result<[Delivery], Refused> {
        guard let hex = parameters["event"], let bytes = Hex.decode(hex) else {
            return .failure(Refused(reply: .text(.badRequest, "'event' has to be hexadecimal digits\n")))
        }
        let event = String(decoding: bytes, as: UTF8.self)
        let configuration = gateway.configuration
        let longest = configuration.sources.map(ttl).max() ?? 0
        let since = GatewayClock.now().microseconds - max(longest, 86_400) * 1_000_000
        let search = AuditReplaySearch(directory: "\(configuration.audit.directory)/\(configuration.audit.node)")
        let matches: [AuditReplaySearch.Match]
        do {
            matches = try search.find(event, since: since, limit: matchesMax)
        } catch {
            return .failure(Refused(reply: .text(.internalServerError, "the audit log cannot be read: \(error)\n")))
        }
        let wanted = parameters["source"]
        let now = GatewayClock.monotonic()
        let deliveries = matches.compactMap { match -> Delivery? in
            guard wanted == nil || wanted == match.source,
                let source = configuration.sources.first(where: { $0.name == match.source })
            else { return nil }
            let key = ReplayKey(high: match.key.first, middle: match.key.second, low: match.key.third)
            return Delivery(
                match: match,
                key: key,
                source: source,
                standing: gateway.replay.standing(of: key, now: now)
            )
        }
        guard !deliveries.isEmpty else {
            return .failure(Refused(reply: .text(.notFound, "no delivery that may be remembered has this id\n")))
        }
        return .success(deliveries)
    }

    private static func ttl(_ source: Source) -> Int64 {
        switch source.replay {
        case .off: 0
        case .on(let protection): protection.ttl
        }
    }

    private static func write(_ delivery: Delivery, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("attempts")
        writer.integer(delivery.standing?.attempt ?? 0)
        writer.name("key")
        writer.string(text(delivery.key))
        writer.name("last_request")
        writer.string(delivery.match.requestID.text)
        writer.name("last_time")
        writer.string(EntryTime.text(delivery.match.time))
        writer.name("remaining_seconds")
        writer.integer(Int((delivery.standing?.remaining ?? 0) / 1_000_000_000))
        writer.name("source")
        writer.string(delivery.source.name)
        writer.name("state")
        writer.string(delivery.standing?.state.rawValue ?? "unknown")
        writer.name("status")
        writer.integer(delivery.standing?.status ?? 0)
        writer.endObject()
    }

    private static func text(_ key: ReplayKey) -> String {
        var bytes: [UInt8] = []
        key.appendText(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    // MARK: Texts

    private static func parameters(_ query: String) -> [String: String] {
        var result: [String: String] = [:]
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { result[parts[0]] = parts[1] }
        }
        return result
    }

    private static func json(_ writer: JSONWriter) -> AdminHandler.Reply {
        AdminHandler.Reply(
            status: .ok,
            type: "application/json",
            body: String(decoding: writer.bytes, as: UTF8.self) + "\n"
        )
    }
}
