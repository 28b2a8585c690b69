import GatewayServer
import Testing

@Suite("ExampleApplication")
struct ExampleApplicationTests {
    // HMAC-SHA256 of the bodies below under the key `Jefe`, by OpenSSL's command.
    private static let secret = Array("Jefe".utf8)
    private static let order = #"{"collection":"orders","operation":"create","data":{"id":"o1"}}"#
    private static let orderMAC = "74eaa35886ad116721abac561d1de414d7870ef64e700e0aea7a8bfd9422cbbe"
    private static let page = #"{"collection":"pages","operation":"create","data":{"id":"p1"}}"#
    private static let pageMAC = "6b93d97fefaa6f23d3b9055a6e2eac001cd8cf0d858c84809b666c8bb4a1bbcf"

    private let application = ExampleApplication(
        softwareSecret: secret,
        routes: [ExampleApplication.Route(path: "/w", sink: .booking, subject: .member("/id"))]
    )

    private func answer(
        _ body: String,
        mac: String,
        target: String = "/api/webhook",
        id: String = "r"
    ) -> HandlerResponse {
        application.answer(
            HandlerRequest(
                method: "POST",
                target: target,
                fields: [("x-webhook-signature", mac), ("x-request-id", id)],
                body: Array(body.utf8)
            )
        )
    }

    @Test("a signed event of a known collection has its effect once for each delivery")
    func knownCollection() {
        let response = answer(Self.order, mac: Self.orderMAC)
        #expect(response.status == 200)
        #expect(response.body == #"{"success":true,"message":"Webhook processed successfully"}"#)
        let effect = EffectLedger.Effect(.notification, "orders.create o1")
        #expect(application.ledger.all == [effect: 1])
        _ = answer(Self.order, mac: Self.orderMAC)
        #expect(application.ledger.all == [effect: 2])
    }

    @Test("a signed event of an unknown collection has none")
    func unknownCollection() {
        let response = answer(Self.page, mac: Self.pageMAC)
        #expect(response.status == 400)
        #expect(response.body == #"{"success":false,"error":"Invalid webhook event"}"#)
        #expect(application.ledger.all.isEmpty)
    }

    @Test(
        "the application's own check refuses other bytes, no hexadecimal digits and no signature",
        arguments: [pageMAC, "zz", ""]
    )
    func ownCheck(_ mac: String) {
        #expect(answer(Self.order, mac: mac).status == 401)
        #expect(application.ledger.all.isEmpty)
    }

    @Test("other senders' routes take the subject out of the payload; other paths are not found")
    func routes() {
        #expect(answer(#"{"id":"evt_1"}"#, mac: "", target: "/w").status == 200)
        #expect(answer(#"{"name":"evt_1"}"#, mac: "", target: "/w").status == 400)
        #expect(answer("{}", mac: "", target: "/x").status == 404)
        #expect(application.ledger.all == [EffectLedger.Effect(.booking, "evt_1"): 1])
    }

    @Test("every request is noted under the id that the gateway gave it")
    func arrivals() {
        _ = answer("{}", mac: "", target: "/x", id: "a")
        _ = answer("{}", mac: "", target: "/x", id: "a")
        #expect(application.arrivals.count == 1)
        #expect(application.arrivals["a"]?.count == 2)
        #expect(application.arrivals["a"]?.body == Array("{}".utf8))
    }
}
