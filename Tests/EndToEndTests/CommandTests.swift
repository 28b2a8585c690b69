import Foundation
import GatewayTestSupport
import Testing

@Suite("Commands")
struct CommandTests {
    private func run(_ arguments: String...) throws -> ChildProcess.Result {
        try ChildProcess.run([GatewayProcess.binary] + arguments)
    }

    private func check(_ text: String, _ extra: [String] = []) throws -> ChildProcess.Result {
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: 9)
        try directory.write("postern.yaml", text)
        let result = try ChildProcess.run(
            [GatewayProcess.binary, "check", "-c", directory.path + "/postern.yaml"] + extra
        )
        return result.without(directory.path + "/")
    }

    /// What the argument parser says of all commands, as far as it is needed here.
    private struct Commands: Decodable {
        struct Command: Decodable {
            let commandName: String
            let subcommands: [Command]?

            func paths(_ above: [String]) -> [[String]] {
                [above] + (subcommands ?? []).flatMap { $0.paths(above + [$0.commandName]) }
            }
        }

        let command: Command
    }

    @Test("the help of every command fits 80 columns, usage lines too, and every mistake's")
    func helpWidth() throws {
        let dump = try run("--experimental-dump-help")
        let commands = try JSONDecoder().decode(Commands.self, from: Data(dump.output.utf8)).command.paths([])
        #expect(commands.count > 60)
        for command in commands where command.first != "help" {
            let help = try ChildProcess.run([GatewayProcess.binary] + command + ["--help"])
            #expect(help.ending == .exited(0) && help.output.contains("USAGE: postern"), "\(command)")
            let mistake = try ChildProcess.run([GatewayProcess.binary] + command + ["--no-such-option"])
            #expect(mistake.ending == .exited(64), "\(command)")
            let wide = (help.output + mistake.errors).split(separator: "\n").filter { $0.count > 80 }
            #expect(wide == [], "\(command)")
        }
    }

    @Test("warnings of a file are said by 'check', not by every command that uses the file")
    func warnings() throws {
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: 9)
        try directory.write("cms.key", directory.read("cms.key") + "\n")
        let file = directory.path + "/postern.yaml"
        #expect(try run("check", "-c", file).errors.contains("warning: "))
        let signed = try ChildProcess.run(
            [GatewayProcess.binary, "sign", "--source", "cms", "-c", file],
            input: Array("{}".utf8)
        )
        #expect(signed.ending == .exited(0) && signed.errors == "", "\(signed.errors)")
    }

    @Test("'check' accepts a good file and names sources and digest")
    func good() throws {
        let result = try check(Setup().text(upstream: 9))
        #expect(result.ending == .exited(0))
        #expect(result.output.hasPrefix("postern.yaml: ok, 1 source, digest "))
    }

    @Test(
        "'check' names the place of each mistake as file:line:column, exit 78",
        arguments: [
            ("sources:", "source:", "postern.yaml:5:1: "),
            ("version: 1", "version: 2", "postern.yaml:1:10: "),
            ("preset: 01software", "preset: 02software", "postern.yaml:6:17: "),
            ("127.0.0.0/8", "127.0.0.1/8", "postern.yaml:6:61: "),
            ("ips: [127.0.0.0/8]", "ips: [0.0.0.0/0]", "postern.yaml:6:61: "),
            ("file:cms.key", "file:missing.key", "postern.yaml:6:"),
            ("schema: none, ", "", ""),
            ("allow: {ips: [127.0.0.0/8]}, ", "", "postern.yaml:6:"),
            ("durability: sync", "durability: sometimes", "postern.yaml:7:"),
            ("durability: sync", "durabilty: sync", "postern.yaml:7:"),
            ("127.0.0.1:0}", "0.0.0.0:8080}", "postern.yaml:3:"),
            ("admin:", "replay: {store: redis}\nadmin:", "postern.yaml:4:"),
            ("admin:", "version: 1\nadmin:", "postern.yaml:4:1: "),
            ("to: http://", "to: ftp://", "postern.yaml:6:"),
        ]
    )
    func mistakes(from: String, to: String, start: String) throws {
        let text = Setup().text(upstream: 9)
        #expect(text.contains(from))
        let result = try check(text.replacing(from, with: to, maxReplacements: 1))
        if start.isEmpty {
            // The preset of 01.software has a schema of its own.
            #expect(result.ending == .exited(0))
        } else {
            #expect(result.ending == .exited(78), "\(result.errors)")
            #expect(result.errors.contains(start), "\(result.errors)")
        }
    }

    @Test("all mistakes are reported at once, with suggestions, as text and as JSON")
    func several() throws {
        let text = Setup().text(upstream: 9).replacing("audit:", with: "audti:").replacing("path:", with: "paht:")
        let result = try check(text)
        #expect(result.ending == .exited(78))
        #expect(result.errors.contains("did you mean 'audit'"))
        #expect(result.errors.contains("did you mean 'path'"))
        let json = try check(text, ["--format", "json"])
        #expect(json.ending == .exited(78))
        struct Report: Decodable {
            struct Mistake: Decodable {
                let file: String
                let line: Int
                let column: Int
                let text: String
            }
            let ok: Bool
            let mistakes: [Mistake]
        }
        let report = try JSONDecoder().decode(Report.self, from: Data(json.output.utf8))
        #expect(!report.ok)
        #expect(report.mistakes.count >= 2)
        #expect(report.mistakes.allSatisfy { $0.line > 0 && $0.column > 0 && !$0.text.isEmpty })
    }

    @Test("a secret that others can read, that is short, or that stands in the file is refused, and never shown")
    func secrets() throws {
        let directory = try TestDirectory()
        let file = directory.path + "/postern.yaml"
        try Setup().write(to: directory, upstream: 9)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: directory.path + "/cms.key")
        let readable = try run("check", "-c", file)
        #expect(readable.ending == .exited(78))
        #expect(readable.errors.contains("cms.key"))
        try directory.write("cms.key", "tooshort")
        let short = try run("check", "-c", file)
        #expect(short.ending == .exited(78))
        #expect(!short.errors.contains("tooshort"))
        try directory.write("cms.key", "")
        let empty = try run("check", "-c", file)
        #expect(empty.ending == .exited(78))
        try directory.write(
            "postern.yaml",
            directory.read("postern.yaml").replacing("file:cms.key", with: "literal-secret-of-some-length")
        )
        let literal = try run("check", "-c", file)
        #expect(literal.ending == .exited(78))
        #expect(!literal.errors.contains("literal-secret-of-some-length"))
    }

    @Test("'serve' refuses what 'check' refuses, with 78; a port in use with 69; root without --allow-root with 77")
    func serve() throws {
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: 9)
        let file = directory.path + "/postern.yaml"
        if geteuid() == 0 {
            let root = try run("serve", "-c", file)
            #expect(root.ending == .exited(77))
        }
        let taken = try TestSocket.bound()
        try taken.startListening()
        let text = directory.read("postern.yaml")
        try directory.write(
            "postern.yaml",
            text.replacing("  - {address: 127.0.0.1:0}", with: "  - {address: 127.0.0.1:\(taken.port)}")
        )
        let busy = try run("serve", "--allow-root", "-c", file)
        #expect(busy.ending == .exited(69), "\(busy.errors)")
        try directory.write("postern.yaml", text + "nonsense: 1\n")
        let broken = try run("serve", "--allow-root", "-c", file)
        #expect(broken.ending == .exited(78))
        let missing = try run("serve", "--allow-root", "-c", directory.path + "/nowhere.yaml")
        #expect(missing.ending == .exited(78) || missing.ending == .exited(66))
        let usage = try run("serve", "--no-such-option")
        #expect(usage.ending == .exited(64))
    }

    @Test(
        "what 'config init' prints passes 'check' once its secrets are there",
        arguments: [
            "01software", "standard", "github", "stripe", "slack", "shopify", "gitlab",
        ]
    )
    func initial(preset: String) throws {
        let first = try run("config", "init", "--preset", preset)
        #expect(first.ending == .exited(0))
        let directory = try TestDirectory()
        try directory.write("postern.yaml", first.output)
        for match in first.output.matches(of: /file:([^"'\s,}]+)/) {
            let path = String(match.output.1)
            guard !path.hasPrefix("/") else { continue }
            let parent = (directory.path + "/" + path as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
            try directory.write(
                path,
                preset == "standard" || preset == "gitlab" ? TestSender.standard.secret : TestSender.cms.secret
            )
        }
        let result = try run("check", "-c", directory.path + "/postern.yaml")
        #expect(result.ending == .exited(0), "\(result.errors)\n\(first.output)")
        let shown = try run("config", "show", "-c", directory.path + "/postern.yaml")
        #expect(shown.ending == .exited(0))
        #expect(!shown.output.contains(TestSender.cms.secret))
    }

    @Test("'config schema' prints a JSON Schema that names every section, and an unknown preset is a usage error")
    func schema() throws {
        let result = try run("config", "schema")
        #expect(result.ending == .exited(0))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        #expect(object["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
        let properties = try #require(object["properties"] as? [String: Any])
        for name in ["version", "listen", "admin", "limits", "sources", "replay", "audit", "telemetry"] {
            #expect(properties[name] != nil, "\(name)")
        }
        let unknown = try run("config", "init", "--preset", "nobody")
        #expect(unknown.ending == .exited(64))
    }

    @Test("'check --online' tries upstreams, addresses and the audit directory, and sends nothing")
    func online() throws {
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: upstream.port)
        let command = [GatewayProcess.binary, "check", "--online", "-c", directory.path + "/postern.yaml"]
        let good = try ChildProcess.run(command)
        #expect(good.ending == .exited(0), "\(good.errors)")
        #expect(good.output.contains("ok    upstream cms  http://127.0.0.1:\(upstream.port)/api/webhook"))
        #expect(good.output.contains("ok    audit.dir"))
        #expect(upstream.connectionCount == 1)
        #expect(upstream.requests.isEmpty)
        #expect(!FileManager.default.fileExists(atPath: directory.path + "/audit"))
        let closed = try TestSocket.bound()
        try Setup().write(to: directory, upstream: closed.port)
        let bad = try ChildProcess.run(command)
        #expect(bad.ending == .exited(69))
        #expect(bad.output.contains("FAIL  upstream cms"))
        #expect(bad.errors.contains("cannot be reached: Connection refused"), "\(bad.errors)")
        let json = try ChildProcess.run(command + ["--format", "json"])
        #expect(json.output.hasPrefix(#"{"ok":false,"digest":""#))
        #expect(json.output.contains(#""subject":"upstream cms""#))
    }

    @Test("'config diff' shows what differs, resolved, between files and from the running gateway")
    func difference() throws {
        let upstream = try RecordingUpstream()
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: upstream.port)
        let socket = directory.path + "/a.sock"
        let text = directory.read("postern.yaml").replacing(
            "admin: {address: 127.0.0.1:0}",
            with: "admin: {socket: \(socket)}"
        )
        try directory.write("postern.yaml", text)
        try directory.write("other.yaml", "# the same, with a comment\n" + text)
        let command = [GatewayProcess.binary, "config", "diff", "-c", directory.path + "/postern.yaml"]
        let same = try ChildProcess.run(command + [directory.path + "/other.yaml"])
        #expect(same.ending == .exited(0), "\(same.errors)")
        #expect(same.output.isEmpty)
        let gateway = try GatewayProcess(in: directory)
        try directory.write("postern.yaml", text + "limits: {body: 2MiB}\n")
        let running = try ChildProcess.run(command + ["--running"])
        #expect(running.ending == .exited(1), "\(running.errors)")
        #expect(running.output.contains("-   body: 1MiB\n+   body: 2MiB\n"), "\(running.output)")
        #expect(running.output.contains("  limits:\n"))
        #expect(!running.output.contains(TestSender.cms.secret))
        let neither = try ChildProcess.run(command)
        #expect(neither.ending == .exited(64))
        let ending = gateway.stop()
        #expect(ending == .exited(0))
        let gone = try ChildProcess.run(command + ["--running"])
        #expect(gone.ending == .exited(69))
    }
}
