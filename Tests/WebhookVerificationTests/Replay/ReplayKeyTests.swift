import GatewayCrypto
import GatewayTestSupport
import Testing
import WebhookVerification

@Suite("ReplayKey")
struct ReplayKeyTests {
    private static func text(_ key: ReplayKey?) -> String {
        var bytes: [UInt8] = []
        key?.appendText(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test("text and bytes are the same key, 27 characters of base64url")
    func roundTrip() throws {
        let key = ReplayKey(high: 0x0123_4567_89ab_cdef, middle: 0xfedc_ba98_7654_3210, low: 0xdead_beef)
        let text = Array(Self.text(key).utf8)
        #expect(text.count == 27)
        #expect(ReplayKey(text: text.span) == key)
    }

    @Test(
        "anything but 27 characters with zero padding bits is no key",
        arguments: ["", "AAAA", "TKhxWH-FU658dl8KXs0BAGqFsAp", "TKhxWH+FU658dl8KXs0BAGqFsAo"]
    )
    func strictText(_ text: String) {
        let bytes = Array(text.utf8)
        #expect(ReplayKey(text: bytes.span) == nil)
    }

    @Test("the key is the published vector's", .enabled(if: SharedData.isAvailable, "needs ../shared"))
    func vector() throws {
        let key = (UInt8(0x80)...0x9f).map { $0 }
        let maker = try ReplayKeyMaker(secret: SecretBytes(key.span))
        let id = Array("msg_2KWPBgLlAfxdpx2AI54pPJ85f4W".utf8)
        let vectors = String(decoding: try SharedData.read("vectors/audit-and-keys.json"), as: UTF8.self)
        let text = Self.text(maker.key(source: "cms-prod", material: .id, data: id.span))
        #expect(vectors.contains("\"id msg_2KWPBgLlAfxdpx2AI54pPJ85f4W\": \"\(text)\""), "made \(text)")
        let content = SHA256.hash(Array(#"msg_2KWPBgLlAfxdpx2AI54pPJ85f4W.1674087231.{"a":1}"#.utf8).span)
        let named = content.withBytes { maker.key(source: "cms-prod", material: .content, data: $0) }
        #expect(Self.text(named) == "bpiKH-1_Ntb9sPUBtVpSPR1nQ48")
    }
}
