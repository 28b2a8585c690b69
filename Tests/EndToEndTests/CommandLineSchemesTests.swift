import Foundation
import GatewayTestSupport
import Testing

@Suite("Command line: schemes")
struct CommandLineSchemesTests {
    private func run(_ arguments: [String], input: String = "") throws -> ChildProcess.Result {
        try ChildProcess.run([GatewayProcess.binary, "schemes"] + arguments, input: Array(input.utf8))
    }

    private static func lines(_ text: String) -> [Substring] { text.split(separator: "\n") }

    @Test("'list' fits a terminal, and names the same schemes as table and as JSON")
    func list() throws {
        let table = try run(["list"])
        let json = try run(["list", "--json"])
        #expect(table.ending == .exited(0))
        #expect(json.ending == .exited(0))
        let rows = CommandLineSchemesTests.lines(table.output).dropFirst(2)
        #expect(rows.allSatisfy { $0.utf8.count <= 80 })
        let objects = try CommandLineSchemesTests.lines(json.output).map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(rows.count >= 220)
        #expect(rows.map { String($0.prefix { $0 != " " }) } == objects.map { $0["name"] as? String ?? "" })
        let github = try #require(objects.first { $0["name"] as? String == "github" })
        #expect(github["signature"] as? String == "x-hub-signature-256")
        #expect(github["covers"] as? String == "body")
        #expect(github["weak"] as? Bool == false)
        #expect(try run(["list", "--json", "--markdown"]).ending == .exited(64))
    }

    @Test("docs/signature-schemes.md ends with the table that 'list --markdown' prints")
    func page() throws {
        let page = try String(
            contentsOfFile: SharedData.repositoryRoot + "/docs/signature-schemes.md",
            encoding: .utf8
        )
        let table = try run(["list", "--markdown"]).output
        #expect(!table.isEmpty)
        #expect(page.hasSuffix("\n\n" + table), "make the table anew")
    }

    @Test("What 'show --json' prints of any scheme, 'lint' accepts")
    func roundTrip() throws {
        let names = try CommandLineSchemesTests.lines(run(["list"]).output).dropFirst(2).map { row in
            String(row.prefix { $0 != " " })
        }
        var texts: [String] = []
        for name in names {
            let shown = try run(["show", "--json", name])
            #expect(shown.ending == .exited(0), "\(name)")
            texts.append(shown.output)
        }
        let result = try run(["lint", "-"], input: "[" + texts.joined(separator: ",") + "]")
        #expect(result.ending == .exited(0), "\(result.errors)")
        #expect(result.output == "-: ok, \(names.count) schemes\n")
    }

    @Test("'show' says what is covered and what to beware of, takes aliases, and refuses unknown names")
    func show() throws {
        let mailgun = try run(["show", "mailgun"])
        #expect(mailgun.output.hasPrefix("mailgun: Mailgun\ncovers: nothing\nwarning: content: "))
        #expect(mailgun.output.contains("\n\n{\n  \"name\": \"mailgun\",\n"))
        #expect(try run(["show", "standard-webhooks"]).output.hasPrefix("standard: "))
        #expect(try run(["show", "nobody"]).ending == .exited(1))
    }

    @Test(
        "'lint' names line, column and field of each mistake, exit 78",
        arguments: [
            ("{\n \"name\":}", "-:2:9: "),
            ("[]", "-:1:1: there is no scheme"),
            ("\"x\"", "-:1:1: there is no scheme"),
            ("[1]", "-:1:2: an object is expected"),
            ("{\"nam\":\"x\"}", "-:1:2: nam: there is no such member"),
            ("{\"name\":\"x\",\"algorithm\":\"hmac-sha2\"}", "-:1:13: x: algorithm: "),
            ("{\"name\":\"x\",\"algorithm\":\"hmac-sha256\",\"content\":[\"{body}\"]}", "-:1:2: x: signature.from: "),
            (
                "{\"name\":\"x\",\"algorithm\":\"hmac-sha256\",\"signature\":{\"from\":[\"header:x\"]},\"content\":[\"{bod}\"]}",
                "-:1:73: x: content"
            ),
            (
                "{\"name\":\"x\",\"algorithm\":\"hmac-sha256\",\"signature\":{\"from\":[\"header:x\"],\"encoding\":\"hx\"},\"content\":[\"{body}\"]}",
                "-:1:72: x: signature.encoding: "
            ),
        ]
    )
    func mistakes(text: String, start: String) throws {
        let result = try run(["lint", "-"], input: text)
        #expect(result.ending == .exited(78))
        #expect(result.errors.hasPrefix(start), "\(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test("'lint' says that a file is not there, exit 66")
    func missing() throws {
        #expect(try run(["lint", "/nonexistent/scheme.json"]).ending == .exited(66))
    }
}
