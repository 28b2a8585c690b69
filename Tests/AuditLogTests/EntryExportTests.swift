import AuditLog
import Foundation
import Testing

@Suite struct EntryExportTests {
    private static let denial = #"""
        {"checks":"route+,address-","client":{"ip":"203.0.113.7","peer":"203.0.113.7","port":4711,"proto":"h1","tls":"1.3"},"decision":"deny","detail":"a|b=c\\d \"x\"","http":{"host":"gw","len":5,"method":"POST","path":"/hooks/=cms","ua":"=cmd()"},"kind":"request.deny","reason":"address.denied","rid":"0198c2f0-0000-7000-8000-000000000001","seq":7,"source":"cms","status":403,"ts":"2026-08-21T10:11:12.000017Z","v":1}
        """#

    private func view(_ line: String) throws -> EntryView {
        let view = EntryView()
        let isRead = view.read(Array(line.utf8).span)
        try #require(isRead)
        return view
    }

    private func object(_ format: EntryExport, _ line: String) throws -> [String: Any] {
        let bytes = format.line(try view(line), version: "1")
        return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    @Test("jsonl is the line as it stands")
    func verbatim() throws {
        #expect(
            EntryExport.jsonl.line(try view(EntryExportTests.denial), version: "1")
                == Array(EntryExportTests.denial.utf8)
        )
    }

    @Test("csv quotes what RFC 4180 says, and no cell can be taken for a formula")
    func csv() throws {
        let line = String(
            decoding: EntryExport.csv.line(try view(EntryExportTests.denial), version: "1"),
            as: UTF8.self
        )
        #expect(line.hasPrefix("7,2026-08-21T10:11:12.000017Z,request.deny,"))
        #expect(line.contains(#""a|b=c\d ""x""""#))
        #expect(line.contains(",'=cmd(),"))
        let columns = try #require(EntryExport.csv.header).split(separator: ",").count
        #expect(line.split(separator: ",", omittingEmptySubsequences: false).count == columns + 1)
    }

    @Test(
        "ocsf gives each kind its class, and a denial its action and disposition",
        arguments: [
            ("request.deny", "address.denied", 400_206, 2, 26, 2),
            ("request.deny", "payload.schema", 400_206, 2, 25, 2),
            ("request.deny", "signature.key_revoked", 400_206, 2, 26, 4),
            ("request.duplicate", "replay.duplicate", 400_206, 3, 16, 1),
        ]
    )
    func ocsfRequests(kind: String, reason: String, type: Int, action: Int, disposition: Int, severity: Int) throws {
        let line = EntryExportTests.denial.replacing("request.deny", with: kind)
            .replacing("address.denied", with: reason)
            .replacing("\"deny\"", with: kind == "request.deny" ? "\"deny\"" : "\"duplicate\"")
        let event = try object(.ocsf, line)
        #expect(event["type_uid"] as? Int == type)
        #expect(event["action_id"] as? Int == action)
        #expect(event["disposition_id"] as? Int == disposition)
        #expect(event["severity_id"] as? Int == severity)
        #expect(event["time"] as? Int == 1_787_307_072_000)
        #expect((event["src_endpoint"] as? [String: Any])?["ip"] as? String == "203.0.113.7")
    }

    @Test(
        "ocsf takes keys, starts and readings for what they are there",
        arguments: [("key.revoke", 300_409), ("system.start", 600_203), ("audit.access", 600_302)]
    )
    func ocsfOthers(kind: String, type: Int) throws {
        let line = #"{"kind":"\#(kind)","seq":1,"ts":"2026-08-21T10:11:12.000017Z","v":1}"#
        #expect(try object(.ocsf, line)["type_uid"] as? Int == type)
    }

    @Test("ecs has the fields of the schema in their places")
    func ecs() throws {
        let document = try object(.ecs, EntryExportTests.denial)
        let event = try #require(document["event"] as? [String: Any])
        #expect(event["category"] as? [String] == ["web"])
        #expect(event["type"] as? [String] == ["access", "denied"])
        #expect(event["outcome"] as? String == "failure")
        #expect(event["code"] as? String == "address.denied")
        #expect(event["sequence"] as? Int == 7)
        #expect((document["source"] as? [String: Any])?["port"] as? Int == 4711)
        #expect((document["url"] as? [String: Any])?["path"] as? String == "/hooks/=cms")
        #expect(document["@timestamp"] as? String == "2026-08-21T10:11:12.000017Z")
    }

    @Test("cef escapes the head and the extension each by its own rule")
    func cef() throws {
        let line = String(
            decoding: EntryExport.cef.line(try view(EntryExportTests.denial), version: "1|2"),
            as: UTF8.self
        )
        #expect(line.hasPrefix(#"CEF:0|Postern|postern|1\|2|address.denied|request to cms refused: address.denied|4|"#))
        #expect(line.contains(#"request=/hooks/\=cms requestMethod=POST"#))
        #expect(line.contains(#"msg=a|b\=c\\d "x""#))
    }

    @Test(
        "A line that is cut off, not JSON or not an object is not read",
        arguments: ["", "{", "[1]", "{\"a\":1}x", "nul"]
    )
    func unreadable(line: String) {
        let isRead = EntryView().read(Array(line.utf8).span)
        #expect(!isRead)
    }
}
