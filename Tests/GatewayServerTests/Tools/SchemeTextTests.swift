import GatewayServer
import Testing
import WebhookVerification

@Suite("SchemeText")
struct SchemeTextTests {
    @Test("every scheme of the catalogue comes back as it was")
    func roundTrip() throws {
        #expect(SignatureCatalogue.entries.count > 200)
        for entry in SignatureCatalogue.entries {
            let read = try SignatureCatalogue.read(SchemeText.json(entry))
            #expect(read.map(\.scheme) == [entry.scheme])
            #expect(read.map(\.aliases) == [entry.aliases])
            #expect(read.map(\.provider) == [entry.provider])
            #expect(read.map(\.eventType) == [entry.eventType])
            #expect(read.map(\.challenge) == [entry.challenge])
            #expect(read.map(\.addresses) == [entry.addresses])
            #expect(read.map(\.confidence) == [entry.confidence])
            #expect(read.map(\.source) == [entry.source])
        }
    }

    @Test("every member that differs from its default comes back, in the same words")
    func everyMember() throws {
        let text = #"""
            {"name":"a","aliases":["b","c"],"provider":"A","algorithm":"jwt",\#
            "key":{"encoding":"hex","strip":["k_"],"strip_word":"k-","suffix":"&","digest":"sha1","normalize":"nfkd",\#
            "id_from":"header:k"},\#
            "signature":{"from":["header:x"],"grammar":"pairs","prefixes":["a="],"item_separator":";",\#
            "key_value_separator":":","field":"v","positions":[],"encoding":"base64"},\#
            "content":[{"if":"query:a","text":"{body}"},"\n\""],\#
            "timestamp":{"from":"sig:t","unit":"ms","tolerance":null,"future":0,"optional":true},\#
            "require":[["{header:a}","b"]],"event_id":["header:i"],"event_type":"header:t",\#
            "url":"https://a.example","url_variants":"port",\#
            "signed_headers":{"list":"sig:h","separator":" ","line":"{value}","join":""},\#
            "jwt":{"from":"header:x","prefix":"Bearer ","algorithms":["HS256"],"leeway":1,"iat_max_age":5,\#
            "claims":{"a":"b","iss":"c"},"bind":[{"claim":"c","equals":"{body}","optional":true,"only_with_body":true}]},\#
            "message_signature":{"algorithm":"ed25519","components":["a"],"label":"l","tag":"t","max_age":null,\#
            "requires_expires":true,"requires_nonce":true},\#
            "settings":{"a":"b","c":"d"},"challenge":"websub",\#
            "addresses":{"url":"https://a.example/ips","date":"2026-05-15","networks":["192.0.2.0/24"]},"confidence":"repository","source":"s"}
            """#
        let entry = try #require(try SignatureCatalogue.read(Array(text.utf8)).first)
        #expect(String(decoding: SchemeText.json(entry), as: UTF8.self) == text)
    }
}
