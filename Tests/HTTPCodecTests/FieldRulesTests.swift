import HTTPCodec
import NIOCore
import Testing

@Suite("Rules for field names")
struct FieldRulesTests {
    /// The name, and the spellings of it that a lenient reader takes for the same.
    private func spellings(_ name: String) -> [String] {
        [name, name.lowercased(), name.uppercased(), String(name.map { $0 == "-" ? "_" : $0 })]
    }

    @Test(
        "R-FWD-06: hop-by-hop fields never pass, in any spelling",
        arguments: [
            "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "Proxy-Status",
            "TE", "Trailer",
            "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
        ]
    )
    func hopByHop(name: String) {
        for spelling in spellings(name) {
            #expect(withSpan(spelling, FieldRules.isHopByHop), "\(spelling)")
            #expect(withSpan(spelling, FieldRules.isNeverForwardedUpstream), "\(spelling)")
            #expect(withSpan(spelling, FieldRules.isDroppedFromResponse), "\(spelling)")
        }
    }

    @Test(
        "R-FWD-04: fields that the gateway adds are never taken from outside, in any spelling",
        arguments: [
            "X-Request-Id", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Forwarded-Anything",
            "Idempotency-Key", "Postern-Source",
            "Postern-Key-Id", "Postern-Attempt", "Postern-Verified", "Postern-New", "Forwarded", "X-Real-IP", "Via",
        ]
    )
    func owned(name: String) {
        for spelling in spellings(name) {
            #expect(withSpan(spelling, FieldRules.isOwned), "\(spelling)")
            #expect(withSpan(spelling, FieldRules.isNeverForwardedUpstream), "\(spelling)")
            #expect(withSpan(spelling, FieldRules.isProtectedFromNomination), "\(spelling)")
        }
    }

    @Test("Fields the gateway computes never pass upstream")
    func computed() {
        for name in ["Host", "Content-Length", "content_length", "Expect"] {
            #expect(withSpan(name, FieldRules.isNeverForwardedUpstream), "\(name)")
        }
    }

    @Test("Ordinary fields pass, and so do names that only resemble a rule's")
    func ordinary() {
        let names = [
            "Content-Type", "User-Agent", "X-Hub-Signature-256", "webhook-id", "Connectio", "Connections", "Proxy",
            "X-Proxy-A", "Postern",
            "X-Postern-A", "X-Forwarded", "Request-Id", "T", "TEE", "Viaa", "", "-", "Hostt",
        ]
        for name in names {
            #expect(!withSpan(name, FieldRules.isHopByHop), "\(name)")
            #expect(!withSpan(name, FieldRules.isOwned), "\(name)")
            #expect(!withSpan(name, FieldRules.isNeverForwardedUpstream), "\(name)")
            #expect(!withSpan(name, FieldRules.isDroppedFromResponse), "\(name)")
        }
    }

    @Test("R-FWD-15: cookies and the gateway's own fields are kept from the sender")
    func responses() {
        for name in [
            "Set-Cookie", "set_cookie", "Set-Cookie2", "Content-Length", "Date", "Server", "Via", "Postern-Duplicate",
        ] {
            #expect(withSpan(name, FieldRules.isDroppedFromResponse), "\(name)")
        }
        #expect(!withSpan("Location", FieldRules.isDroppedFromResponse))
    }
}

@Suite("Causes of refusals")
struct HTTPRefusalTests {
    @Test("Every cause has a text of its own and a status of the contract")
    func details() {
        var seen = Set<String>()
        for cause in HTTPRefusal.allCases {
            #expect(seen.insert("\(cause.detail)").inserted, "\(cause)")
            #expect(cause.detail.utf8CodeUnitCount < 60)
        }
        let answers = HTTPRefusal.Reason.allCases.map { "\($0.status) \($0.code)" }
        #expect(
            answers == [
                "400 http.framing", "501 http.transfer_coding", "505 http.version", "431 http.head_too_large",
                "414 http.target_too_long",
                "413 size.too_large", "411 http.length_required", "417 http.expect",
            ]
        )
    }
}
