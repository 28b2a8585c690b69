import GatewayConfig
import StrictJSON
import Testing
import WebhookVerification

/// What valid settings mean.
@Suite("Values")
struct ValueTests {
    private func load(_ text: String) throws -> GatewayConfiguration {
        let result = ConfigurationSample.load(text)
        try #require(result.mistakes.map(\.description) == [])
        return try #require(result.configuration)
    }

    private func source(_ changes: [String: String?]) throws -> Source {
        try #require(try load(ConfigurationSample.source(changes)).sources.first)
    }

    @Test("a file that says little gets the defaults of the contract")
    func defaults() throws {
        let configuration = try load(ConfigurationSample.source([:]))
        let limits = configuration.limits
        #expect(limits == Limits())
        #expect(limits.body == 1 << 20 && limits.header == 16 << 10 && limits.headerFields == 100)
        #expect(limits.target == 4 << 10 && limits.headerTimeout == 10_000 && limits.requestTimeout == 30_000)
        #expect(limits.handshakeTimeout == 10_000 && limits.idleTimeout == 60_000 && limits.keysPerSource == 5)
        #expect(limits.jsonDepth == 64 && limits.jsonMembers == 10_000 && limits.jsonValues == 100_000)
        #expect(limits.jsonDigits == 64 && limits.jsonExponent == 400 && limits.jsonName == 1 << 10)
        #expect(limits.forwardedElements == 32 && limits.forwardedBytes == 4 << 10)
        #expect(configuration.admin == nil)
        #expect(configuration.replay.maxEntries == 1_000_000)
        #expect(configuration.audit.durability == .sync && configuration.audit.deadline == 1_000)
        #expect(configuration.audit.directory == "./audit" && configuration.audit.node == "node-1")
        #expect(configuration.telemetry.logLevel == .info && configuration.telemetry.servesMetrics)
        let listener = try #require(configuration.listeners.first)
        #expect(listener.endpoint.description == "127.0.0.1:8080" && listener.tls == nil)
        #expect(listener.trustedProxies.isEmpty && listener.proxyProtocolPeers == nil)
        let upstream = try #require(configuration.upstreams.first)
        #expect(upstream.connectTimeout == 2_000 && upstream.firstByteTimeout == 10_000 && upstream.deadline == 30_000)
        #expect(upstream.responseLimit == 1 << 20 && upstream.outboundKey == nil && upstream.name == "cms")
        #expect(upstream.completion.contains(200) && upstream.completion.contains(299))
        #expect(!upstream.completion.contains(199) && !upstream.completion.contains(302))
    }

    @Test("every limit can be set, and lands in its own field")
    func everyLimit() throws {
        var lines = "limits:\n"
        var expected = Limits()
        for (prefix, table) in [("  ", Limits.table), ("    ", Limits.jsonTable)] {
            if prefix.count == 4 { lines += "  json:\n" }
            for row in table {
                let value = row.range.upperBound
                switch row.unit {
                case .bytes: lines += "\(prefix)\(row.name): \(Units.text(bytes: value))\n"
                case .milliseconds: lines += "\(prefix)\(row.name): \(Units.text(milliseconds: Int64(value)))\n"
                case .count: lines += "\(prefix)\(row.name): \(value)\n"
                }
                expected[row] = value
            }
        }
        let text = ConfigurationSample.source([:]) + lines
        #expect(try load(text).limits == expected)
        #expect(Limits.table.allSatisfy { $0.range.contains($0.standard) })
        #expect(Limits.jsonTable.allSatisfy { $0.range.contains($0.standard) })
    }

    @Test("the digest is the start of SHA-256 of the file's bytes")
    func digest() throws {
        let one = try load(ConfigurationSample.source([:]))
        let other = try load(ConfigurationSample.source([:]) + "# a remark\n")
        #expect(one.digest.count == 16 && one.digest.allSatisfy { $0.isHexDigit && !$0.isUppercase })
        #expect(one.digest != other.digest)
    }

