import GatewayCrypto
import StrictJSON
import Testing
import WebhookVerification

/// Bodies in which every item is signed by itself, as Adyen sends them.
@Suite struct SignedItemsTests {
    private static let key = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"

    private func bench() throws -> SignatureBench {
        let scheme = try SignatureBench.scheme("adyen-payments")
        return try SignatureBench(scheme, keys: [try SignatureBench.key("k1", Self.key, scheme)])
    }

    /// An item, signed by hand: the scheme's text is put together here and not by the code under test.
    private func item(
        _ reference: String,
        amount: Int,
        signedAmount: Int? = nil,
        key: String = Self.key
    ) throws -> String {
        let content = "\(reference)::TestMerchant:order-1:\(signedAmount ?? amount):EUR:AUTHORISATION:true"
        let keyText = Array(key.utf8)
        let decoded = Hex.decode(keyText.span)
        let keyBytes = try #require(decoded)
        let message = Array(content.utf8)
        let mac = try HMACContext.mac(.sha256, key: keyBytes.span, message: message.span)
        return """
            {"NotificationRequestItem":{"pspReference":"\(reference)","merchantAccountCode":"TestMerchant",\
            "merchantReference":"order-1","amount":{"value":\(amount),"currency":"EUR"},"eventCode":"AUTHORISATION",\
            "success":"true","additionalData":{"hmacSignature":"\(Base64.encode(mac.span))"}}}
            """
    }

    private func request(_ items: [String]) -> ComposedRequest {
        ComposedRequest(body: Array(#"{"live":"false","notificationItems":[\#(items.joined(separator: ","))]}"#.utf8))
    }

    @Test("All items have to hold: one that was changed, has no signature or is none refuses them all")
    func everyItem() throws {
        let bench = try bench()
        let items = [try item("A1", amount: 1), try item("A2", amount: 2), try item("A3", amount: 3)]
        #expect(bench.refusal(request(items)) == nil)
        #expect(bench.refusal(request([items[1]])) == nil)
        for place in 0..<3 {
            var changed = items
            changed[place] = try item("A1", amount: 9, signedAmount: 1)
            #expect(bench.refusal(request(changed)) == .init(.signatureMismatch), "\(place)")
            changed[place] = try item("A1", amount: 1, key: String(Self.key.reversed()))
            #expect(bench.refusal(request(changed)) == .init(.signatureMismatch), "\(place)")
            changed[place] = #"{"NotificationRequestItem":{"pspReference":"A1"}}"#
            #expect(bench.refusal(request(changed)) == .init(.missingSignature), "\(place)")
            for nothing in ["{}", "null", "[]", "1"] {
                changed[place] = nothing
                #expect(bench.refusal(request(changed)) == .init(.missingSignature), "\(place) \(nothing)")
            }
            changed[place] = items[place].replacing("hmacSignature\":\"", with: "hmacSignature\":\"!")
            #expect(bench.refusal(request(changed)) == .init(.malformedSignature), "\(place)")
        }
        #expect(bench.refusal(request([])) == .init(.missingSignature))
    }

    @Test("At most 32 items are looked at")
    func limit() throws {
        let bench = try bench()
        let items = try (1...33).map { try item("A\($0)", amount: $0) }
        #expect(bench.refusal(request(Array(items.prefix(32)))) == nil)
        #expect(bench.refusal(request(items)) == .init(.tooManySignatures))
    }

    @Test("The replay key is that of all items in their order, and of the one where there is one")
    func digest() throws {
        let bench = try bench()
        let (first, second) = (try item("A1", amount: 1), try item("A2", amount: 2))
        let one = try #require(bench.match(request([first]))).contentDigest
        let both = try #require(bench.match(request([first, second]))).contentDigest
        let turned = try #require(bench.match(request([second, first]))).contentDigest
        #expect(Set([one, both, turned]).count == 3)
        #expect(one == SHA256.hash(Array("A1::TestMerchant:order-1:1:EUR:AUTHORISATION:true".utf8).span))
        #expect(try #require(bench.match(request([first, second]))).contentDigest == both)
    }

    @Test("A request with several items is signed item by item")
    func signing() throws {
        let bench = try bench()
        let body = #"""
            {"notificationItems":[{"NotificationRequestItem":{"pspReference":"A1"}},
            {"NotificationRequestItem":{"pspReference":"A2","amount":{"value":2}}}]}
            """#
        let signed = try bench.signed(body: body, secret: Self.key)
        #expect(bench.refusal(signed) == nil)
        let text = String(decoding: signed.body, as: UTF8.self)
        #expect(
            bench.refusal(signed.withBody(Array(text.replacing("A2", with: "A3").utf8))) == .init(.signatureMismatch)
        )
    }

    @Test(
        "A list whose elements could do without a signature of their own is refused",
        arguments: [
            ("notificationItems", "a JSON Pointer that starts with / is expected"),
            ("/other", "the signature has to stand in element 0 of /other, and with it in every other"),
            ("/items", "nothing of element 0 of /items is signed"),
        ]
    )
    func mistakes(each: String, text: String) throws {
        var scheme = SignatureScheme(name: "a", algorithm: "hmac-sha256")
        scheme.signature.from = ["json:/items/0/signature"]
        scheme.content = [SignatureScheme.ContentSegment("{json:/id}")]
        scheme.each = each
        #expect {
            try CompiledSignatureScheme(scheme)
        } throws: { error in
            (error as? SignatureSchemeMistakes)?.mistakes == [SignatureSchemeMistake("each", text)]
        }
    }
}
