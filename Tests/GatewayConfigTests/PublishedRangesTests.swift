import GatewayConfig
import Testing
import WebhookVerification

/// `preset@DAY` in an allow-list.
@Suite("Published ranges")
struct PublishedRangesTests {
    private func load(_ ips: String, scheme: String = "stripe") -> ConfigurationLoader.Result {
        ConfigurationSample.load(
            ConfigurationSample.withSource(
                """
                path: /hooks/cms
                allow: {ips: \(ips)}
                signature: {scheme: \(scheme), secret: env:CMS_SECRET}
                schema: none
                replay: {key: content, retry: identical, ttl: 7d}
                forward: {to: "http://127.0.0.1:3000/"}
                """
            )
        )
    }

    @Test(
        "The networks of that day and no others may deliver, alone or beside networks of one's own",
        arguments: [("[preset@2026-05-15]", 15), ("[preset@2026-05-15, 192.0.2.0/24]", 16)]
    )
    func expanded(ips: String, count: Int) throws {
        let result = load(ips)
        #expect(result.mistakes.map(\.description) == [])
        let configuration = try #require(result.configuration)
        guard case .networks(let networks) = try #require(configuration.sources.first).allow else {
            Issue.record("any address may deliver")
            return
        }
        #expect(networks.contains(try #require(IPAddress("3.18.12.63"))))
        #expect(!networks.contains(try #require(IPAddress("3.18.12.64"))))
        #expect(networks.contains(try #require(IPAddress("192.0.2.9"))) == (count == 16))
        #expect(configuration.origins.first?.networks?.count == count)
    }

    @Test(
        "A day that is missing or another one, and a sender without a list, are refused with what to do",
        arguments: [
            (
                "[preset]", "stripe",
                "7:19: the list of Stripe is that of 2026-05-15: compare it with https://stripe.com/files/ips/ips_webhooks.txt and write preset@2026-05-15"
            ),
            (
                "[preset@2025-10-19]", "stripe",
                "7:19: the list of Stripe is that of 2026-05-15: compare it with https://stripe.com/files/ips/ips_webhooks.txt and write preset@2026-05-15"
            ),
            (
                "[preset@2026-05-15]", "github",
                "7:19: the addresses of GitHub change; list those of https://api.github.com/meta"
            ),
            (
                "[preset]", "slack", "7:19: no addresses are known that Slack publishes; list the networks"
            ),
            ("[preset]", "body-hmac", "7:19: 'preset' needs the scheme of a known sender"),
            ("[preset@2026-05-15, 3.18.12.63]", "stripe", "7:38: '3.18.12.63/32' overlaps '3.18.12.63/32'"),
        ]
    )
    func mistakes(ips: String, scheme: String, mistake: String) {
        let texts = load(ips, scheme: scheme).mistakes.map(\.description)
        #expect(texts.contains("postern.yaml:\(mistake)"), "\(texts)")
    }
}
