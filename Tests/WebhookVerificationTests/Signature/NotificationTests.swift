import GatewayCrypto
import StrictJSON
import Testing
import WebhookVerification

/// Tokens and notifications, whose readers differ from the signature grammars.
@Suite struct TokenTests {
    private func bench(_ name: String) throws -> SignatureBench {
        var scheme = try SignatureBench.scheme(name)
        scheme.publicURL = "https://hooks.example.com"
        return try SignatureBench(scheme)
    }

    @Test("A token is tied to the body, has its times, and its id is the event id")
    func bound() throws {
        let bench = try bench("messagebird")
        let good = try bench.signed()
        let match = try #require(bench.match(good))
        #expect(match.eventID == .value(Array("evt_1".utf8)))
        #expect(match.coversBody)
        let start = SignatureBench.start
        #expect(bench.refusal(good.withBody(Array("{}".utf8))) == .init(.claimMismatch))
        #expect(bench.refusal(good.withBody([])) == .init(.claimMismatch))
        #expect(bench.refusal(good.withTarget("/other")) == .init(.claimMismatch))
        // Expires after 300 s, 5 s of leeway, not accepted on the second itself.
        #expect(bench.refusal(good, now: start + 304) == nil)
        #expect(bench.refusal(good, now: start + 305) == .init(.timestampTooOld))
    }

    @Test("Nothing but three parts of base64url under a listed algorithm is a token")
    func forms() throws {
        let bench = try bench("livekit")
        let good = try bench.signed()
        let parts = good.text("authorization").split(separator: ".").map(String.init)
        func refusal(_ value: String) -> SignatureBench.Refusal? { bench.refusal(good.setting("authorization", value)) }
        func header(_ json: String) -> String {
            Base64.encode(Array(json.utf8).span, alphabet: .url, padding: .none) + "." + parts[1] + "." + parts[2]
        }
        #expect(refusal(parts.joined(separator: ".")) == nil)
        for bad in [
            "", ".", "..", "a.b", "a.b.c.d", parts[0] + "." + parts[1] + ".", "{}.{}.{}", parts[0] + "=." + parts[1],
        ] {
            #expect(refusal(bad) == .init(.malformedSignature))
        }
        #expect(refusal(header(#"{"alg":"none"}"#)) == .init(.unsupportedAlgorithm))
        #expect(refusal(header(#"{"alg":"HS512"}"#)) == .init(.unsupportedAlgorithm))
        #expect(refusal(header(#"{"alg":"HS256","crit":["b64"]}"#)) == .init(.unsupportedAlgorithm))
        #expect(refusal(header(#"{"typ":"JWT"}"#)) == .init(.malformedSignature))
        #expect(refusal(header(#"{"alg":"HS256","alg":"HS256"}"#)) == .init(.malformedSignature))
        #expect(refusal(header(#"{"alg":"HS256"}"#)) == .init(.signatureMismatch))
        #expect(bench.refusal(good.adding("authorization", "x")) == .init(.duplicateHeader))
        #expect(bench.refusal(good.removing("authorization")) == .init(.missingSignature))
    }
}

@Suite struct NotificationTests {
    @Test(
        "Only certificates of Amazon's own hosts are accepted",
        arguments: [
            ("https://sns.eu-west-1.amazonaws.com/SimpleNotificationService-0.pem", SignatureFault.signatureMismatch),
            ("https://sns.cn-north-1.amazonaws.com.cn/x.pem", .signatureMismatch),
            ("http://sns.eu-west-1.amazonaws.com/x.pem", .unknownKey),
            ("https://sns.eu-west-1.amazonaws.com/x.txt", .unknownKey),
            ("https://sns.eu-west-1.amazonaws.com.evil.example/x.pem", .unknownKey),
            ("https://sns.evil.example/amazonaws.com/x.pem", .unknownKey),
            ("https://evil.example/sns.pem", .unknownKey),
            ("https://sns.a@evil.amazonaws.com/x.pem", .unknownKey), ("", .unknownKey),
        ]
    )
    func certificates(address: String, fault: SignatureFault) throws {
        let bench = try SignatureBench(try SignatureBench.scheme("aws-sns"), keys: [])
        let request = ComposedRequest(body: body(address: address))
        #expect(bench.refusal(request) == .init(fault))
    }

    @Test("A notification without signature, of another version or without a signed member is refused")
    func forms() throws {
        let bench = try SignatureBench(try SignatureBench.scheme("aws-sns"), keys: [])
        func refusal(_ change: (String) -> String) -> SignatureBench.Refusal? {
            let text = change(
                String(decoding: body(address: "https://sns.eu-west-1.amazonaws.com/x.pem"), as: UTF8.self)
            )
            return bench.refusal(ComposedRequest(body: Array(text.utf8)))
        }
        #expect(refusal { _ in "" } == .init(.malformedBody))
        #expect(refusal { $0.replacing(#""Signature":"AAAA","#, with: "") } == .init(.missingSignature))
        #expect(refusal { $0.replacing("AAAA", with: "!") } == .init(.malformedSignature))
        #expect(
            refusal { $0.replacing(#""SignatureVersion":"2""#, with: #""SignatureVersion":"3""#) }
                == .init(.unsupportedAlgorithm)
        )
        #expect(refusal { $0.replacing(#""Message":"hi","#, with: "") } == .init(.coveredValueMissing))
        #expect(refusal { $0.replacing("Notification", with: "Other") } == .init(.malformedBody))
        #expect(refusal { $0.replacing("2026-01-01T00:00:00.000Z", with: "now") } == .init(.malformedTimestamp))
    }

    private func body(address: String) -> [UInt8] {
        let head =
            #"{"Type":"Notification","MessageId":"m","TopicArn":"t","Message":"hi","Timestamp":"2026-01-01T00:00:00.000Z","#
        return Array((head + #""SignatureVersion":"2","Signature":"AAAA","SigningCertURL":"\#(address)"}"#).utf8)
    }
}
