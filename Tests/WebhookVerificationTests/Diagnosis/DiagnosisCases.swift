import Foundation
import GatewayCrypto
import WebhookVerification

/// Every usual mistake, made on purpose.
enum DiagnosisCases {
    static let all: [DiagnosisCase] = secrets + keys + headers + bodies + urls + times + pairs

    private static let encoded = Data(DiagnosisCase.secret.utf8).base64EncodedString()

    private static let secrets = [
        DiagnosisCase(
            name: "the sender uses the text of a secret that the scheme decodes",
            code: "secret.text",
            scheme: "standard-webhooks",
            senderSecret: "whsec_" + encoded,
            secret: "whsec_" + encoded,
            sender: { $0.key = SignatureScheme.KeyForm() }
        ),
        DiagnosisCase(
            name: "the same without its prefix",
            code: "secret.text",
            scheme: "standard-webhooks",
            senderSecret: encoded,
            secret: "whsec_" + encoded,
            sender: { $0.key = SignatureScheme.KeyForm() }
        ),
        DiagnosisCase(
            name: "the sender uses hexadecimal digits that the scheme decodes",
            code: "secret.text",
            scheme: "adyen-platform",
            senderSecret: DiagnosisCase.hexSecret,
            secret: DiagnosisCase.hexSecret,
            sender: { $0.key = SignatureScheme.KeyForm() }
        ),
        DiagnosisCase(
            name: "the sender decodes base64",
            code: "secret.base64",
            senderSecret: encoded,
            secret: encoded,
            sender: { $0.key.encoding = "base64" }
        ),
        DiagnosisCase(
            name: "the sender decodes hexadecimal",
            code: "secret.hex",
            senderSecret: DiagnosisCase.hexSecret,
            secret: DiagnosisCase.hexSecret,
            sender: { $0.key.encoding = "hex" }
        ),
        DiagnosisCase(
            name: "the sender decodes a whsec_ secret",
            code: "secret.prefix",
            senderSecret: "whsec_" + encoded,
            secret: "whsec_" + encoded,
            sender: {
                $0.key.encoding = "base64"
                $0.key.strip = ["whsec_"]
            }
        ),
        DiagnosisCase(
            name: "a line feed in the sender's secret",
            code: "secret.white_space",
            senderSecret: DiagnosisCase.secret + "\n"
        ),
        DiagnosisCase(
            name: "a space in the receiver's secret",
            code: "secret.white_space",
            secret: DiagnosisCase.secret + " "
        ),
    ]

    private static let keys = [
        DiagnosisCase(
            name: "a retired key",
            code: "key.retired",
            key: { [SigningKey(id: DiagnosisCase.id("old"), material: $0, state: .retired)] }
        ),
        DiagnosisCase(
            name: "a key after its end",
            code: "key.retired",
            key: {
                [
                    SigningKey(
                        id: DiagnosisCase.id("old"),
                        material: $0,
                        notAfter: Timestamp(seconds: DiagnosisCase.now - 1)
                    )
                ]
            }
        ),
        DiagnosisCase(
            name: "a revoked key",
            code: "key.revoked",
            key: { [SigningKey(id: DiagnosisCase.id("lost"), material: $0, state: .revoked)] }
        ),
        DiagnosisCase(
            name: "a suspended key",
            code: "key.suspended",
            key: { [SigningKey(id: DiagnosisCase.id("held"), material: $0, state: .suspended)] }
        ),
        DiagnosisCase(
            name: "a key that waits for its turn",
            code: "key.pending",
            key: { [SigningKey(id: DiagnosisCase.id("next"), material: $0, state: .pending)] }
        ),
        DiagnosisCase(
            name: "a key before its beginning",
            code: "key.pending",
            key: {
                [
                    SigningKey(
                        id: DiagnosisCase.id("next"),
                        material: $0,
                        notBefore: Timestamp(seconds: DiagnosisCase.now + 1)
                    )
                ]
            }
        ),
        DiagnosisCase(
            name: "another key id",
            code: "key.name",
            receiver: { $0.key.idFrom = "header:x-key-id" },
            way: { $0.fields.append(("X-Key-Id", Array("second".utf8))) },
            key: { [SigningKey(id: DiagnosisCase.id("k1"), material: $0, senderKeyID: "first")] }
        ),
    ]

