import GatewayCrypto
import StrictJSON
import Testing
import WebhookVerification

private typealias Refusal = SignatureBench.Refusal

/// The ten rules of `docs/signature-schemes.md`, each by its number.
@Suite struct SignatureRulesTests {
    @Test(
        "Rule 1: the body is signed as received, whatever its bytes are",
        arguments: [[], [0x00], [0xFF, 0xFE], Array("\r\n".utf8), Array(#"{"a": 1}"#.utf8)] as [[UInt8]]
    )
    func bytes(body: [UInt8]) throws {
        let bench = try SignatureBench(named: "01software")
        let request = try bench.signed(bytes: body)
        #expect(bench.refusal(request) == nil)
        #expect(bench.refusal(request.withBody(body + [0x0A])) == Refusal(.signatureMismatch))
    }

    @Test("Rule 2: signature before timestamp before content, and the window is left to the caller")
    func order() throws {
        let bench = try SignatureBench(named: "slack")
        let good = try bench.signed()
        #expect(bench.refusal(good.removing("x-slack-signature")) == Refusal(.missingSignature))
        let noTime = good.removing("x-slack-request-timestamp")
        #expect(bench.refusal(noTime) == Refusal(.missingTimestamp))
        #expect(bench.refusal(noTime.setting("x-slack-signature", "v0=zz")) == Refusal(.malformedSignature))
        let badTime = good.setting("x-slack-request-timestamp", "yesterday").withBody([])
        #expect(bench.refusal(badTime) == Refusal(.malformedTimestamp))
        let match = try #require(bench.match(good, now: SignatureBench.start + 1_000_000))
        #expect(match.timestamp == SignatureBench.time(SignatureBench.start))
    }

    @Test(
        "Rule 3: a signature that is not strictly spelt is malformed",
        arguments: ["", "sha256=", "sha256=+f", "sha256=0", "sha256= ab", "SHA256=", "sha256=zz", "zz", "sha1=00"]
    )
    func strictHex(value: String) throws {
        let bench = try SignatureBench(named: "github")
        let request = try bench.signed().setting("x-hub-signature-256", value)
        #expect(bench.refusal(request) == Refusal(.malformedSignature))
    }

    @Test("Rule 3: hex in either case and base64 with or without padding are one signature")
    func spellings() throws {
        let github = try SignatureBench(named: "github")
        let signed = try github.signed()
        let hex = String(signed.text("x-hub-signature-256").dropFirst("sha256=".count))
        let upper = signed.setting("x-hub-signature-256", "sha256=" + hex.uppercased())
        #expect(github.match(upper)?.contentDigest == github.match(signed)?.contentDigest)
        let shopify = try SignatureBench(named: "shopify")
        let padded = try shopify.signed()
        let text = padded.text("x-shopify-hmac-sha256")
        #expect(text.hasSuffix("="))
        #expect(shopify.refusal(padded.setting("x-shopify-hmac-sha256", String(text.dropLast()))) == nil)
        let url = text.replacing("+", with: "-").replacing("/", with: "_")
        if url != text { #expect(shopify.refusal(padded.setting("x-shopify-hmac-sha256", url)) != nil) }
    }

    @Test("Rule 4: a header that the scheme uses is there exactly once, also where both lines are right")
    func duplicates() throws {
        let bench = try SignatureBench(named: "standard")
        let good = try bench.signed()
        for name in ["webhook-signature", "webhook-id", "webhook-timestamp"] {
            #expect(bench.refusal(good.adding(name, good.text(name))) == Refusal(.duplicateHeader))
            #expect(bench.refusal(good.adding(name.uppercased(), good.text(name))) == Refusal(.duplicateHeader))
        }
        #expect(bench.refusal(good.removing("webhook-id")) == Refusal(.coveredHeaderMissing))
        #expect(bench.refusal(good.adding("x-other", "1").adding("x-other", "2")) == nil)
    }

    @Test("Rule 4: a covered header that is absent is not the empty string")
    func absentIsNotEmpty() throws {
        var scheme = SignatureScheme(name: "own", algorithm: "hmac-sha256")
        scheme.signature.from = ["header:x-sig"]
        scheme.content = [SignatureScheme.ContentSegment("{header:x-a}{body}")]
        let strict = try SignatureBench(scheme)
        let empty = try strict.signed(fields: [("x-a", [])])
        #expect(strict.refusal(empty) == nil)
        #expect(strict.refusal(empty.removing("x-a")) == Refusal(.coveredHeaderMissing))
        scheme.content = [SignatureScheme.ContentSegment("{header:x-a?}{body}")]
        let lax = try SignatureBench(scheme)
        #expect(lax.refusal(empty.removing("x-a")) == nil)
    }

    @Test("Rule 5: only the configured version and algorithm count")
    func noDowngrade() throws {
        let stripe = try SignatureBench(named: "stripe")
        let good = try stripe.signed()
        let other = good.text("stripe-signature").replacing("v1=", with: "v0=")
        #expect(stripe.refusal(good.setting("stripe-signature", other)) == Refusal(.malformedSignature))
        let wrong = other + ",v1=" + String(repeating: "00", count: 32)
        #expect(stripe.refusal(good.setting("stripe-signature", wrong)) == Refusal(.signatureMismatch))
    }

    @Test(
        "Rule 6: a timestamp is digits of the scheme's unit and nothing else",
        arguments: [
            "", "0", "01767225600", "-1767225600", "+1767225600", "1767225600.0", "1e9", "0x5b47a94a", " ", "NaN",
            "١٧٦٧٢٢٥٦٠٠", "99999999999999999", "1767225600 ,",
        ]
    )
    func timestamps(text: String) throws {
        let bench = try SignatureBench(named: "slack")
        let request = try bench.signed().setting("x-slack-request-timestamp", text)
        #expect(bench.refusal(request) == Refusal(.malformedTimestamp))
    }

    @Test("Rule 7: a value that holds the text that marks its end is refused although the MAC holds")
    func resplit() throws {
        let bench = try SignatureBench(named: "standard")
        let good = try bench.signed(body: #"7.{"a":1}"#)
        #expect(bench.refusal(good) == nil)
        // The same signed bytes, cut in other places: id "evt_1.1767225600", timestamp "7", body {"a":1}.
        let id = good.text("webhook-id") + "." + good.text("webhook-timestamp")
        let moved = good.setting("webhook-id", id).setting("webhook-timestamp", "7").withBody(Array(#"{"a":1}"#.utf8))
        #expect(bench.refusal(moved) == Refusal(.ambiguousComponent))
    }

    @Test("Rule 7: behind the body the mark is looked for from the end")
    func resplitBehindBody() throws {
        let bench = try SignatureBench(named: "sinch")
        let good = try bench.signed(body: #"{"price":1.5}"#)
        #expect(bench.refusal(good) == nil)
        let nonce = good.text("x-sinch-webhook-signature-nonce")
        let moved = good.setting("x-sinch-webhook-signature-nonce", "5}." + nonce).withBody(Array(#"{"price":1"#.utf8))
        #expect(bench.refusal(moved) == Refusal(.ambiguousComponent))
    }

    @Test("Rule 7: where s and ms are guessed and nothing marks the end, the body does not begin with a digit")
    func guessedUnit() throws {
        let bench = try SignatureBench(named: "cashfree")
        let good = try bench.signed()
        #expect(bench.refusal(good) == nil)
        // The same signed bytes, the last digit of the timestamp moved to the body.
        let time = good.text("x-webhook-timestamp")
        let moved = good.setting("x-webhook-timestamp", String(time.dropLast()))
            .withBody(Array(time.utf8.suffix(1)) + good.body)
        #expect(bench.refusal(moved) == Refusal(.ambiguousComponent))
    }

    @Test("Rule 8: all spellings of one proof have one content digest, another content has another")
    func replayKey() throws {
        let bench = try SignatureBench(named: "svix")
        let good = try bench.signed()
        let text = good.text("svix-signature")
        let digest = try #require(bench.match(good)?.contentDigest)
        let content = "evt_1.\(SignatureBench.start)." + #"{"id":"evt_1"}"#
        #expect(digest == SHA256.hash(Array(content.utf8).span))
        for other in ["v2,AAAA \(text)", "\(text) \(text)", "\(text) v1,AAAA"] {
            #expect(bench.match(good.setting("svix-signature", other))?.contentDigest == digest)
        }
        #expect(bench.match(try bench.signed(body: "{}"))?.contentDigest != digest)
    }

    @Test("Rule 8: the event id counts only where the signature covers it")
    func eventID() throws {
        let standard = try SignatureBench(named: "standard")
        let request = try standard.signed()
        let (bytes, _) = request.makeHead()
        guard case .head(let range) = try #require(standard.match(request)).eventID else {
            Issue.record("the id is signed")
            return
        }
        #expect(Array(bytes[range.bounds]) == Array("evt_1".utf8))
        let github = try SignatureBench(named: "github")
        let delivery = try github.signed(fields: [("X-GitHub-Delivery", Array("d-1".utf8))])
        #expect(github.match(delivery)?.eventID == SignatureMatch.EventID.none)
        #expect(github.scheme.signedEventIDPointers.isEmpty)
        #expect(try SignatureBench(named: "stripe").scheme.signedEventIDPointers.map(\.description) == ["/id"])
    }

    @Test("Rule 9: whether a retry is signed anew is known from the scheme")
    func retryForm() {
        #expect(SignatureCatalogue.entry(named: "standard")?.resignsRetries == true)
        #expect(SignatureCatalogue.entry(named: "github")?.resignsRetries == false)
    }

    @Test("Rule 10: any of the keys may fit any of the signatures, and the match names the key")
    func rotation() throws {
        let scheme = try SignatureBench.scheme("stripe")
        let secrets = ["first secret of many bytes", "second secret of many bytes", "third secret of many bytes"]
        let keys = try secrets.enumerated().map { try SignatureBench.key("k\($0)", $1, scheme) }
        let bench = try SignatureBench(scheme, keys: keys)
        for (index, secret) in secrets.enumerated() {
            let match = try #require(bench.match(try bench.signed(secret: secret)))
            #expect(match.keyIndex == index)
            #expect(match.keyID == KeyID("k\(index)"))
            #expect(match.candidateCount == 1)
            #expect(match.otherKeys == 0)
        }
        let two = try bench.signed(secret: "a stranger's secret of many bytes")
        let right = String(try bench.signed(secret: secrets[2]).text("stripe-signature").split(separator: ",")[1])
        let both = two.setting("stripe-signature", two.text("stripe-signature") + "," + right)
        let match = try #require(bench.match(both))
        #expect(match.keyIndex == 2)
        #expect(match.candidateCount == 2)
        #expect(match.otherKeys == 0)
        let all = try bench.signed(secret: secrets[1])
        let value = try secrets.reduce(all.text("stripe-signature")) { value, secret in
            let signed = String(try bench.signed(secret: secret).text("stripe-signature").split(separator: ",")[1])
            return value + "," + signed
        }
        let three = try #require(bench.match(all.setting("stripe-signature", value)))
        #expect(three.keyIndex == 0)
        #expect(three.otherKeys == 0b110)
        #expect(three.otherKeyNames(keys) == ["k1", "k2"])
    }
}
