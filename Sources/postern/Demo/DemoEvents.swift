import AuditLog
import GatewayServer
import WebhookVerification

/// Makes the events of one run: ids and times are new, so that a second run on the same audit log is not a replay.
struct DemoEvents {
    let now: Timestamp

    /// An event of 01.software; `data` are further members, each with a comma in front.
    func software(
        _ collection: String,
        _ operation: String,
        _ id: String,
        data: String = "",
        envelope: String = "",
        age: Int64 = 0
    ) -> DemoEvent {
        let unique = unique(id)
        let time = EntryTime.text(now.microseconds - age * 1_000_000)
        return DemoEvent(
            sender: .cms,
            id: unique,
            body: """
                {"collection":"\(collection)","operation":"\(operation)",\
                "data":{"id":"\(unique)"\(data)},"timestamp":"\(time)"\(envelope)}
                """,
            effect: sink(collection).map { EffectLedger.Effect($0, "\(collection).\(operation) \(unique)") }
        )
    }

    /// A body under 01.software's signature that is no event.
    func software(body: String) -> DemoEvent { DemoEvent(sender: .cms, id: "", body: body, effect: nil) }

    /// An event of GitHub; `members` stand behind the repository, each with a comma in front.
    func github(_ name: String, _ id: String, _ members: String) -> DemoEvent {
        let unique = unique(id)
        return DemoEvent(
            sender: .github,
            id: unique,
            body: """
                {"repository":{"id":4711,"full_name":"example/shop","private":true},\
                "sender":{"login":"sam","id":7}\(members),"delivery":"\(unique)"}
                """,
            fields: [("X-GitHub-Event", name), ("X-GitHub-Delivery", unique)],
            effect: EffectLedger.Effect(.build, unique)
        )
    }

    /// An event in the form of Standard Webhooks.
    func standard(_ type: String, _ id: String, _ data: String) -> DemoEvent {
        let unique = unique(id)
        let time = EntryTime.text(now.microseconds)
        return DemoEvent(
            sender: .crm,
            id: unique,
            body: #"{"type":"\#(type)","timestamp":"\#(time)","data":{\#(data)}}"#,
            effect: EffectLedger.Effect(.contact, unique)
        )
    }

    /// An event in the form of Stripe.
    func stripe(_ type: String, _ id: String, _ object: String) -> DemoEvent {
        let unique = unique(id)
        return DemoEvent(
            sender: .billing,
            id: unique,
            body: """
                {"id":"\(unique)","object":"event","type":"\(type)","created":\(now.seconds),\
                "data":{"object":{\(object)}}}
                """,
            effect: EffectLedger.Effect(.booking, unique)
        )
    }

    private func unique(_ id: String) -> String { "\(id)_\(String(now.microseconds, radix: 36))" }

    private func sink(_ collection: String) -> EffectLedger.Sink? {
        switch collection {
        case "orders": .notification
        case "products": .stockSync
        case "posts": .cachePurge
        default: nil
        }
    }
}
