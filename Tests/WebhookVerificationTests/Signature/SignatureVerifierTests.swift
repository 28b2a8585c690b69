import GatewayCrypto
import Testing
import WebhookVerification

private typealias Refusal = SignatureBench.Refusal

@Suite struct SignatureVerifierTests {
    @Test(
        "A body that arrives in pieces is judged like a whole one, wherever it is cut",
        arguments: ["stripe", "github", "sinch", "standard", "grafana-ts", "trello", "mercado-pago", "shopify"]
    )
    func pieces(name: String) throws {
        var scheme = try SignatureBench.scheme(name)
        scheme.publicURL = "https://hooks.example.com"
        let bench = try SignatureBench(scheme)
        let request = try bench.signed()
        let whole = try #require(bench.match(request))
        let (bytes, head) = request.makeHead()
        let now = SignatureBench.time(SignatureBench.start)
        for cut in 0...request.body.count {
            var attempt = try bench.verifier.begin(head: head, bytes: bytes.span, body: .arriving, now: now).get()
            let body = request.body
            bench.verifier.update(&attempt, body.span.extracting(0..<cut))
            bench.verifier.update(&attempt, body.span.extracting(cut..<body.count))
            let result = bench.verifier.finish(attempt, head: head, bytes: bytes.span, body: body.span, now: now)
            let match = try result.get()
            #expect(match.contentDigest == whole.contentDigest)
            #expect(match.keyID == whole.keyID)
        }
    }