    private static let headers = [
        DiagnosisCase(
            name: "no prefix",
            code: "header.prefix",
            way: DiagnosisCase.rewrite("x-hub-signature-256") { Array($0.dropFirst(7)) }
        ),
        DiagnosisCase(
            name: "another prefix",
            code: "header.prefix",
            way: DiagnosisCase.rewrite("x-hub-signature-256") { Array("hmac ".utf8) + $0.dropFirst(7) }
        ),
        DiagnosisCase(
            name: "a prefix where none is expected",
            code: "header.prefix",
            scheme: "gitea",
            way: DiagnosisCase.rewrite("x-gitea-signature") { Array("sha256=".utf8) + $0 }
        ),
        DiagnosisCase(
            name: "another name in the list",
            code: "header.prefix",
            scheme: "stripe",
            way: DiagnosisCase.rewrite("stripe-signature") {
                Array(String(decoding: $0, as: UTF8.self).replacingOccurrences(of: "v1=", with: "v2=").utf8)
            }
        ),
        DiagnosisCase(name: "base64 for hex", code: "header.encoding", sender: { $0.signature.encoding = "base64" }),
        DiagnosisCase(
            name: "hex for base64",
            code: "header.encoding",
            scheme: "shopify",
            sender: { $0.signature.encoding = "hex" }
        ),
        DiagnosisCase(
            name: "base64 of hex",
            code: "header.encoding",
            scheme: "gitea",
            way: DiagnosisCase.rewrite("x-gitea-signature") { Array(Data($0).base64EncodedString().utf8) }
        ),
        DiagnosisCase(
            name: "another header",
            code: "header.name",
            way: { request in
                for index in request.fields.indices where request.fields[index].name.hasPrefix("x-hub") {
                    request.fields[index].name = "X-Signature"
                }
            }
        ),
        DiagnosisCase(name: "SHA-1 instead of SHA-256", code: "algorithm", sender: { $0.algorithm = "hmac-sha1" }),
        DiagnosisCase(name: "SHA-512 instead of SHA-256", code: "algorithm", sender: { $0.algorithm = "hmac-sha512" }),
    ]

    private static let bodies = [
        body("a line feed added", "body.line_feed_added") { $0 + [0x0A] },
        body("CR and LF added", "body.line_feed_added") { $0 + [0x0D, 0x0A] },
        body("a line feed lost", "body.line_feed_lost", "{\"a\":1}\n") { Array($0.dropLast()) },
        body("CR and LF lost", "body.line_feed_lost", "{\"a\":1}\r\n") { Array($0.dropLast(2)) },
        body("LF became CR and LF", "body.line_ends", "{\n  \"a\":1,\n  \"b\": 2\n}") {
            $0.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
        },
        body("CR and LF became LF", "body.line_ends", "{\r\n  \"a\":1,\r\n  \"b\": 2\r\n}") {
            $0.filter { $0 != 0x0D }
        },
        body("a byte order mark added", "body.byte_order_mark") { [0xEF, 0xBB, 0xBF] + $0 },
        body("a byte order mark lost", "body.byte_order_mark", "\u{FEFF}{\"a\":1}") { Array($0.dropFirst(3)) },
        body("Python's JSON written anew without spaces", "body.rewritten") { _ in
            Array("{\"a\":1,\"text\":\"é / <b>\"}".utf8)
        },
        body("JSON without spaces written anew with them", "body.rewritten", "{\"a\":1,\"b\":[1,{}]}") { _ in
            Array("{ \"a\" : 1, \"b\": [ 1, { } ] }".utf8)
        },
        body("PHP's JSON written anew", "body.rewritten", "{\"a\":\"x\\/\\u00e9\"}") { _ in
            Array("{\"a\":\"x/é\"}".utf8)
        },
        body("Go's JSON written anew", "body.rewritten", "{\"a\":\"\\u003cb\\u003e\"}") { _ in
            Array("{\"a\":\"<b>\"}".utf8)
        },
        body("indented JSON written anew", "body.rewritten", "{\n  \"a\": 1,\n  \"b\": []\n}") { _ in
            Array("{\"a\":1,\"b\":[]}".utf8)
        },
        body("compressed on the way", "body.compressed", String(repeating: "{\"a\": 1} ", count: 40)) { _ in
            Array(Data(base64Encoded: DiagnosisCases.compressed) ?? Data())
        },
        body("the signature of nothing", "body.empty", "") { _ in Array("{\"a\":1}".utf8) },
        DiagnosisCase(
            name: "decompressed on the way",
            code: "body.decompressed",
            way: {
                $0.fields.append(("Content-Encoding", Array("gzip".utf8)))
                $0.body = Array("{\"a\":2}".utf8)
            }
        ),
    ]

