import GatewayConfig

/// A small configuration with places to change, and the ways to load it.
enum ConfigurationSample {
    static let environment = [
        "CMS_SECRET": "an-example-secret-of-32-bytes-ok", "OTHER_SECRET": "another-example-secret-of-32-byt",
        "SHORT_SECRET": "only-15-bytes-x", "WEAK_SECRET": "only-20-bytes-is-ok-",
        "WHSEC": "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    ]

    /// Lines 1 to 4; a source follows.
    static let head = """
        version: 1
        listen: [{address: "127.0.0.1:8080"}]
        audit: {dir: audit, origin: gw.example.com/audit}
        sources:

        """

    /// Lines 5 to 11: a complete source.
    static let source = """
          cms:
            preset: 01software
            path: /hooks/cms
            allow: {ips: [203.0.113.0/24]}
            signature: {secret: env:CMS_SECRET}
            forward: {to: "http://127.0.0.1:3000/api/webhook"}

        """

    static func load(
        _ text: String,
        file: String = "postern.yaml",
        mode: ConfigurationLoader.Mode = .production
    ) -> ConfigurationLoader.Result {
        ConfigurationLoader.load(bytes: Array(text.utf8), file: file, environment: environment, mode: mode)
    }

    /// The whole file with a replaced source: `lines` stand under `sources.cms`, from line 6 on.
    static func withSource(_ lines: String) -> String {
        head + "  cms:\n"
            + lines.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)\n" }.joined()
    }

    /// A valid source with one key changed or added.
    static func source(_ changes: [String: String?]) -> String {
        var lines = [
            ("preset", "01software"), ("path", "/hooks/cms"), ("allow", "{ips: [203.0.113.0/24]}"),
            ("signature", "{secret: env:CMS_SECRET}"), ("forward", "{to: \"http://127.0.0.1:3000/\"}"),
        ]
        for (key, value) in changes.sorted(by: { $0.key < $1.key }) {
            if let index = lines.firstIndex(where: { $0.0 == key }) {
                if let value { lines[index].1 = value } else { lines.remove(at: index) }
            } else if let value {
                lines.append((key, value))
            }
        }
        return withSource(lines.map { "\($0.0): \($0.1)" }.joined(separator: "\n"))
    }
}
