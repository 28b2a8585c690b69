import GatewayServer

/// The rows whose signature is right and whose bytes are not, and those that play with HTTP.
extension DemoCases {
    var payload: [DemoCase] {
        let row = { (title: String, status: Int, reason: String, event: DemoEvent) in
            DemoCase(group: .payload, title: title, event: event, expected: .refused(status, reason))
        }
        let nested = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        return [
            row(
                "member twice",
                400,
                "payload.duplicate_member",
                events.software("orders", "create", "ord_twice", envelope: #","collection":"posts""#)
            ),
            row(
                "member twice, escaped",
                400,
                "payload.duplicate_member",
                events.software("orders", "create", "ord_escape", envelope: #","c\u006fllection":"posts""#)
            ),
            row(
                "__proto__ member",
                400,
                "payload.malformed",
                events.software("orders", "create", "ord_proto", data: #","__proto__":{"admin":true}"#)
            ),
            row(
                "nested 100 deep",
                400,
                "payload.too_deep",
                events.software("posts", "create", "post_deep", data: #","blocks":\#(nested)"#)
            ),
            row("two JSON texts", 400, "payload.malformed", events.software(body: #"{"a":1}{"b":2}"#)),
            row("lone surrogate", 400, "payload.malformed", events.software(body: #"{"text":"\ud800"}"#)),
            row(
                "operation: delete",
                422,
                "payload.schema",
                events.software("orders", "delete", "ord_delete", data: #","total":1"#)
            ),
            row(
                "total is no number",
                422,
                "payload.schema",
                events.software("orders", "create", "ord_text", data: #","total":"free""#)
            ),
            row(
                "event not on the list",
                422,
                "payload.event_not_allowed",
                events.standard("invoice.voided", "msg_void", #""id":"in_9""#)
            ),
        ]
    }

    var http: [DemoCase] {
        let event = events.software("orders", "create", "ord_http", data: #","total":1"#)
        let row = { (title: String, status: Int, reason: String, changes: [DemoCase.Change]) in
            DemoCase(
                group: .http,
                title: title,
                event: event,
                expected: .refused(status, reason),
                changes: changes
            )
        }
        let framed = { (title: String, status: Int, reason: String, framing: DeliveryFraming) in
            DemoCase(
                group: .http,
                title: title,
                event: event,
                expected: .refused(status, reason),
                framing: framing
            )
        }
        let filler = String(repeating: "x", count: 70 << 10)
        let large = events.software("orders", "create", "ord_large", data: #","note":"\#(filler)""#)
        let oversize = { (title: String, framing: DeliveryFraming) in
            DemoCase(
                group: .http,
                title: title,
                event: large,
                expected: .refused(413, "size.too_large"),
                framing: framing
            )
        }
        return [
            framed("length and chunked", 400, "http.framing", .lengthAndChunked),
            framed("two different lengths", 400, "http.framing", .twoLengths),
            framed("space before the colon", 400, "http.framing", .spaceBeforeColon),
            framed("no length", 411, "http.length_required", .none),
            oversize("70 KiB, limit 64 KiB", .contentLength),
            oversize("70 KiB, in chunks", .chunked),
            row("text/plain", 415, "content.media_type", [.set("Content-Type", "text/plain")]),
            row("coded with gzip", 415, "content.coding", [.set("Content-Encoding", "gzip")]),
            row("GET instead of POST", 405, "content.method", [.method("GET")]),
            row("unknown path", 404, "route.unknown", [.target("/hooks/other")]),
            row("path with /../", 404, "route.unknown", [.target("/hooks/../hooks/cms")]),
        ]
    }
}
