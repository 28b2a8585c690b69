import Foundation
import GatewayTestSupport

/// A request that one check refuses, and the row of the answers table that it has to get.
struct RefusalCase: Sendable {
    /// What becomes of the connection.
    enum Connection: Sendable {
        case keep
        case close
    }

    let reason: String
    let bytes: [UInt8]
    let status: Int
    let text: String
    let connection: Connection
    var isHead = false
    /// Fields beside those that every refusal has.
    var fields: [String] = []

    init(_ reason: String, _ delivery: TestDelivery, _ status: Int, _ text: String, _ connection: Connection) {
        self.init(reason, bytes: delivery.bytes, status, text, connection)
    }

    init(_ reason: String, bytes: [UInt8], _ status: Int, _ text: String, _ connection: Connection) {
        self.reason = reason
        self.bytes = bytes
        self.status = status
        self.text = text
        self.connection = connection
    }

    func with(fields: [String]) -> RefusalCase {
        var copy = self
        copy.fields = fields
        return copy
    }
}

/// Sources and requests for every refusal that one gateway can be made to give at once.
enum RefusalTable {
    static let retired = TestSender(secret: "0123456789abcdef0123456789abcdef-retired")
    static let revoked = TestSender(secret: "0123456789abcdef0123456789abcdef-revoked")

