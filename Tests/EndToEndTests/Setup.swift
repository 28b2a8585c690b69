import GatewayTestSupport

/// The configuration of a test: what differs from the usual is said, the rest is the same everywhere.
struct Setup {
    /// One listener each: the members of its mapping in flow style.
    var listeners = ["address: 127.0.0.1:0"]
    /// The members of `limits` in flow style.
    var limits = ""
    /// Sources by name: the members of their mappings in flow style; `UPSTREAM` stands for the recording upstream.
    var sources: [(name: String, text: String)]
    /// The members of `admin` in flow style; `DIRECTORY` stands for the test's directory.
    var admin = "address: 127.0.0.1:0"
    /// When an audit entry counts as recorded.
    var durability = "sync"
    /// Further members of `audit`.
    var audit = ""
    /// The members of `keys` in flow style; empty for no keyring.
    var keys = ""
    /// Event loops.
    var loops = 1
    /// Further arguments of `serve`.
    var arguments: [String] = []

    /// A source for 01.software without a schema; `extra` are further members.
    static func cms(
        _ extra: String = "",
        path: String = "/hooks/cms",
        allow: String = "ips: [127.0.0.0/8]",
        schema: String = "none",
        forward: String = "to: UPSTREAM/api/webhook",
        key: String = "cms"
    ) -> String {
        """
        preset: 01software, path: \(path), allow: {\(allow)}, signature: {secret: "file:\(key).key"}, schema: \(schema), \
        forward: {\(forward)}\(extra.isEmpty ? "" : ", " + extra)
        """
    }

    /// A source for Standard Webhooks without a schema.
    static func standard(_ extra: String = "", forward: String = "to: UPSTREAM/standard") -> String {
        """
        preset: standard, path: /hooks/standard, allow: {ips: [127.0.0.0/8]}, \
        signature: {secret: "file:standard.key"}, schema: none, forward: {\(forward)}\(extra.isEmpty ? "" : ", " + extra)
        """
    }

    /// A source for GitHub.
    static func github(_ extra: String = "", schema: String = "none", path: String = "/hooks/github") -> String {
        """
        preset: github, path: \(path), allow: {ips: [127.0.0.0/8]}, signature: {secret: "file:github.key"}, \
        schema: \(schema), forward: {to: UPSTREAM/github}\(extra.isEmpty ? "" : ", " + extra)
        """
    }

    /// One source for 01.software.
    init(cms extra: String = "") { sources = [("cms", Setup.cms(extra))] }

    /// These sources.
    init(sources: [(name: String, text: String)]) { self.sources = sources }

    /// The same with `change` made to it.
    func changed(_ change: (inout Setup) -> Void) -> Setup {
        var copy = self
        change(&copy)
        return copy
    }

    /// The file, for an upstream on `port`.
    func text(upstream port: Int) -> String {
        var text = "version: 1\nlisten:\n"
        for listener in listeners { text += "  - {\(listener)}\n" }
        text += "admin: {\(admin)}\n"
        if !keys.isEmpty { text += "keys: {\(keys)}\n" }
        if !limits.isEmpty { text += "limits: {\(limits)}\n" }
        text += "sources:\n"
        for source in sources { text += "  \(source.name): {\(source.text)}\n" }
        text += "audit: {dir: audit, origin: gateway.test/audit, durability: \(durability)"
        text += audit.isEmpty ? "}\n" : ", \(audit)}\n"
        return text.replacing("UPSTREAM", with: "http://127.0.0.1:\(port)")
    }

    /// Writes the file and the keys that it may name.
    func write(to directory: TestDirectory, upstream port: Int) throws {
        try directory.write("cms.key", TestSender.cms.secret)
        try directory.write("other.key", TestSender.other.secret)
        try directory.write("github.key", TestSender.github.secret)
        try directory.write("standard.key", TestSender.standard.secret)
        try directory.write("outbound.key", Setup.outboundKey)
        let text = text(upstream: port).replacing("DIRECTORY", with: directory.path)
        try directory.write(GatewayProcess.configurationName, text)
    }

    /// The key between gateway and handler.
    static let outboundKey = "0123456789abcdef0123456789abcdef-outbound"
}
