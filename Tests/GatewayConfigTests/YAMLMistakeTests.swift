import GatewayConfig
import Testing
import WebhookVerification

@Suite("What is not a readable file")
struct YAMLMistakeTests {
    private func mistakes(_ text: String) -> [String] {
        ConfigurationSample.load(text).mistakes.map(\.description)
    }

    @Test(
        "the reader refuses what two readers could see differently, with its place",
        arguments: [
            ("", ["postern.yaml:1:1: the file is empty"]),
            ("# nothing\n", ["postern.yaml:1:1: the file is empty"]),
            ("a: [1, 2\nb: 3\n", ["postern.yaml:2:2: not valid YAML: did not find expected ',' or ']'"]),
            ("a: 1\n\tb: 2\n", ["postern.yaml:2:1: not valid YAML: found a tab character that violates indentation"]),
            ("a: *nowhere\n", ["postern.yaml:1:4: not valid YAML: found undefined alias"]),
            ("version: 1\n---\nversion: 1\n", ["postern.yaml:2:1: not valid YAML: but found another document"]),
            ("\u{FEFF}version: 1\n", ["postern.yaml:1:1: the file starts with a byte order mark"]),
            ("just text\n", ["postern.yaml:1:1: the configuration has to be a mapping, found 'just text'"]),
            ("- a\n", ["postern.yaml:1:1: the configuration has to be a mapping, found a list"]),
            (String(repeating: "[", count: 300), ["postern.yaml:1:1: values nest more than 32 deep"]),
        ]
    )
    func unreadable(text: String, expected: [String]) {
        #expect(mistakes(text) == expected)
    }

    @Test("bytes that are not UTF-8 and files over 1 MiB are refused")
    func refusesBytes() {
        func first(_ bytes: [UInt8]) -> String? {
            ConfigurationLoader.load(bytes: bytes, file: "p.yaml", environment: [:]).mistakes.first?.description
        }
        #expect(first([0x61, 0x3A, 0xFF]) == "p.yaml:1:1: the file is not UTF-8")
        #expect(first(Array(repeating: 0x23, count: (1 << 20) + 1)) == "p.yaml:1:1: the file is larger than 1MiB")
    }

    @Test("every duplicate key of the file is reported at its later place, beside all other mistakes")
    func reportsDuplicates() {
        let text = """
            version: 1
            listen:
              - address: "127.0.0.1:8080"
                address: "127.0.0.1:8081"
            "version": 1
            sources:
              cms: {path: /a, path: /b, 'path': /c, tolerence: 5s}
            audit: {dir: a, origin: gw.example.com/audit}
            """
        #expect(
            mistakes(text) == [
                "postern.yaml:4:5: duplicate key 'address' (first at line 3)",
                "postern.yaml:5:1: duplicate key 'version' (first at line 1)",
                "postern.yaml:7:8: 'allow' is missing",
                "postern.yaml:7:8: 'forward' is missing",
                "postern.yaml:7:8: 'signature' is missing; nothing signed has to be written as {scheme: none, reason: \"…\"}",
                "postern.yaml:7:8: 'replay' is missing; write for example {key: content, retry: identical, ttl: 7d} or {off: \"reason\"}",
                "postern.yaml:7:8: 'schema' is missing; write a file, builtin:NAME, or none",
                "postern.yaml:7:19: duplicate key 'path' (first at line 7)",
                "postern.yaml:7:29: duplicate key 'path' (first at line 7)",
                "postern.yaml:7:41: unknown key 'tolerence'",
            ]
        )
    }

    @Test("columns count characters, also behind text that is not ASCII")
    func countsCharacters() {
        #expect(
            mistakes("{\"größe\": 1, \"größe\": 2}").contains(
                "postern.yaml:1:14: duplicate key 'größe' (first at line 1)"
            )
        )
    }

    @Test("tags and merge keys are refused, aliases stand for whole values")
    func refusesTags() {
        let tagged =
            ConfigurationSample.head.replacing("version: 1", with: "version: !!int 1") + ConfigurationSample.source
        #expect(
            mistakes(tagged) == ["postern.yaml:1:10: tags ('!…') are not supported; quotes make text of any value"]
        )
        let merged = ConfigurationSample.source([:]) + "    <<: {host: a.example.com}\n"
        #expect(
            mistakes(merged) == [
                "postern.yaml:11:5: merge keys ('<<') are not supported; use an alias for the whole value"
            ]
        )
        let aliased = ConfigurationSample.head.replacing("listen:", with: "listen: &l") + ConfigurationSample.source
        #expect(mistakes(aliased) == [])
    }

    @Test("a hundred aliases are accepted, one more is not, and aliases of aliases end the reading")
    func limitsAliases() {
        func file(_ count: Int) -> String {
            let list = ["&a 203.0.113.0/24"] + Array(repeating: "*a", count: count)
            return ConfigurationSample.source(["allow": "{ips: [\(list.joined(separator: ", "))]}"])
        }
        #expect(mistakes(file(100)) == ["postern.yaml:8:19: '203.0.113.0/24' overlaps '203.0.113.0/24'"])
        #expect(mistakes(file(101)) == ["postern.yaml:8:19: more than 100 aliases ('*a')"])
        var bomb = "a: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...12 {
            bomb +=
                "b\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
                + "]\n"
        }
        #expect(mistakes(bomb).contains { $0.contains("more than 100 aliases") })
        // The same with one name that is given anew on every level.
        var shadowing = "a: &a [x, x]\n"
        for level in 1...40 { shadowing += "b\(level): &a [*a, *a]\n" }
        #expect(mistakes(shadowing).contains { $0.contains("more than 100 aliases") })
    }

    @Test("JSON is accepted")
    func acceptsJSON() {
        let text = """
            {"version": 1, "listen": [{"address": "127.0.0.1:8080"}],
             "audit": {"dir": "audit", "origin": "gw.example.com/audit"},
             "sources": {"cms": {"preset": "01software", "path": "/hooks/cms", "allow": {"ips": ["203.0.113.0/24"]},
               "signature": {"secret": "env:CMS_SECRET"}, "forward": {"to": "http:\\/\\/127.0.0.1:3000\\/"}}}}
            """
        let result = ConfigurationSample.load(text)
        #expect(result.mistakes.map(\.description) == [])
        #expect(result.configuration?.sources.first?.name == "cms")
    }
}