    @Test("A wrong body that arrives in pieces is refused")
    func wrongPieces() throws {
        let bench = try SignatureBench(named: "github")
        let request = try bench.signed()
        let (bytes, head) = request.makeHead()
        let now = SignatureBench.time(SignatureBench.start)
        let body = Array(#"{"id":"evt_2"}"#.utf8)
        var attempt = try bench.verifier.begin(head: head, bytes: bytes.span, body: .arriving, now: now).get()
        bench.verifier.update(&attempt, body.span)
        let result = bench.verifier.finish(attempt, head: head, bytes: bytes.span, body: body.span, now: now)
        guard case .failure(let denial) = result else {
            Issue.record("the body is another")
            return
        }
        #expect(denial.reason == .signatureMismatch)
    }

    @Test("Requests of one loop between head and body do not disturb each other")
    func interleaved() throws {
        let bench = try SignatureBench(named: "stripe")
        let now = SignatureBench.time(SignatureBench.start)
        let requests = try (0..<8).map { try bench.signed(body: #"{"n":\#($0)}"#) }
        let heads = requests.map { $0.makeHead() }
        var attempts: [SignatureAttempt] = []
        for (index, entry) in heads.enumerated() {
            let state: SignatureVerifier.BodyState = index % 2 == 0 ? .arriving : .complete
            let bytes = entry.bytes
            attempts.append(try bench.verifier.begin(head: entry.head, bytes: bytes.span, body: state, now: now).get())
        }
        for index in requests.indices {
            let body = requests[index].body
            bench.verifier.update(&attempts[index], body.span)
        }
        for index in requests.indices.reversed() {
            let (bytes, head) = heads[index]
            let body = requests[index].body
            let result = bench.verifier.finish(
                attempts[index],
                head: head,
                bytes: bytes.span,
                body: body.span,
                now: now
            )
            let content = "\(SignatureBench.start)." + #"{"n":\#(index)}"#
            #expect(try result.get().contentDigest == SHA256.hash(Array(content.utf8).span))
        }
        let (bytes, head) = heads[0]
        let body = requests[1].body
        let swapped = bench.verifier.begin(head: head, bytes: bytes.span, now: now).flatMap {
            bench.verifier.finish($0, head: head, bytes: bytes.span, body: body.span, now: now)
        }
        #expect(throws: Denial.self) { try swapped.get() }
    }

    @Test("A key outside its time or state is named as the cause, after every accepted key has failed")
    func keyStates() throws {
        let scheme = try SignatureBench.scheme("stripe")
        let start = SignatureBench.start
        let retired = try SignatureBench.key("old", "the retired secret of many bytes", scheme, state: .retired)
        let revoked = try SignatureBench.key("bad", "the revoked secret of many bytes", scheme, state: .revoked)
        let over = try SignatureBench.key(
            "over",
            "the secret whose time is over",
            scheme,
            state: .retiring,
            notAfter: start - 1
        )
        let early = try SignatureBench.key("early", "the secret of the next month ...", scheme, notBefore: start + 1)
        let live = try SignatureBench.key("live", SignatureBench.secret, scheme)
        let bench = try SignatureBench(scheme, keys: [retired, revoked, over, early, live])
        let cases: [(String, SignatureFault?)] = [
            ("the retired secret of many bytes", .keyRetired), ("the revoked secret of many bytes", .keyRevoked),
            ("the secret whose time is over", .keyRetired), ("the secret of the next month ...", .signatureMismatch),
            ("a stranger's secret of many bytes", .signatureMismatch), (SignatureBench.secret, nil),
        ]
        for (secret, fault) in cases {
            #expect(bench.refusal(try bench.signed(secret: secret)) == fault.map { Refusal($0) })
        }
        let retiring = try SignatureBench.key(
            "ends",
            "the secret that is retiring ....",
            scheme,
            state: .retiring,
            notAfter: start
        )
        let ending = try SignatureBench(scheme, keys: [retiring])
        // The signed time of the attempt counts, not the time of arrival: nothing is lost on the way.
        #expect(ending.refusal(try ending.signed(secret: "the secret that is retiring ...."), now: start + 60) == nil)
    }

    @Test("A sender that names its key gets only that key")
    func namedKeys() throws {
        let scheme = try SignatureBench.scheme("pusher")
        let keys = try [
            SignatureBench.key("a", "the secret of application A ....", scheme, senderKeyID: "app-a"),
            SignatureBench.key("b", "the secret of application B ....", scheme, senderKeyID: "app-b"),
        ]
        let bench = try SignatureBench(scheme, keys: keys)
        let request = try bench.signed(
            fields: [("X-Pusher-Key", Array("app-b".utf8))],
            secret: "the secret of application B ...."
        )
        #expect(bench.match(request)?.keyID == KeyID("b"))
        #expect(bench.refusal(request.setting("x-pusher-key", "app-a")) == Refusal(.signatureMismatch))
        #expect(bench.refusal(request.setting("x-pusher-key", "app-c")) == Refusal(.unknownKey))
        #expect(bench.refusal(request.adding("x-pusher-key", "app-b")) == Refusal(.duplicateHeader))
    }

    @Test("Thirty-two signatures are looked at, thirty-three are refused")
    func candidateLimit() throws {
        let bench = try SignatureBench(named: "standard")
        let good = try bench.signed()
        let wrong = "v1," + Base64.encode([UInt8](repeating: 0, count: 32).span)
        let text = good.text("webhook-signature")
        let full = ([text] + Array(repeating: wrong, count: 31)).joined(separator: " ")
        #expect(bench.match(good.setting("webhook-signature", full))?.candidateCount == 32)
        #expect(bench.refusal(good.setting("webhook-signature", full + " " + wrong)) == Refusal(.tooManySignatures))
        #expect(
            bench.refusal(good.setting("webhook-signature", String(repeating: "x", count: 4097)))
                == Refusal(.malformedSignature)
        )
    }

    @Test("Signatures of the wrong length match nothing, longer and shorter ones alike")
    func lengths() throws {
        let bench = try SignatureBench(named: "github")
        let good = try bench.signed()
        let text = good.text("x-hub-signature-256")
        for other in [String(text.dropLast(2)), text + "00", text + text.dropFirst(7), "sha256=00"] {
            #expect(bench.refusal(good.setting("x-hub-signature-256", other)) == Refusal(.signatureMismatch))
        }
    }

    @Test(
        "The CMS preset comes in the three spellings that senders may use",
        arguments: [("01software", ""), ("01software-sha256", "sha256="), ("01software-base64", "")]
    )
    func cms(name: String, prefix: String) throws {
        let bench = try SignatureBench(named: name)
        let request = try bench.signed(body: #"{"collection":"posts","operation":"create","data":{}}"#)
        #expect(request.text("x-webhook-signature").hasPrefix(prefix))
        let match = try #require(bench.match(request))
        #expect(match.contentIsBody)
        #expect(match.coversBody)
        #expect(match.timestamp == nil)
        #expect(match.contentDigest == SHA256.hash(request.body.span))
    }

    @Test("Both names of Shopify's header are read, and either may hold the signature")
    func pairedHeaders() throws {
        let bench = try SignatureBench(named: "shopify")
        let good = try bench.signed()
        let text = good.text("x-shopify-hmac-sha256")
        #expect(bench.refusal(good.removing("x-shopify-hmac-sha256").adding("shopify-hmac-sha256", text)) == nil)
        #expect(bench.match(good.adding("shopify-hmac-sha256", "AAAA"))?.candidateCount == 2)
        #expect(bench.refusal(good.removing("x-shopify-hmac-sha256")) == Refusal(.missingSignature))
    }

    @Test("Numbered headers are read by number, each once, up to their limit")
    func numberedHeaders() throws {
        let bench = try SignatureBench(named: "docusign")
        let good = try bench.signed()
        let text = good.text("x-docusign-signature-1")
        let moved = good.removing("x-docusign-signature-1")
        #expect(bench.refusal(moved.adding("X-DocuSign-Signature-100", text)) == nil)
        for name in [
            "x-docusign-signature-0", "x-docusign-signature-101", "x-docusign-signature-01", "x-docusign-signature-",
        ] {
            #expect(bench.refusal(moved.adding(name, text)) == Refusal(.missingSignature))
        }
        #expect(bench.refusal(good.adding("x-docusign-signature-1", text)) == Refusal(.duplicateHeader))
    }

    @Test("A signature in the query is read strictly")
    func query() throws {
        let bench = try SignatureBench(named: "pandadoc")
        let good = try bench.signed()
        #expect(bench.refusal(good) == nil)
        let target = good.target
        let pair = String(target.split(separator: "?")[1])
        #expect(bench.refusal(good.withTarget(target + "&" + pair)) == Refusal(.duplicateParameter))
        #expect(bench.refusal(good.withTarget(target + "&%73ignature=00")) == Refusal(.duplicateParameter))
        #expect(bench.refusal(good.withTarget(target + "&a=%zz&%=1")) == Refusal(.malformedParameters))
        #expect(bench.refusal(good.withTarget("/hooks/in")) == Refusal(.missingSignature))
        #expect(bench.refusal(good.withTarget("/hooks/in?signature=")) == Refusal(.malformedSignature))
    }

    @Test("A token is compared as a whole, credentials after decoding")
    func tokens() throws {
        let token = try SignatureBench(named: "telegram")
        let good = try token.signed()
        #expect(token.refusal(good) == nil)
        #expect(token.match(good)?.coversBody == false)
        #expect(token.match(good)?.contentDigest == SHA256.hash(good.body.span))
        let text = good.text("x-telegram-bot-api-secret-token")
        for other in ["", String(text.dropLast()), text + "x", text.uppercased()] {
            #expect(
                token.refusal(good.setting("x-telegram-bot-api-secret-token", other)) == Refusal(.signatureMismatch)
            )
        }
        let scheme = try SignatureBench.scheme("chargebee")
        let key = try SignatureBench.key("k1", "user:password of the hook", scheme)
        let basic = try SignatureBench(scheme, keys: [key])
        let request = try basic.signed(secret: "user:password of the hook")
        #expect(basic.refusal(request) == nil)
        let value = request.text("authorization")
        #expect(basic.refusal(request.setting("authorization", value.replacing("Basic", with: "basic"))) == nil)
        #expect(basic.refusal(request.setting("authorization", value + "!")) == Refusal(.malformedSignature))
        #expect(basic.refusal(request.setting("authorization", "Bearer x")) == Refusal(.malformedSignature))
        #expect(basic.refusal(request.removing("authorization")) == Refusal(.missingSignature))
    }

    @Test("The public URL is signed with and without its port where the sender does so")
    func urlVariants() throws {
        for base in ["https://hooks.example.com", "https://hooks.example.com:443"] {
            var scheme = try SignatureBench.scheme("twilio")
            scheme.publicURL = base
            let sender = try SignatureBench(scheme)
            let request = try sender.signed(body: "B=2&A=1", target: "/hooks/in?x=1")
            for configured in ["https://hooks.example.com", "https://hooks.example.com:443"] {
                scheme.publicURL = configured
                #expect(try SignatureBench(scheme).refusal(request) == nil)
            }
            scheme.publicURL = "https://other.example.com"
            #expect(try SignatureBench(scheme).refusal(request) == Refusal(.signatureMismatch))
        }
    }

    @Test("A key of another kind than the scheme's is refused when the verifier is made")
    func keyKinds() throws {
        let discord = try CompiledSignatureScheme(try SignatureBench.scheme("discord"))
        let secret = try SignatureBench.key("k", SignatureBench.secret, try SignatureBench.scheme("github"))
        #expect(throws: CryptoFault.self) { try SignatureVerifier(scheme: discord, keys: [secret]) }
    }

    @Test("Any bytes in the signature header are refused without harm", arguments: 0..<400)
    func arbitraryHeaders(seed: Int) throws {
        let names = [
            "stripe", "standard", "recurly", "cronofy", "ebay", "braintree", "hook0-v1", "vonage", "truelayer",
        ]
        var scheme = try SignatureBench.scheme(names[seed % names.count])
        scheme.settings = ["public_key": "pk"]
        let compiled = try CompiledSignatureScheme(scheme)
        let verifier = try SignatureVerifier(scheme: compiled, keys: [])
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        let alphabet = Array("=,; .v1t{}\"-_+/%&|0aZ9:\u{7F}\u{80}".utf8)
        var value: [UInt8] = []
        for _ in 0..<(seed % 97) {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            value.append(alphabet[Int(state >> 33) % alphabet.count])
        }
        let name = scheme.signature.from.first ?? "header:authorization"
        let field = String(name.drop { $0 != ":" }.dropFirst())
        let request = ComposedRequest(target: "/?a", fields: [(field, value)], body: value)
        let (bytes, head) = request.makeHead()
        let now = SignatureBench.time(SignatureBench.start)
        let result = verifier.begin(head: head, bytes: bytes.span, now: now)
            .flatMap { verifier.finish($0, head: head, bytes: bytes.span, body: request.body.span, now: now) }
        guard case .failure(let denial) = result else {
            Issue.record("no key can fit")
            return
        }
        #expect(SignatureFault(of: denial) != nil)
    }
}
