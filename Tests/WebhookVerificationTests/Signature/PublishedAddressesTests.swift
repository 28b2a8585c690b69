import Testing
import WebhookVerification

@Suite struct PublishedAddressesTests {
    @Test("Networks have their day, and a list that changes has its place alone")
    func catalogue() throws {
        let lists = SignatureCatalogue.entries.compactMap(\.addresses)
        #expect(lists.count >= 13)
        for list in lists { #expect(list.networks.isEmpty == (list.date == nil), "\(list.url)") }
        let stripe = try #require(SignatureCatalogue.entry(named: "stripe")?.addresses)
        #expect(stripe.date == "2026-05-15")
        #expect(stripe.networks.count == 15)
        #expect(stripe.networks.first?.text == "3.18.12.63/32")
        let github = try #require(SignatureCatalogue.entry(named: "github")?.addresses)
        #expect(github == (try PublishedAddresses(url: "https://api.github.com/meta", date: nil, networks: [])))
        #expect(SignatureCatalogue.entry(named: "slack")?.addresses == nil)
    }

    @Test(
        "A list that says more than it knows is refused with its place",
        arguments: [
            (#"{"url":"http://a.example"}"#, "addresses.url"), (#"{}"#, "addresses.url"),
            (#"{"url":"https://a.example","networks":["192.0.2.0/24"]}"#, "addresses.date"),
            (#"{"url":"https://a.example","date":"2026-05-15"}"#, "addresses.date"),
            (#"{"url":"https://a.example","date":"15.5.2026","networks":["192.0.2.0/24"]}"#, "addresses.date"),
            (#"{"url":"https://a.example","date":"2026-05-15","networks":["0.0.0.0/0"]}"#, "addresses.networks[0]"),
            (
                #"{"url":"https://a.example","date":"2026-05-15","networks":["::1","192.0.2.1/24"]}"#,
                "addresses.networks[1]"
            ),
            (
                #"{"url":"https://a.example","date":"2026-05-15","networks":["192.0.2.0/24","192.0.2.7"]}"#,
                "addresses.networks[1]"
            ),
            (#"{"url":"https://a.example","since":"2026-05-15"}"#, "addresses.since"),
        ]
    )
    func mistakes(text: String, field: String) {
        #expect {
            try SignatureCatalogue.read(Array(#"{"name":"a","addresses":\#(text)}"#.utf8))
        } throws: { error in
            (error as? SignatureSchemeMistake)?.field == field
        }
    }
}
