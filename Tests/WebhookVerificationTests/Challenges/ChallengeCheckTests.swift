import GatewayCrypto
import Testing
import WebhookVerification

@Suite struct ChallengeCheckTests {
    /// A request to a source, and what comes of it.
    private struct Case {
        let preset: String
        let scheme: String
        let request: ComposedRequest
        let expected: String

        init(_ preset: String, _ request: ComposedRequest, _ expected: String) {
            self.init(preset, "github", request, expected)
        }

        init(_ preset: String, _ scheme: String, _ request: ComposedRequest, _ expected: String) {
            self.preset = preset
            self.scheme = scheme
            self.request = request
            self.expected = expected
        }
    }

    private static let secret = Array("a secret of thirty-two bytes ...".utf8)

    /// A source's scheme with one live key, as the rule's answers need it.
    private func signature(_ scheme: String) throws -> SignatureRule {
        var scheme = try SignatureBench.scheme(scheme)
        scheme.publicURL = "https://hooks.example.com"
        scheme.settings = ["public_key": "pk_1"]
        guard let id = KeyID("k1") else { throw SignatureBench.Unknown(name: "k1") }
        let key = SigningKey(id: id, material: .secret(SecretBytes(Self.secret.span)))
        return .scheme(try CompiledSignatureScheme(scheme), keys: [key])
    }

    private func rule(
        _ preset: String,
        open: ChallengeRule.Opening? = nil,
        token: String? = nil,
        isJSON: Bool = true
    ) throws -> ChallengeRule {
        ChallengeRule(
            preset: try #require(ChallengePreset.named(preset)),
            opening: open,
            verifyToken: token.map { SecretBytes(Array($0.utf8).span) },
            endpoint: "https://hooks.example.com/ebay",
            savePath: nil,
            isJSON: isJSON
        )
    }

    private func say(
        _ rule: ChallengeRule,
        _ scheme: String,
        _ request: ComposedRequest,
        isSigned: Bool = false,
        isArmed: Bool = false
    ) throws -> String { text(try judge(rule, scheme, request, isSigned: isSigned, isArmed: isArmed)) }

    private func say(
        _ rule: ChallengeRule,
        _ request: ComposedRequest,
        isSigned: Bool = false,
        isArmed: Bool = false
    ) throws -> String { try say(rule, "github", request, isSigned: isSigned, isArmed: isArmed) }

    /// Judges one request; what is signed and armed is said.
    private func judge(
        _ rule: ChallengeRule,
        _ scheme: String,
        _ request: ComposedRequest,
        isSigned: Bool = false,
        isArmed: Bool = false
    ) throws -> ChallengeVerdict {
        let (bytes, head) = request.makeHead()
        return ChallengeCheck.evaluate(
            rule,
            signature: try signature(scheme),
            head: head,
            bytes: bytes.span,
            body: request.body.span,
            ChallengeCheck.Circumstances(
                isSigned: isSigned,
                isArmed: isArmed,
                now: SignatureBench.time(SignatureBench.start)
            )
        )
    }

    private func text(_ verdict: ChallengeVerdict) -> String {
        switch verdict {
        case .none: "none"
        case .refused(let denial, let status): "refused \(denial.reason.rawValue)\(status.map { " \($0)" } ?? "")"
        case .answer(let answer):
            "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
                + (answer.field.map { " \($0.name)=\(String(decoding: $0.value, as: UTF8.self))" } ?? "")
        }
    }

    private func post(_ body: String, _ fields: [(String, String)] = [], target: String = "/in") -> ComposedRequest {
        ComposedRequest(target: target, fields: fields.map { ($0.0, Array($0.1.utf8)) }, body: Array(body.utf8))
    }

    private func get(_ target: String, _ fields: [(String, String)] = [], method: String = "GET") -> ComposedRequest {
        ComposedRequest(method: method, target: target, fields: fields.map { ($0.0, Array($0.1.utf8)) })
    }

    private func mac(_ token: String, _ digest: DigestAlgorithm = .sha256) throws -> [UInt8] {
        let message = Array(token.utf8)
        return try HMACContext.mac(digest, key: Self.secret.span, message: message.span)
    }

    private func hex(_ token: String, _ digest: DigestAlgorithm = .sha256) throws -> String {
        let mac = try mac(token, digest)
        return Hex.encode(mac.span)
    }