    static let setup: Setup = {
        let keys = """
            keys: [{id: now, secret: "file:other.key"}, {id: old, secret: "file:retired.key", state: retired}, \
            {id: lost, secret: "file:revoked.key", state: revoked}]
            """
        return Setup(sources: [
            ("cms", Setup.cms(#"limits: {body: 4KiB}, event: {allow: ["orders.*"]}"#)),
            (
                "keys",
                """
                preset: 01software, path: /hooks/keys, allow: {ips: [127.0.0.0/8]}, signature: {\(keys)}, \
                schema: none, forward: {to: UPSTREAM/keys}
                """
            ),
            ("standard", Setup.standard()),
        ])
    }()

    static func writeKeys(to directory: TestDirectory) throws {
        try directory.write("retired.key", retired.secret)
        try directory.write("revoked.key", revoked.secret)
    }

    private static let good = TestSender.cms.cms(Fixture.body("table"))
    private static let standard = TestSender.standard

    static let http: [RefusalCase] = [
        RefusalCase(
            "http.framing",
            bytes: Array("POST /hooks/cms HTTP/1.1\nHost: a\n\n".utf8),
            400,
            "Bad request",
            .close
        ),
        RefusalCase(
            "http.transfer_coding",
            good.changed { $0.framing = .none }.with("Transfer-Encoding", "gzip"),
            501,
            "Bad request",
            .close
        ),
        RefusalCase("http.version", good.changed { $0.version = "HTTP/2.0" }, 505, "Bad request", .close),
        RefusalCase(
            "http.head_too_large",
            good.with("X-Long", String(repeating: "a", count: 17_000)),
            431,
            "Too large",
            .close
        ),
        RefusalCase(
            "http.target_too_long",
            good.changed { $0.target += "?" + String(repeating: "a", count: 5_000) },
            414,
            "Too large",
            .close
        ),
        RefusalCase("http.length_required", good.changed { $0.framing = .none }, 411, "Length required", .close),
        RefusalCase("http.expect", good.with("Expect", "200-ok"), 417, "Expectation failed", .close),
        RefusalCase(
            "size.too_large",
            TestSender.cms.cms(Fixture.body(String(repeating: "x", count: 5_000))),
            413,
            "Too large",
            .close
        ),
        RefusalCase(
            "size.too_large",
            TestSender.cms.cms(Fixture.body(String(repeating: "x", count: 5_000))).changed {
                $0.framing = .chunked(900)
            },
            413,
            "Too large",
            .close
        ),
    ]

    static let head: [RefusalCase] = [
        RefusalCase("route.unknown", good.changed { $0.target = "/hooks/CMS" }, 404, "Not found", .keep),
        RefusalCase("content.method", good.changed { $0.method = "PUT" }, 405, "Method not allowed", .close)
            .with(fields: ["allow"]),
        RefusalCase(
            "content.method",
            TestDelivery("/hooks/cms", body: []).changed {
                $0.method = "GET"
                $0.framing = .none
            },
            405,
            "Method not allowed",
            .keep
        ).with(fields: ["allow"]),
        RefusalCase(
            "content.media_type",
            good.with("Content-Type", "text/plain"),
            415,
            "Unsupported media type",
            .keep
        ),
        RefusalCase("content.media_type", good.with("Content-Type", nil), 415, "Unsupported media type", .keep),
        RefusalCase(
            "content.media_type",
            good.with("Content-Type", "application/json; charset=latin1"),
            415,
            "Unsupported media type",
            .keep
        ),
        RefusalCase("content.coding", good.with("Content-Encoding", "gzip"), 415, "Unsupported media type", .keep),
    ]

    static let signature: [RefusalCase] = [
        RefusalCase("signature.missing", good.with("X-Webhook-Signature", nil), 401, "Invalid signature", .keep),
        RefusalCase("signature.malformed", good.with("X-Webhook-Signature", "+f"), 401, "Invalid signature", .keep),
        RefusalCase(
            "signature.malformed",
            good.with("X-Webhook-Signature", String(repeating: "0x", count: 32)),
            401,
            "Invalid signature",
            .keep
        ),
        RefusalCase(
            "signature.ambiguous",
            good.changed { $0.fields.append(("X-Webhook-Signature", TestSender.cms.mac($0.body))) },
            401,
            "Invalid signature",
            .keep
        ),
        RefusalCase(
            "signature.mismatch",
            good.with("X-Webhook-Signature", TestSender.other.mac(good.body)),
            401,
            "Invalid signature",
            .keep
        ),
        RefusalCase(
            "signature.key_retired",
            retired.cms(Fixture.body("retired"), to: "/hooks/keys"),
            401,
            "Invalid signature",
            .keep
        ),
        RefusalCase(
            "signature.key_revoked",
            revoked.cms(Fixture.body("revoked"), to: "/hooks/keys"),
            401,
            "Invalid signature",
            .keep
        ),
        RefusalCase(
            "timestamp.missing",
            standard.standard(Fixture.body("t1"), id: "msg_t1").with("Webhook-Timestamp", nil),
            401,
            "Invalid signature",
            .keep
        ),
        RefusalCase(
            "timestamp.malformed",
            standard.standard(Fixture.body("t2"), id: "msg_t2").with("Webhook-Timestamp", "+1700000000"),
            401,
            "Invalid signature",
            .keep
        ),
        RefusalCase(
            "timestamp.stale",
            standard.standard(Fixture.body("t3"), id: "msg_t3", offset: -400),
            401,
            "Invalid signature",
            .keep
        ),
        RefusalCase(
            "timestamp.future",
            standard.standard(Fixture.body("t4"), id: "msg_t4", offset: 120),
            401,
            "Invalid signature",
            .keep
        ),
    ]

    private static let invalid = "Invalid webhook event"

    static let payload: [RefusalCase] = [
        RefusalCase("payload.malformed", TestSender.cms.cms(#"{"collection":"orders""#), 400, invalid, .keep),
        RefusalCase("payload.malformed", TestSender.cms.cms(""), 400, invalid, .keep),
        RefusalCase("payload.malformed", TestSender.cms.cms("{} {}"), 400, invalid, .keep),
        RefusalCase(
            "payload.malformed",
            TestSender.cms.cms([0xEF, 0xBB, 0xBF] + Array("{}".utf8)),
            400,
            invalid,
            .keep
        ),
        RefusalCase("payload.malformed", TestSender.cms.cms([0x22, 0xC0, 0xAF, 0x22]), 400, invalid, .keep),
        RefusalCase("payload.malformed", TestSender.cms.cms(#"{"a":"\ud800"}"#), 400, invalid, .keep),
        RefusalCase("payload.duplicate_member", TestSender.cms.cms(#"{"a":1,"\u0061":2}"#), 400, invalid, .keep),
        RefusalCase(
            "payload.too_deep",
            TestSender.cms.cms(String(repeating: "[", count: 65) + String(repeating: "]", count: 65)),
            400,
            invalid,
            .keep
        ),
        RefusalCase(
            "payload.limits",
            TestSender.cms.cms("{\"n\":1" + String(repeating: "0", count: 70) + "}"),
            400,
            invalid,
            .keep
        ),
        RefusalCase(
            "payload.event_not_allowed",
            TestSender.cms.cms(Fixture.body("event", collection: "products")),
            422,
            invalid,
            .keep
        ),
    ]

    static var all: [RefusalCase] { http + head + signature + payload }
}
