import Foundation

/// Signs as known senders do, with code of its own.
package struct TestSender: Sendable {
    /// The secret that the gateway's key file holds.
    package let secret: String

    /// A sender with a secret.
    package init(secret: String) { self.secret = secret }

    /// A secret of the length that is recommended, for most tests.
    package static let cms = TestSender(secret: "0123456789abcdef0123456789abcdef-cms")
    /// A secret for a second source.
    package static let other = TestSender(secret: "0123456789abcdef0123456789abcdef-other")
    /// A secret of GitHub's form.
    package static let github = TestSender(secret: "0123456789abcdef0123456789abcdef-github")
    /// A secret of Standard Webhooks' form: base64 behind a prefix.
    package static let standard = TestSender(
        secret: "whsec_" + Data((0..<32).map { UInt8($0 * 7 + 1) }).base64EncodedString()
    )

    /// Hexadecimal HMAC-SHA256 of `content`.
    package func mac(_ content: [UInt8]) -> String {
        TestDigest.sha256.hmac(content, key: Array(secret.utf8)).hexText
    }

    /// A delivery as 01.software sends it.
    package func cms(_ body: [UInt8], to target: String = "/hooks/cms") -> TestDelivery {
        TestDelivery(target, body: body).with("X-Webhook-Signature", mac(body))
    }

    /// A delivery as 01.software sends it, of text.
    package func cms(_ body: String, to target: String = "/hooks/cms") -> TestDelivery {
        cms(Array(body.utf8), to: target)
    }

    /// A delivery as GitHub sends it.
    package func github(_ body: [UInt8], event: String, id: String, to target: String = "/hooks/github") -> TestDelivery
    {
        var delivery = TestDelivery(target, body: body)
        delivery["User-Agent"] = "GitHub-Hookshot/0000000"
        delivery["X-GitHub-Event"] = event
        delivery["X-GitHub-Delivery"] = id
        delivery["X-Hub-Signature"] = "sha1=" + TestDigest.sha1.hmac(body, key: Array(secret.utf8)).hexText
        delivery["X-Hub-Signature-256"] = "sha256=" + mac(body)
        return delivery
    }

    /// A delivery of Standard Webhooks, signed `offset` seconds from now.
    package func standard(
        _ body: String,
        id: String,
        offset: Int = 0,
        to target: String = "/hooks/standard"
    ) -> TestDelivery {
        let time = String(Int(Date().timeIntervalSince1970) + offset)
        let encoded = secret.hasPrefix("whsec_") ? String(secret.dropFirst(6)) : secret
        let key = Data(base64Encoded: encoded) ?? Data()
        let mac = TestDigest.sha256.hmac(Array("\(id).\(time).\(body)".utf8), key: key)
        var delivery = TestDelivery(target, body: Array(body.utf8))
        delivery["Webhook-Id"] = id
        delivery["Webhook-Timestamp"] = time
        delivery["Webhook-Signature"] = "v1," + Data(mac).base64EncodedString()
        return delivery
    }

    /// A delivery as Stripe sends it, signed `offset` seconds from now.
    package func stripe(_ body: String, offset: Int = 0, to target: String = "/hooks/stripe") -> TestDelivery {
        let time = String(Int(Date().timeIntervalSince1970) + offset)
        return TestDelivery(target, body: Array(body.utf8))
            .with("Stripe-Signature", "t=\(time),v1=\(mac(Array("\(time).\(body)".utf8)))")
    }
}