    @Test("A signed handshake is answered once the signature holds, and is no handshake before")
    func signed() throws {
        let zoom = #"{"event":"endpoint.url_validation","payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"}}"#
        let hex = try self.hex("qgg8vlvZRS6UYooatFL8Aw")
        let cases: [Case] = [
            Case(
                "slack",
                "slack",
                post(#"{"token":"t","challenge":"3eZbrw1aB","type":"url_verification"}"#),
                "200 3eZbrw1aB"
            ),
            Case(
                "zoom",
                "zoom",
                post(zoom),
                #"200 {"plainToken":"qgg8vlvZRS6UYooatFL8Aw","encryptedToken":"\#(hex)"}"#
            ),
            Case(
                "twitch",
                "twitch",
                post(
                    #"{"challenge":"pogchamp-kappa-360noscope"}"#,
                    [("Twitch-Eventsub-Message-Type", "webhook_callback_verification")]
                ),
                "200 pogchamp-kappa-360noscope"
            ),
            Case("discord", "github", post(#"{"type":1,"id":"1"}"#), #"200 {"type":1}"#),
            Case("xero", "xero", post(#"{"events":[],"firstEventSequence":0}"#), "200 "),
            Case("line", "line", post(#"{"destination":"x","events":[]}"#), "200 "),
            Case(
                "base44",
                "github",
                post(#"{"type":"webhook.test.v1","data":{"challenge":"abc"}}"#),
                #"200 {"challenge":"abc"}"#
            ),
        ]
        for item in cases {
            #expect(try say(rule(item.preset), item.scheme, item.request, isSigned: true) == item.expected)
            // Arming opens nothing that the sender signs.
            #expect(try say(rule(item.preset), item.scheme, item.request, isArmed: true) == "none")
        }
        #expect(try say(rule("xero"), "xero", post(#"{"events":[{}]}"#), isSigned: true) == "none")
        #expect(try say(rule("discord"), post(#"{"type":2}"#), isSigned: true) == "none")
        #expect(try say(rule("slack"), "slack", post(#"{"type":"event_callback"}"#), isSigned: true) == "none")
    }

    @Test("A verify token has to be right, compared as a whole; the sender gets the status that it expects otherwise")
    func verifyToken() throws {
        let query = "/in?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
        let meta = try rule("meta", token: "meatyhamhock")
        #expect(try say(meta, get(query + "meatyhamhock")) == "200 1158201444")
        for wrong in ["", "meatyhamhoc", "meatyhamhock1", "MEATYHAMHOCK"] {
            #expect(try say(meta, get(query + wrong)) == "refused challenge.refused 403")
        }
        #expect(try say(meta, get(query + "meatyhamhock", method: "POST")) == "none")
        #expect(
            try say(meta, get("/in?hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=meatyhamhock"))
                == "none"
        )
        // A name that is there twice says nothing.
        #expect(
            try say(meta, get(query + "x&hub.verify_token=meatyhamhock")) == "refused challenge.refused 403"
        )
        #expect(try say(rule("meta"), get(query)) == "refused challenge.refused 403")
        let strava = try rule("strava", token: "tok")
        #expect(try say(strava, get(query + "tok")) == #"200 {"hub.challenge":"1158201444"}"#)
        let websub = try rule("websub", token: "https://hub.example/topic")
        let topic = "/in?hub.mode=unsubscribe&hub.challenge=abc&hub.topic=https%3A%2F%2Fhub.example%2Ftopic"
        #expect(try say(websub, get(topic)) == "200 abc")
        #expect(try say(websub, get(topic + "x")) == "refused challenge.refused 404")
        let fitbit = try rule("fitbit", token: "rightcode")
        #expect(try say(fitbit, get("/in?verify=rightcode")) == "204 ")
        #expect(try say(fitbit, get("/in?verify=wrongcode")) == "refused challenge.refused 404")
        let lark = try rule("lark", token: "vt")
        #expect(
            try say(lark, post(#"{"challenge":"c","token":"vt","type":"url_verification"}"#))
                == #"200 {"challenge":"c"}"#
        )
        let ebay = try rule("ebay", token: "ebay-verification-token-of-32-characters")
        let digest = SHA256.hash(
            Array("codeebay-verification-token-of-32-charactershttps://hooks.example.com/ebay".utf8).span
        )
        #expect(try say(ebay, get("/in?challenge_code=code")) == #"200 {"challengeResponse":"\#(digest.hex)"}"#)
    }

    @Test("An echo repeats a narrow token and nothing else")
    func echoes() throws {
        let cases: [Case] = [
            Case("dropbox", get("/in?challenge=abc-DEF_1.2~3%2B%2F%3D"), "200 abc-DEF_1.2~3+/="),
            Case("nylas", get("/in?challenge=n"), "200 n"), Case("onfleet", get("/in?check=c"), "200 c"),
            Case("lucca", get("/in?echo=e"), "200 e"),
            Case("adobe-io", get("/in?challenge=x"), #"200 {"challenge":"x"}"#),
            Case(
                "ms-graph",
                ComposedRequest(target: "/in?validationToken=Validation%3a+Testing+Request-Id%3a+6f"),
                "200 Validation: Testing Request-Id: 6f"
            ),
            Case("okta", get("/in", [("X-Okta-Verification-Challenge", "v")]), #"200 {"verification":"v"}"#),
            Case("worldline", get("/in", [("X-GCS-Webhooks-Endpoint-Verification", "w")]), "200 w"),
            Case(
                "smartsheet",
                post("{}", [("Smartsheet-Hook-Challenge", "s")]),
                #"200 {"smartsheetHookResponse":"s"} Smartsheet-Hook-Response=s"#
            ),
            Case("ringcentral", post("{}", [("Validation-Token", "r")]), "200  Validation-Token=r"),
            Case("front", post("{}", [("X-Front-Challenge", "f")]), "200 f"),
            Case("head-200", get("/in", method: "HEAD"), "200 "),
            Case("inngest", get("/in"), #"200 {"has_signing_key":true}"#),
            Case("userhub", post(#"{"id": "<b>"}"#, target: "/in?action=challenge"), #"200 {"id": "<b>"}"#),
            Case("get-200", get("/in"), "200 "),
        ]
        for item in cases { #expect(try say(rule(item.preset), item.request) == item.expected) }
        for token in ["%3Cscript%3E", "%22", "a%0Ab", "%7B%7D", "caf%C3%A9", "", String(repeating: "a", count: 257)] {
            #expect(try say(rule("dropbox"), get("/in?challenge=\(token)")) == "refused challenge.refused")
        }
        #expect(try say(rule("dropbox"), get("/in?challenge=a&challenge=b")) == "none")
        #expect(try say(rule("dropbox"), get("/in")) == "none")
        #expect(try say(rule("dropbox", open: .armed), get("/in?challenge=a")) == "refused challenge.refused")
        #expect(try say(rule("dropbox", open: .armed), get("/in?challenge=a"), isArmed: true) == "200 a")
    }

    @Test("A body that is repeated is text of printable ASCII, of 256 bytes at most, and answered as such")
    func repeatedBody() throws {
        let target = "/in?action=challenge"
        guard case .answer(let answer) = try judge(rule("userhub"), "github", post("{}", target: target)) else {
            Issue.record("the body has to be repeated")
            return
        }
        #expect(answer.mediaType == .text)
        for body in ["", "a\nb", "caf\u{E9}", String(repeating: "a", count: 257)] {
            let verdict = try say(rule("userhub"), post(body, target: target))
            #expect(verdict == "refused challenge.refused", "\(body)")
        }
        #expect(try say(rule("userhub"), post("{}", target: "/in?action=event")) == "none")
        #expect(try say(rule("userhub"), post("{}")) == "none")
        #expect(try say(rule("userhub", open: .armed), post("{}", target: target)) == "refused challenge.refused")
    }

    @Test("A number is repeated as a number, and nothing else is one")
    func number() throws {
        let prelude = try rule("prelude", token: "vt")
        func target(_ challenge: String) -> String {
            "/in?event=activate&verification_token=vt&app_id=a&challenge=\(challenge)"
        }
        guard case .answer(let answer) = try judge(prelude, "github", get(target("1234567890"))) else {
            Issue.record("the number has to be repeated")
            return
        }
        #expect(answer.body == Array("1234567890".utf8))
        #expect(answer.mediaType == .json)
        #expect(try say(prelude, get(target("0"))) == "200 0")
        for token in ["-1", "1.5", "012", "1e3", "abc", "%221%22", ""] {
            #expect(try say(prelude, get(target(token))) == "refused challenge.refused", "\(token)")
        }
        let wrong = try rule("prelude", token: "other")
        #expect(try say(wrong, get(target("1"))) == "refused challenge.refused 403")
        #expect(try say(prelude, get("/in?event=other&verification_token=vt&challenge=1")) == "none")
    }

    @Test("A sealed handshake is opened with the source's secret, and one that is not for us is no handshake at all")
    func sealed() throws {
        let lark = try rule("lark", token: "vt")
        // Made by `openssl enc -aes-256-cbc` with SHA-256 of the secret, the vector being 00 to 0f.
        let start = "AAECAwQFBgcICQoLDA0OD7vCoCwnQ4536MSMSzIE3oqWk40TXwHjPKjGiuHMwr4s"
        let right = start + "XL8J9GwwJM1+yYY4EfUrmiH0R8HbSdEPCMpd4Ooj+2+tAX7kgSgEcJv59v8xCTBu"
        let wrong = start + "A/LF7qS8AbYdrz7UgodrFuHkso3zxPV3w6GyxpyHekh48uJOCAOWwQDBCISf4OFg"
        let event = "AAECAwQFBgcICQoLDA0OD68r0IAVXp5edzABVEN112h7wlp12f8KYajIxVY3AHlxLX0VumJtj2Cu8TFwKD1T/A=="
        func sealed(_ text: String) -> ComposedRequest { post(#"{"encrypt":"\#(text)"}"#) }
        #expect(try say(lark, "lark", sealed(right)) == #"200 {"challenge":"ajls384kdjx98XX"}"#)
        #expect(try say(lark, "lark", sealed(wrong)) == "refused challenge.refused 403")
        // What cannot be read gets no answer of its own, whatever is wrong with it: that would decipher messages.
        let text = Array(right.utf8)
        let decoded = Base64.decode(text.span)
        let bytes = try #require(decoded)
        for index in [0, 16, 40, bytes.count - 17, bytes.count - 1] {
            var changed = bytes
            changed[index] ^= 0x10
            #expect(try say(lark, "lark", sealed(Base64.encode(changed.span))) == "none", "\(index)")
        }
        let cut = [UInt8](bytes.dropLast())
        for other in [event, "", "AAAA", String(right.dropLast(4)), Base64.encode(cut.span), "%%%"] {
            #expect(try say(lark, "lark", sealed(other)) == "none", "\(other)")
        }
        #expect(try say(lark, "lark", post(#"{"encrypt":1}"#)) == "none")
        #expect(try say(lark, "lark", post(#"["encrypt"]"#)) == "none")
    }

    @Test("A callback URL is kept for the operator, and nobody is called")
    func callback() throws {
        let body = #"{"event":"webhook.verify","payload":{"callback":"https://wdc.xurrent.com/w/1/verify?code=a-b"}}"#
        let xurrent = try rule("xurrent")
        #expect(try say(xurrent, post(body)) == "refused challenge.refused")
        guard case .answer(let answer) = try judge(xurrent, "github", post(body), isArmed: true) else {
            Issue.record("the URL has to be kept")
            return
        }
        #expect(answer.secret == Array("https://wdc.xurrent.com/w/1/verify?code=a-b".utf8))
        #expect(answer.status == 200 && answer.body.isEmpty)
        #expect(try say(xurrent, post(#"{"event":"webhook.verify","payload":{}}"#), isArmed: true) == "none")
        #expect(try say(xurrent, post(#"{"event":"req.create"}"#), isArmed: true) == "none")
    }

    @Test("A registration is answered once it is signed, and says that nothing was registered here")
    func registration() throws {
        let inngest = try rule("inngest")
        let put = ComposedRequest(method: "PUT", target: "/in", fields: [], body: Array(#"{"url":"u"}"#.utf8))
        let answer = #"200 {"message":"Registered out of band","modified":false}"#
        #expect(try say(inngest, "inngest", put, isSigned: true) == answer)
        #expect(try say(inngest, "inngest", put, isArmed: true) == "none")
        #expect(try say(inngest, "inngest", post(#"{"ctx":{}}"#), isSigned: true) == "none")
    }

    @Test("What hands over a secret or asks for a MAC is answered in an armed window only")
    func armed() throws {
        let asana = post("", [("X-Hook-Secret", "b537207f20cbfa02357cf448134da559")])
        let proof = try mac("token-1")
        let code = Base64.encode(proof.span)
        let cases: [Case] = [
            Case("asana", "asana", asana, "200  X-Hook-Secret=b537207f20cbfa02357cf448134da559"),
            Case("keap", "github", asana, "200  X-Hook-Secret=b537207f20cbfa02357cf448134da559"),
            Case("notion", "notion", post(#"{"verification_token":"secret_tMrlL1qK5"}"#), "200 "),
            Case("monday", "github", post(#"{"challenge":"c"}"#), #"200 {"challenge":"c"}"#),
            Case(
                "event-grid",
                "github",
                post(
                    #"[{"eventType":"Microsoft.EventGrid.SubscriptionValidationEvent","data":{"validationCode":"5-1"}}]"#
                ),
                #"200 {"validationResponse":"5-1"}"#
            ),
            Case(
                "cloudevents",
                "github",
                get("/in", [("WebHook-Request-Origin", "eventemitter.example.com")], method: "OPTIONS"),
                "200  WebHook-Allowed-Origin=eventemitter.example.com"
            ),
            Case("twitter", "twitter", get("/in?crc_token=token-1"), #"200 {"response_token":"sha256=\#(code)"}"#),
            Case(
                "linkedin",
                "linkedin",
                get("/in?challengeCode=token-1"),
                #"200 {"challengeCode":"token-1","challengeResponse":"\#(try hex("token-1"))"}"#
            ),
            Case(
                "braintree",
                "braintree",
                get("/in?bt_challenge=20f9f8ed05f77439fe955c977e4c8a53"),
                "200 pk_1|\(try hex("20f9f8ed05f77439fe955c977e4c8a53", .sha1))"
            ),
        ]
        for item in cases {
            #expect(
                try say(rule(item.preset), item.scheme, item.request) == "refused challenge.refused",
                "\(item.preset)"
            )
            #expect(try say(rule(item.preset), item.scheme, item.request, isArmed: true) == item.expected)
        }
        guard case .answer(let answer) = try judge(rule("notion"), "notion", cases[2].request, isArmed: true) else {
            Issue.record("the token has to be kept")
            return
        }
        #expect(answer.secret == Array("secret_tMrlL1qK5".utf8))
    }

    @Test("No answer is ever the signature of a delivery")
    func oracles() throws {
        let open = try rule("twitter", open: .always)
        #expect(try say(open, "twitter", get("/in?crc_token=plain_token-1")).hasPrefix("200 "))
        // Texts that are JSON would be bodies: their answer is the signature that X would put on them.
        for token in ["123", "-1", "1e5", "true", "null", "0"] {
            for isArmed in [false, true] {
                let verdict = try say(open, "twitter", get("/in?crc_token=\(token)"), isArmed: isArmed)
                #expect(verdict == "refused challenge.refused", "\(token)")
            }
        }
        for token in ["%7B%22a%22%3A1%7D", "v0:1:x", "a.b", "a%20b", "%22x%22"] {
            #expect(
                try say(open, "twitter", get("/in?crc_token=\(token)"), isArmed: true)
                    == "refused challenge.refused"
            )
        }
        // The same for the token that is part of what Zoom signs: `v0:TIME:BODY`.
        let zoom = post(#"{"event":"endpoint.url_validation","payload":{"plainToken":"v0:1767225600:{}"}}"#)
        #expect(try say(rule("zoom"), "zoom", zoom, isSigned: true) == "refused challenge.refused")
        // Without JSON bodies every text could be a delivery.
        let opaque = try rule("twitter", open: .always, isJSON: false)
        #expect(try say(opaque, "twitter", get("/in?crc_token=abc")) == "refused challenge.refused")
    }

    @Test("Whether a handshake may be open always follows from what its scheme signs")
    func separation() throws {
        func isSeparable(_ preset: String, _ scheme: String, isJSON: Bool) throws -> Bool {
            guard case .scheme(let compiled, _) = try signature(scheme) else { return false }
            return ChallengeRule.isSeparable(try #require(ChallengePreset.named(preset)), compiled, isJSON: isJSON)
        }
        #expect(try isSeparable("twitter", "twitter", isJSON: true))
        #expect(try !isSeparable("twitter", "twitter", isJSON: false))
        #expect(try isSeparable("zoom", "zoom", isJSON: false))
        #expect(try !isSeparable("braintree", "braintree", isJSON: true))
        #expect(try isSeparable("dropbox", "braintree", isJSON: false))
    }

    @Test("Every handshake that a scheme names is known, and every known one is on the page")
    func complete() throws {
        for entry in SignatureCatalogue.entries {
            guard let name = entry.challenge else { continue }
            #expect(ChallengePreset.named(name) != nil, "\(entry.scheme.name): \(name)")
        }
        #expect(ChallengePreset.allNames.count == 43)
    }
}