    @Test("the 01software preset fills in what is not said")
    func preset01software() throws {
        let source = try source([:])
        guard case .scheme(let scheme, let keys) = source.signature else {
            Issue.record("no scheme")
            return
        }
        #expect(
            scheme.scheme.signature.from == ["header:x-webhook-signature"] && scheme.scheme.signature.encoding == "hex"
        )
        #expect(keys.map(\.id.text) == ["k1"] && keys.map(\.state) == [.live])
        let rule = try #require(source.timestamp)
        guard case .body(let pointer, .rfc3339) = rule.place else {
            Issue.record("no time in the body")
            return
        }
        #expect(pointer.description == "/timestamp" && rule.meaning == .event && !rule.isRequired)
        #expect(rule.maxAge == 72 * 3600 && rule.maxFuture == 60)
        guard case .on(let replay) = source.replay, case .content = replay.key else {
            Issue.record("no replay")
            return
        }
        #expect(replay.retryForm == .identical && replay.ttl == 7 * 86_400)
        guard case .json(let policy) = source.payload.form else {
            Issue.record("not JSON")
            return
        }
        #expect(policy.prototypeMembers == .refuse && policy.numbers == .exact)
        guard case .compiled = source.payload.schema else {
            Issue.record("no schema")
            return
        }
        #expect(source.payload.eventType?.parts.count == 3)
        #expect(source.content.methods == [Array("POST".utf8)])
        #expect(source.content.mediaTypes == [Array("application/json".utf8)])
        #expect(source.content.coding == .refuse && source.content.query == .drop)
        #expect(source.responses == .json && source.shadow.isEmpty && source.statusOverrides.isEmpty)
    }

    @Test(
        "the encoding of 01software's signature is one configured value",
        arguments: [("hex", "hex", [String]()), ("sha256=hex", "hex", ["sha256="]), ("base64", "base64", [])]
    )
    func encodings(written: String, encoding: String, prefixes: [String]) throws {
        let source = try source(["signature": "{secret: env:CMS_SECRET, encoding: \(written)}"])
        guard case .scheme(let scheme, _) = source.signature else {
            Issue.record("no scheme")
            return
        }
        #expect(scheme.scheme.signature.encoding == encoding && scheme.scheme.signature.prefixes == prefixes)
    }

    @Test(
        "presets know how their senders repeat and which header fields their handlers need",
        arguments: [
            ("standard", "id", ReplayRule.Protection.RetryForm.resigned, Int64(26 * 3600), "webhook-id"),
            ("stripe", "/id", .resigned, 26 * 3600, "stripe-signature"),
            ("slack", "/event_id", .resigned, 26 * 3600, "x-slack-request-timestamp"),
            ("github", "content", .identical, 7 * 86_400, "x-github-event"),
            ("shopify", "content", .identical, 7 * 86_400, "x-shopify-topic"),
            ("gitlab", "id", .resigned, 26 * 3600, "x-gitlab-event"),
        ] as [(String, String, ReplayRule.Protection.RetryForm, Int64, String)]
    )
    func presets(
        name: String,
        key: String,
        retry: ReplayRule.Protection.RetryForm,
        ttl: Int64,
        header: String
    ) throws {
        let secret = ["standard", "gitlab"].contains(name) ? "env:WHSEC" : "env:CMS_SECRET"
        let configuration = try load(
            ConfigurationSample.source(["preset": name, "signature": "{secret: \(secret)}", "schema": "none"])
        )
        let source = try #require(configuration.sources.first)
        guard case .on(let replay) = source.replay else {
            Issue.record("no replay")
            return
        }
        switch replay.key {
        case .content: #expect(key == "content")
        case .signedID: #expect(key == "id")
        case .body(let pointer): #expect(pointer.description == key)
        }
        #expect(replay.retryForm == retry && replay.ttl == ttl)
        #expect(try #require(configuration.upstreams.first).headers.map(\.text).contains(header))
        #expect((source.timestamp == nil) == (retry == .identical))
        if let rule = source.timestamp {
            #expect(rule.maxAge == 300 && rule.maxFuture == 60 && rule.meaning == .attempt && rule.isRequired)
        }
    }

    @Test("every preset has its scheme in the catalogue, and other schemes of the catalogue can be named")
    func catalogueSchemes() throws {
        for name in ConfigurationTemplates.presets { #expect(SignatureCatalogue.scheme(named: name)?.name == name) }
        let source = try source([
            "signature": "{scheme: razorpay, secret: env:CMS_SECRET}", "preset": nil, "schema": "none",
            "replay": "{key: content, retry: identical, ttl: 7d}",
        ])
        guard case .scheme(let scheme, _) = source.signature else {
            Issue.record("no scheme")
            return
        }
        #expect(scheme.scheme.signature.from == ["header:x-razorpay-signature"])
    }

    @Test("header fields are the preset's and the configured ones, in order and lower case")
    func headers() throws {
        let text = ConfigurationSample.source(["forward": "{to: \"http://a/\", headers: [X-Tenant, Authorization]}"])
        let names = try #require(try load(text).upstreams.first).headers.map(\.text)
        #expect(names == ["authorization", "content-type", "user-agent", "x-tenant", "x-webhook-signature"])
    }

    @Test("a body that is forwarded coded keeps its content-encoding")
    func codedBodies() throws {
        let text = ConfigurationSample.source([
            "preset": "github", "coding": "forward", "payload": "{form: opaque}", "schema": "none",
        ])
        let configuration = try load(text)
        #expect(configuration.upstreams.first?.headers.map(\.text).contains("content-encoding") == true)
        #expect(configuration.sources.first?.content.coding == .forward)
    }

    @Test("forward rules keep their order, share upstreams with the same targets, and fall back as written")
    func forwardRules() throws {
        let rules = """
            {rules: [{when: {/collection: orders, /operation: [create, 5, true]}, to: "http://a/"},
            {when: {/collection: b}, to: ["http://b/", "http://c/"], schema: "builtin:standard"},
            {when: {/x: z}, to: "http://a/"}], otherwise: "http://d/"}
            """.replacing("\n", with: " ")
        let configuration = try load(ConfigurationSample.source(["forward": rules]))
        let forward = try #require(configuration.sources.first).forward
        #expect(forward.rules.map(\.upstream) == [0, 1, 0] && forward.otherwise == .upstream(2))
        let first = try #require(forward.rules.first)
        #expect(first.conditions.map(\.pointer.description) == ["/collection", "/operation"])
        #expect(first.conditions.last?.values == [Array("create".utf8), Array("5".utf8), Array("true".utf8)])
        #expect(forward.rules.map { $0.schema != nil } == [false, true, false])
        #expect(configuration.upstreams.map(\.name) == ["cms", "cms#1", "cms#2"])
        #expect(
            configuration.upstreams.map { $0.targets.map(\.description) } == [
                ["http://a/"], ["http://b/", "http://c/"], ["http://d/"],
            ]
        )
    }

    @Test("without otherwise a payload that no rule matches is denied")
    func denies() throws {
        let source = try source(["forward": "{rules: [{when: {/x: z}, to: \"http://a/\"}]}"])
        #expect(source.forward.otherwise == .deny)
    }

    @Test("several keys keep their ids and states")
    func severalKeys() throws {
        let keys =
            "{keys: [{id: new, secret: env:CMS_SECRET}, {id: old, secret: env:OTHER_SECRET, state: retiring, sender_id: s1}]}"
        guard case .scheme(_, let signing) = try source(["signature": keys]).signature else {
            Issue.record("no scheme")
            return
        }
        #expect(signing.map(\.id.text) == ["new", "old"] && signing.map(\.state) == [.live, .retiring])
        #expect(signing.map(\.senderKeyID) == [nil, "s1"])
    }

    @Test("what an operator writes for a source is what it means")
    func writtenSource() throws {
        let source = try source([
            "host": "Hooks.Example.COM:443", "responses": "text",
            "statuses": "{address.denied: 401, signature.mismatch: 403}",
            "query": "forward", "limits": "{body: 64KiB}", "shadow": "[payload]",
            "audit": "{fields: {/b: plain, /a: plain}}",
            "event": "{id: /data/id, allow: [\"orders.*\"]}", "timestamp": "none",
            "replay": "{off: \"the handler is idempotent\"}",
        ])
        #expect(source.route == Route(host: Array("hooks.example.com".utf8), path: Array("/hooks/cms".utf8)))
        #expect(source.responses == .text && source.statusOverrides == [.addressDenied: 401, .signatureMismatch: 403])
        #expect(source.content.query == .forward && source.content.bodyLimit == 64 << 10 && source.shadow == [.payload])
        #expect(source.audit.fields.map { String(decoding: $0.name, as: UTF8.self) } == ["/a", "/b"])
        #expect(source.payload.eventID?.description == "/data/id")
        #expect(source.payload.allowedEvents == [EventPattern("orders.*")])
        #expect(source.timestamp == nil)
        guard case .off(let reason) = source.replay else {
            Issue.record("replay is on")
            return
        }
        #expect(reason == "the handler is idempotent")
    }

    @Test("nothing signed needs a reason and keeps it")
    func unsigned() throws {
        let source = try source([
            "preset": nil, "schema": "none", "signature": "{scheme: none, reason: \"own network\"}",
            "replay": "{off: \"may repeat\"}",
        ])
        guard case .none(let reason) = source.signature else {
            Issue.record("signed")
            return
        }
        #expect(reason == "own network" && source.timestamp == nil)
    }

    @Test(
        "references are replaced in scalars, with the shell's meaning of a default",
        arguments: [
            ("${env:CMS_PATH:-/hooks/other}", "/hooks/other"), ("/hooks/${env:EMPTY:-x}", "/hooks/x"),
            ("/${env:WEAK_SECRET}", "/only-20-bytes-is-ok-"), ("/a${env:EMPTY}b", "/ab"),
        ]
    )
    func references(written: String, path: String) throws {
        var environment = ConfigurationSample.environment
        environment["EMPTY"] = ""
        let text = ConfigurationSample.source(["path": "\"\(written)\""])
        let result = ConfigurationLoader.load(bytes: Array(text.utf8), file: "p.yaml", environment: environment)
        #expect(result.mistakes.map(\.description) == [])
        #expect(result.configuration?.sources.first?.route.path == Array(path.utf8))
    }

    @Test(
        "references that stand for nothing are mistakes",
        arguments: [
            ("${env:NOT_SET}", "the environment variable 'NOT_SET' is not set"),
            ("${env:9}", "'9' is not the name of an environment variable"),
            ("${file:nowhere}", "the file 'nowhere' does not exist"),
            ("${env:X", "'${' without '}'"),
            (
                "${vault:x}",
                "'${vault:x}' is no reference; there are ${env:NAME}, ${env:NAME:-default} and ${file:/path}"
            ),
        ]
    )
    func brokenReferences(written: String, text: String) {
        let result = ConfigurationSample.load(ConfigurationSample.source(["host": "\"\(written)\""]))
        #expect(result.mistakes.first?.text == text)
        #expect(result.configuration == nil)
    }

    @Test(
        "what loads and should not stay is a warning",
        arguments: [
            (
                "allow", "{ips: any}",
                [
                    "8:5: source 'cms' has neither a required timestamp nor an allow-list: a captured delivery can be sent again once it is forgotten"
                ]
            ),
            ("signature", "{secret: env:WEAK_SECRET}", ["9:25: 'secret': the secret is shorter than 24 bytes"]),
            (
                "signature", "{secret: env:CMS_SECRET, alg: hmac-sha1}",
                ["9:46: 'alg': hmac-sha1 is weak: use it only where the sender offers no other"]
            ),
            (
                "shadow", "[address, signature-is-not-enforced]",
                [
                    "11:14: the check 'address' of source 'cms' is in shadow: it refuses nothing",
                    "11:23: the check 'signature' of source 'cms' is in shadow: it refuses nothing",
                ]
            ),
        ]
    )
    func warnings(key: String, value: String, expected: [String]) {
        let result = ConfigurationSample.load(ConfigurationSample.source([key: value]))
        #expect(result.mistakes == [])
        #expect(result.warnings.map { "\($0.line):\($0.column): \($0.text)" } == expected)
    }
}

extension Limits {
    fileprivate subscript(row: Row) -> Int {
        get { self[keyPath: row.field] }
        set { self[keyPath: row.field] = newValue }
    }
}