    /// gzip of `{"a": 1} ` forty times.
    private static let compressed = "H4sIAAAAAAAC/6tWSlSyUjCsVageZdCSAQAmoLKraAEAAA=="

    private static func body(
        _ name: String,
        _ code: String,
        _ text: String = DiagnosisCase.body,
        _ change: @escaping @Sendable ([UInt8]) -> [UInt8]
    ) -> DiagnosisCase {
        DiagnosisCase(name: name, code: code, body: text, way: { $0.body = change($0.body) })
    }

    private static let urls = [
        url("a port that is not configured", "url.port", "https://hooks.example.com:443"),
        url("another port that is not configured", "url.port", "https://hooks.example.com:8443"),
        DiagnosisCase(
            name: "a configured port that was not signed",
            code: "url.port",
            receiver: { $0.publicURL = "https://hooks.example.com:8443" },
            scheme: "square"
        ),
        url("http for https", "url.scheme", "http://hooks.example.com"),
        DiagnosisCase(
            name: "another host",
            code: "url.host",
            receiver: { $0.publicURL = "https://internal.example.net" },
            scheme: "square"
        ),
        DiagnosisCase(
            name: "a path in front",
            code: "url.path",
            receiver: { $0.publicURL = "https://hooks.example.com/gateway" },
            scheme: "square"
        ),
        DiagnosisCase(name: "a slash added", code: "url.slash", scheme: "square", way: { $0.target += "/" }),
        DiagnosisCase(
            name: "a slash lost",
            code: "url.slash",
            scheme: "square",
            target: "/hook/",
            way: { $0.target = "/hook" }
        ),
        DiagnosisCase(name: "a query added", code: "url.query", scheme: "square", way: { $0.target += "?utm=1" }),
    ]

    private static func url(_ name: String, _ code: String, _ signed: String) -> DiagnosisCase {
        DiagnosisCase(name: name, code: code, scheme: "square", publicURL: signed)
    }

    private static let times = [
        DiagnosisCase(
            name: "milliseconds for seconds",
            code: "timestamp.unit",
            scheme: "stripe",
            sender: { $0.timestamp?.unit = "ms" }
        ),
        DiagnosisCase(
            name: "seconds for milliseconds",
            code: "timestamp.unit",
            receiver: { $0.timestamp?.unit = "ms" },
            scheme: "stripe"
        ),
        DiagnosisCase(
            name: "a date for seconds",
            code: "timestamp.unit",
            scheme: "slack",
            sender: { $0.timestamp?.unit = "rfc3339" }
        ),
        DiagnosisCase(name: "a slow clock", code: "clock.offset", scheme: "stripe", signedAt: DiagnosisCase.now - 400),
        DiagnosisCase(name: "a fast clock", code: "clock.offset", scheme: "stripe", signedAt: DiagnosisCase.now + 400),
        DiagnosisCase(name: "local time", code: "clock.zone", scheme: "stripe", signedAt: DiagnosisCase.now + 3600),
        DiagnosisCase(
            name: "local time in India",
            code: "clock.zone",
            scheme: "stripe",
            signedAt: DiagnosisCase.now - 19_795
        ),
    ]

    private static let pairs = [
        DiagnosisCase(
            name: "a decoded secret and a line feed",
            code: "secret.base64+body.line_feed_added",
            senderSecret: encoded,
            secret: encoded,
            way: { $0.body.append(0x0A) },
            sender: { $0.key.encoding = "base64" }
        ),
        DiagnosisCase(
            name: "another prefix and another encoding",
            code: "header.prefix+header.encoding",
            sender: {
                $0.signature.prefixes = ["v1="]
                $0.signature.encoding = "base64"
            }
        ),
        DiagnosisCase(
            name: "a wrong secret",
            code: "unknown",
            secret: "another secret of somebody else"
        ),
        DiagnosisCase(
            name: "a changed value",
            code: "unknown",
            way: { $0.body[5] ^= 1 }
        ),
    ]
}
