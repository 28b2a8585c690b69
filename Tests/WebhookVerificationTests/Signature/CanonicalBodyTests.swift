import GatewayCrypto
import Testing
import WebhookVerification

@Suite("Signatures over the canonical form of the body (RFC 8785)")
struct CanonicalBodyTests {
    /// What `sent` is judged as, when its sender has signed `canonical`.
    private func judge(_ sent: String, signed canonical: String) throws -> Result<SignatureMatch, Denial> {
        let bench = try SignatureBench(named: "inngest-jcs")
        let message = Array("\(canonical)\(SignatureBench.start)".utf8)
        let key = Array(SignatureBench.secret.utf8)
        let mac = try HMACContext.mac(.sha256, key: key.span, message: message.span)
        let text = "t=\(SignatureBench.start)&s=\(Hex.encode(mac.span))"
        let request = ComposedRequest(
            method: "POST",
            target: "/hooks/in",
            fields: [("x-inngest-signature", Array(text.utf8))],
            body: Array(sent.utf8)
        )
        return bench.judge(request)
    }

    @Test(
        "members are sorted, white space left out, escapes and numbers written as ECMAScript writes them",
        arguments: [
            (#"{"b":1.0,"a":"\u00e9"}"#, #"{"a":"é","b":1}"#),
            (
                "{ \"ts\" : 1674082830001 ,\n\"n\":[1e3, 0.10, -0.0, 1E-7]}\n",
                #"{"n":[1000,0.1,0,1e-7],"ts":1674082830001}"#
            ),
            (#"[{"\ufb33":1,"\ud83d\ude00":2,"z":3}]"#, "[{\"z\":3,\"\u{1F600}\":2,\"\u{FB33}\":1}]"),
            (#"{"a":9007199254740991,"s":"\/\u0007"}"#, #"{"a":9007199254740991,"s":"/\u0007"}"#),
        ]
    )
    func forms(sent: String, canonical: String) throws {
        guard case .success(let match) = try judge(sent, signed: canonical) else {
            Issue.record("\(sent) is refused")
            return
        }
        // Spellings of one event have one replay key.
        guard case .success(let other) = try judge(canonical, signed: canonical) else {
            Issue.record("\(canonical) is refused")
            return
        }
        #expect(match.contentDigest == other.contentDigest)
        #expect(match.coversBody && !match.contentIsBody)
    }

    @Test(
        "a body that is not one strict object or array, or whose numbers would be rounded, is refused before it is compared",
        arguments: [
            (#"{"a":9007199254740993}"#, #"{"a":9007199254740992}"#, "malformed_body"),
            (#"{"a":0.1000000000000000055511151231257827}"#, #"{"a":0.1}"#, "malformed_body"),
            (#"{"a":1e400}"#, #"{"a":0}"#, "malformed_body"), (#"{"a":1e-400}"#, #"{"a":0}"#, "malformed_body"),
            ("12", "12", "malformed_body"), (#""text""#, #""text""#, "malformed_body"),
            (#"{"a":1"#, #"{"a":1}"#, "malformed_body"), (#"{"a":1,"a":1}"#, #"{"a":1}"#, "duplicate_key"),
            (#"{"a":2}"#, #"{"a":1}"#, "signature_mismatch"),
        ]
    )
    func refused(sent: String, canonical: String, fault: String) throws {
        guard case .failure(let denial) = try judge(sent, signed: canonical) else {
            Issue.record("\(sent) is accepted")
            return
        }
        #expect(SignatureFault(of: denial)?.rawValue == fault, "\(denial)")
    }

    @Test("'|jcs' stands first behind {body} and nowhere else", arguments: ["{header:x-a|jcs}", "{body|sha256|jcs}"])
    func misplaced(template: String) throws {
        var scheme = try SignatureBench.scheme("inngest-jcs")
        scheme.content = [SignatureScheme.ContentSegment(template)]
        #expect(throws: SignatureSchemeMistakes.self) { try CompiledSignatureScheme(scheme) }
    }
}
