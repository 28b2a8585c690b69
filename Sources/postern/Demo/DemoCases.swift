import GatewayServer
import WebhookVerification

/// Every row of the demo, in order.
struct DemoCases {
    let events: DemoEvents

    init(now: Timestamp) { events = DemoEvents(now: now) }

    var all: [DemoCase] { clean + repeated + forged + untimely + address + payload + http }

    // MARK: events that several rows send

    private var order: DemoEvent { events.software("orders", "create", "ord_1001", data: #","total":49.9"#) }
    private var push: DemoEvent {
        let after = "7c1f0a9e5b2d4c6e8f00112233445566778899aa"
        return events.github("push", "push", #","ref":"refs/heads/main","after":"\#(after)","commits":[]"#)
    }
    private var contact: DemoEvent { events.standard("contact.created", "msg", #""email":"kim@example.com""#) }
    private var invoice: DemoEvent { events.stripe("invoice.paid", "evt", #""id":"in_1","amount_paid":4990"#) }

    // MARK: rows

    private var clean: [DemoCase] {
        let row = { (title: String, event: DemoEvent) in
            DemoCase(group: .clean, title: title, event: event, expected: .admitted())
        }
        var retried = row("invoice.paid", invoice)
        // Signed a moment ago, so that its retry further down has another signature.
        retried.age = 5
        var proxied = row("posts, over a proxy", events.software("posts", "update", "post_3002"))
        proxied.local = "127.0.0.8"
        proxied.changes = [.set("X-Forwarded-For", "127.0.0.1")]
        let page = events.software("pages", "create", "page_1")
        return [
            row("orders create", order),
            row("orders update", events.software("orders", "update", "ord_1001", data: #","total":39.9"#)),
            row("products create", events.software("products", "create", "prod_2001", data: #","stock":12"#)),
            row("products update", events.software("products", "update", "prod_2001", data: #","stock":11"#)),
            row("posts create", events.software("posts", "create", "post_3001", data: #","slug":"hello""#)),
            row("posts update", events.software("posts", "update", "post_3001", data: #","slug":"hi""#)),
            proxied,
            DemoCase(group: .clean, title: "pages: app says no", event: page, expected: .admitted(400)),
            row("push", push),
            row("pull_request", events.github("pull_request", "pr", #","action":"opened","number":42"#)),
            row("contact.created", contact),
            retried,
        ]
    }

    private var repeated: [DemoCase] {
        let again = { (title: String, event: DemoEvent, expected: DemoOutcome) in
            DemoCase(group: .repeated, title: title, event: event, expected: expected, isReplay: true)
        }
        return [
            again("same bytes again", order, .duplicate),
            again("same bytes again", push, .duplicate),
            DemoCase(group: .repeated, title: "retry, signed anew", event: invoice, expected: .duplicate),
            again("replay, exact bytes", contact, .refused(409, "replay.exact")),
            again("replay, exact bytes", invoice, .refused(409, "replay.exact")),
            DemoCase(
                group: .repeated,
                title: "used id, other body",
                event: events.standard("contact.deleted", "msg", #""email":"kim@example.com""#),
                expected: .refused(409, "replay.id_conflict")
            ),
        ]
    }

    private var forged: [DemoCase] {
        let row = { (title: String, event: DemoEvent, reason: String, changes: [DemoCase.Change]) in
            DemoCase(
                group: .forged,
                title: title,
                event: event,
                expected: .refused(401, reason),
                changes: changes
            )
        }
        let fresh = events.software("orders", "create", "ord_6660", data: #","total":49.9"#)
        var stranger = row("signed with wrong key", fresh, "signature.mismatch", [])
        stranger.key = .unknown
        return [
            row("body changed", fresh, "signature.mismatch", [.body("49.9", with: "0.01")]),
            stranger,
            row("no signature", fresh, "signature.missing", [.remove("x-webhook-signature")]),
            row("two signatures", fresh, "signature.ambiguous", [.double("x-webhook-signature")]),
            row("signature cut short", fresh, "signature.mismatch", [.set("x-webhook-signature", "c0ffee")]),
            row("signature no hex", fresh, "signature.malformed", [.set("x-webhook-signature", "let me in")]),
            row(
                "downgrade to sha1=",
                events.github("push", "forged", ""),
                "signature.malformed",
                [.prefix("x-hub-signature-256", from: "sha256=", to: "sha1=")]
            ),
            row(
                "id changed",
                events.standard("contact.created", "forged", ""),
                "signature.mismatch",
                [.set("webhook-id", "msg_other")]
            ),
            row(
                "signed time changed",
                events.stripe("invoice.paid", "forged", ""),
                "signature.mismatch",
                [.prefix("stripe-signature", from: "t=\(events.now.seconds)", to: "t=\(events.now.seconds - 1)")]
            ),
        ]
    }

    private var untimely: [DemoCase] {
        let row = { (title: String, event: DemoEvent, age: Int64, reason: String) in
            DemoCase(group: .untimely, title: title, event: event, expected: .refused(401, reason), age: age)
        }
        return [
            row("signed 10 min ago", events.standard("contact.created", "late", ""), 600, "timestamp.stale"),
            row("signed 10 min ago", events.stripe("invoice.paid", "late", ""), 600, "timestamp.stale"),
            row("signed 10 min ahead", events.stripe("invoice.paid", "early", ""), -600, "timestamp.future"),
            row(
                "event 4 days old",
                events.software("posts", "create", "post_old", age: 4 * 86_400),
                0,
                "timestamp.stale"
            ),
        ]
    }

    private var address: [DemoCase] {
        let row = { (title: String, local: String, reason: String, changes: [DemoCase.Change]) in
            DemoCase(
                group: .address,
                title: title,
                event: events.software("orders", "create", "ord_away"),
                expected: .refused(403, reason),
                changes: changes,
                local: local
            )
        }
        return [
            row("from 127.0.0.9", "127.0.0.9", "address.denied", []),
            row(
                "X-Forwarded-For faked",
                "127.0.0.9",
                "address.denied",
                [.set("X-Forwarded-For", "127.0.0.1")]
            ),
            row(
                "proxy's real client",
                "127.0.0.8",
                "address.denied",
                [.set("X-Forwarded-For", "127.0.0.1, 198.51.100.7")]
            ),
            row(
                "proxy sends garbage",
                "127.0.0.8",
                "address.forwarded_invalid",
                [.set("X-Forwarded-For", "127.0.0.1x")]
            ),
        ]
    }
}
