import Foundation
import GatewayCrypto
import Testing
import WebhookVerification

/// Notifications signed with a certificate of our own, as Amazon signs with its.
@Suite struct NotificationCertificateTests {
    private struct Files {
        let key: PrivateKey
        let certificate: [UInt8]
    }

    private static let files: Files? = try? make()

    private static func make() throws -> Files {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=sns.amazonaws.com", "-keyout",
            directory.path + "/key.pem", "-out", directory.path + "/certificate.pem",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        let key = Array(try Data(contentsOf: directory.appendingPathComponent("key.pem")))
        let certificate = Array(try Data(contentsOf: directory.appendingPathComponent("certificate.pem")))
        return Files(key: try PrivateKey(pem: key.span), certificate: certificate)
    }

    private static let names = [
        "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
        "SubscriptionConfirmation": ["Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"],
    ]

    /// A message of a type and version, signed over its members in Amazon's order.
    private func signed(_ type: String, version: String, leaving absent: String = "") throws -> [String: String] {
        let files = try #require(Self.files)
        var message = [
            "Type": type, "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324", "Message": "My first message!\n",
            "TopicArn": "arn:aws:sns:us-west-2:123456789012:MyTopic", "Timestamp": "2026-01-01T00:00:00.000Z",
            "SignatureVersion": version,
            "SigningCertURL": "https://sns.us-west-2.amazonaws.com/SimpleNotificationService-f3ecfb72.pem",
        ]
        if type == "Notification" {
            message["Subject"] = "My First Message"
        } else {
            message["Token"] = "2336412f37"
            message["SubscribeURL"] = "https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription"
        }
        message[absent] = nil
        let content = (Self.names[type] ?? []).compactMap { name in message[name].map { "\(name)\n\($0)\n" } }.joined()
        let algorithm = SignatureAlgorithm.rsaPKCS1(version == "1" ? .sha1 : .sha256)
        let bytes = Array(content.utf8)
        let proof = try files.key.sign(algorithm, message: bytes.span)
        message["Signature"] = Base64.encode(proof.span)
        return message
    }

    private func bench() throws -> SignatureBench {
        let scheme = try SignatureBench.scheme("aws-sns")
        let files = try #require(Self.files)
        let key = try SignatureBench.key("sns", String(decoding: files.certificate, as: UTF8.self), scheme)
        return try SignatureBench(scheme, keys: [key])
    }

    private func request(_ message: [String: String]) throws -> ComposedRequest {
        ComposedRequest(body: Array(try JSONSerialization.data(withJSONObject: message)))
    }

    @Test(
        "A message signed with the certificate's key is admitted, in both versions and both types",
        arguments: ["Notification", "SubscriptionConfirmation"],
        ["1", "2"]
    )
    func admitted(type: String, version: String) throws {
        let bench = try bench()
        let match = try #require(bench.match(try request(try signed(type, version: version))))
        #expect(match.keyID.text == "sns")
        #expect(match.eventID == .value(Array("22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324".utf8)))
        #expect(match.timestamp == SignatureBench.time(SignatureBench.start))
    }

    @Test("Every signed member counts, and the version belongs to the signature")
    func tampered() throws {
        let bench = try bench()
        for type in Self.names.keys.sorted() {
            let message = try signed(type, version: "2")
            for name in Self.names[type] ?? [] where name != "Type" && name != "Timestamp" {
                var changed = message
                changed[name] = (changed[name] ?? "") + "x"
                #expect(bench.refusal(try request(changed)) == .init(.signatureMismatch), "\(type) \(name)")
            }
            var downgraded = message
            downgraded["SignatureVersion"] = "1"
            #expect(bench.refusal(try request(downgraded)) == .init(.signatureMismatch))
        }
        var late = try signed("Notification", version: "2")
        late["Timestamp"] = "2026-01-02T00:00:00.000Z"
        #expect(bench.refusal(try request(late)) == .init(.signatureMismatch))
    }

    @Test("A subject that is not there is not signed, and cannot be added")
    func subject() throws {
        let bench = try bench()
        var message = try signed("Notification", version: "2", leaving: "Subject")
        #expect(bench.refusal(try request(message)) == nil)
        message["Subject"] = ""
        #expect(bench.refusal(try request(message)) == .init(.signatureMismatch))
    }
}
