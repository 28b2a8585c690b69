import Foundation
import GatewayTestSupport
import Testing

@Suite("Audit review commands")
struct AuditReviewTests {
    /// A gateway with an admin socket that has judged a few deliveries.
    private func withLog(_ test: (Fixture, (String...) throws -> ChildProcess.Result) throws -> Void) throws {
        try Fixture.run(Setup()) { fixture in
            let path = fixture.directory.path
            try fixture.send(TestSender.cms.cms(Fixture.body("one")), expecting: 200)
            try fixture.send(TestSender.cms.cms(Fixture.body("one")), expecting: 200)
            try fixture.send(TestSender.other.cms(Fixture.body("two")), expecting: 401)
            let directory = path + "/audit/node-1"
            try test(fixture) { (arguments: String...) in
                let given = arguments.filter { !$0.isEmpty }
                return try ChildProcess.run([GatewayProcess.binary, "audit"] + given + ["--dir", directory])
            }
        }
    }

    @Test("'search' finds by reason, decision, address, status and JSON Pointer, as a table of 80 columns and verbatim")
    func search() throws {
        try withLog { fixture, run in
            let table = try run("search", "--reason", "signature.*")
            #expect(table.ending == .exited(0), "\(table.errors)")
            #expect(table.output.contains("deny signature.mismatch 127.0.0.1"))
            #expect(table.output.split(separator: "\n").allSatisfy { $0.utf8.count <= 80 })
            for conditions in [
                ["--decision", "deny"], ["--ip", "127.0.0.0/8", "--status", "401"], ["--field", "/status=401"],
                ["--kind", "request.deny", "--source", "cms"],
            ] {
                let found = try ChildProcess.run(
                    [
                        GatewayProcess.binary, "audit", "search", "--json", "--dir",
                        fixture.directory.path + "/audit/node-1",
                    ]
                        + conditions
                )
                let lines = found.output.split(separator: "\n")
                #expect(lines.count == 1, "\(conditions): \(found.output)\(found.errors)")
                #expect(fixture.segmentLines.contains(String(lines.first ?? "")), "\(conditions)")
            }
            let nothing = try run("search", "--reason", "no.such")
            #expect(nothing.ending == .exited(1))
            #expect(nothing.errors.contains("nothing found"))
        }
    }

    @Test("Pages by number go through all entries once, in both directions, with an index and without")
    func pages() throws {
        try withLog { fixture, run in
            _ = try #require(fixture.gateway.entry { $0.kind == "request.deny" })
            for isIndexed in [false, true] {
                if isIndexed { #expect(try run("reindex").ending == .exited(0)) }
                var seen: [Int] = []
                var start = ["--oldest"]
                while true {
                    let page = try run("search", "--json", "--limit", "2", start[0], start.count > 1 ? start[1] : "")
                    let numbers = page.output.split(separator: "\n").compactMap(AuditReviewTests.sequence)
                    seen += numbers
                    guard page.errors.contains("more: --after"), let last = numbers.last else { break }
                    start = ["--after", String(last)]
                }
                #expect(seen == Array(0..<seen.count))
                #expect(seen.count >= 6)
                var back: [Int] = []
                var before = String(seen.count)
                while true {
                    let page = try run("search", "--json", "--limit", "3", "--before", before)
                    let numbers = page.output.split(separator: "\n").compactMap(AuditReviewTests.sequence)
                    back += numbers
                    guard page.errors.contains("more: --before"), let last = numbers.last else { break }
                    before = String(last)
                }
                #expect(back == Array(seen.reversed()))
            }
        }
    }

    private static func sequence(_ line: Substring) -> Int? {
        struct Line: Decodable { let seq: Int }
        return try? JSONDecoder().decode(Line.self, from: Data(line.utf8)).seq
    }

    @Test("'show' explains a refusal check by check, and finds the other attempts of a delivery")
    func show() throws {
        try withLog { fixture, run in
            let denied = try #require(fixture.gateway.entry { $0.kind == "request.deny" }?.rid)
            let text = try run("show", denied)
            #expect(text.ending == .exited(0))
            #expect(text.output.contains("4 signature  REFUSED   the signature does not hold"))
            #expect(text.output.contains("no key of the source gives this signature"))
            let admitted = try #require(fixture.gateway.entry { $0.kind == "request.admit" }?.rid)
            let other = try run("show", admitted)
            #expect(other.output.contains("The same delivery, under other request ids"))
            #expect(other.output.contains("duplicate replay.duplicate"))
            #expect(try run("show", "no-such-id").ending == .exited(1))
        }
    }

    @Test("A bundle verifies by itself, with this program and with the Python verifier, until a byte of it changes")
    func bundle() throws {
        try withLog { fixture, run in
            let key = try fixture.verifierKey
            let bundle = fixture.directory.path + "/bundle"
            _ = try #require(fixture.gateway.entry { $0.kind == "request.deny" })
            #expect(Deadline.wait(seconds: 10) { fixture.isSigned ? true : nil } == true)
            let made = try run("export", "--bundle", bundle)
            #expect(made.ending == .exited(0), "\(made.errors)")
            #expect(try run("export", "--bundle", bundle).ending == .exited(73))
            let verify = [GatewayProcess.binary, "audit", "verify", "--dir", bundle, "--key", key]
            #expect(try ChildProcess.run(verify).ending == .exited(0))
            let script = SharedData.repositoryRoot + "/docs/verify_audit.py"
            let python = ["python3", script, bundle, "--key", key]
            let result = try ChildProcess.run(python)
            #expect(result.ending == .exited(0), "\(result.output)\(result.errors)")
            let segment = bundle + "/segments/0000000000000000.jsonl"
            let text = try String(contentsOfFile: segment, encoding: .utf8)
            try Data(text.replacing("\"seq\":3", with: "\"seq\":4").utf8).write(to: URL(fileURLWithPath: segment))
            #expect(try ChildProcess.run(verify).ending == .exited(1))
            #expect(try ChildProcess.run(python).ending == .exited(1))
        }
    }

    @Test("'prove' writes a C2SP tlog-proof that leads from the line to the root of the checkpoint")
    func prove() throws {
        try withLog { fixture, run in
            _ = try #require(fixture.gateway.entry { $0.kind == "request.deny" })
            #expect(Deadline.wait(seconds: 10) { fixture.isSigned ? true : nil } == true)
            let result = try run("prove", "3", "--output", fixture.directory.path)
            #expect(result.ending == .exited(0), "\(result.errors)")
            let proof = fixture.directory.read("3-3.tlog-proof")
            let program = """
                import base64, hashlib, sys
                head, note = sys.stdin.read().split("\\n\\n", 1)
                lines = head.split("\\n")
                assert lines[0] == "c2sp.org/tlog-proof@v1"
                line = base64.b64decode(lines[1].split(" ")[1])
                index = int(lines[2].split(" ")[1])
                path = [base64.b64decode(text) for text in lines[3:]]
                size, root = int(note.split("\\n")[1]), base64.b64decode(note.split("\\n")[2])
                node, fn, sn = hashlib.sha256(b"\\0" + line).digest(), index, size - 1
                for step in path:
                    if fn & 1 or fn == sn:
                        node = hashlib.sha256(b"\\1" + step + node).digest()
                        while not fn & 1 and fn:
                            fn, sn = fn >> 1, sn >> 1
                    else:
                        node = hashlib.sha256(b"\\1" + node + step).digest()
                    fn, sn = fn >> 1, sn >> 1
                assert sn == 0 and node == root
                """
            let check = try ChildProcess.run(["python3", "-c", program], input: Array(proof.utf8))
            #expect(check.ending == .exited(0), "\(check.errors)")
            #expect(try run("prove", "100000").ending == .exited(1))
        }
    }

    @Test("Reading, exporting and reviewing a log of the configuration is recorded with who did it; a copy is not")
    func recording() throws {
        let upstream = try RecordingUpstream { _ in .ok }
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: upstream.port)
        let text = directory.read("postern.yaml").replacing(
            "address: 127.0.0.1:0}\nsources",
            with: "socket: \(directory.path)/a.sock}\nsources"
        )
        try directory.write("postern.yaml", text)
        let gateway = try GatewayProcess(in: directory)
        func run(_ arguments: String...) throws -> ChildProcess.Result {
            try ChildProcess.run(
                [GatewayProcess.binary, "audit"] + arguments + ["-c", directory.path + "/postern.yaml"]
            )
        }
        // Through the admin socket of the running gateway.
        #expect(try run("search", "--reason", "x.y").ending == .exited(1))
        #expect(try run("export", "--to", "csv").ending == .exited(0))
        let access = try #require(gateway.entry { $0.kind == "audit.access" })
        #expect(gateway.entries.contains { $0.kind == "audit.export" })
        #expect(directory.segmentText.contains(#""access":{"about":"reason=x.y","command":"search"}"#))
        #expect(directory.segmentText.contains(#""via":"socket""#))
        // Review what is signed, sign it off, and see it covered.
        let start = try run("review", "start", "--json")
        #expect(start.ending == .exited(0), "\(start.errors)")
        struct Range: Decodable {
            let from_seq: Int
            let to_seq: Int
            let root: String
        }
        let range = try JSONDecoder().decode(Range.self, from: Data(start.output.utf8))
        #expect(range.to_seq >= access.seq)
        let span = ["--from-seq", "0", "--to-seq", String(range.to_seq), "--verdict", "ok"]
        let wrong = String(repeating: "A", count: 43) + "="
        let command = [GatewayProcess.binary, "audit", "review", "sign", "-c", directory.path + "/postern.yaml"] + span
        #expect(try ChildProcess.run(command + ["--root", wrong]).ending == .exited(1))
        #expect(try ChildProcess.run(command + ["--root", range.root]).ending == .exited(0))
        #expect(directory.segmentText.contains(#""verdict":"ok""#))
        let status = try run("review", "status")
        #expect(status.ending == .exited(2))
        #expect(status.output.contains("ok") && status.output.contains("OPEN"))
        // Without a gateway the command opens the log itself.
        #expect(gateway.stop() == .exited(0))
        let count = gateway.entries.count
        #expect(try run("tail").ending == .exited(0))
        #expect(gateway.entries.count == count + 2)
        let copy = [GatewayProcess.binary, "audit", "tail", "--dir", directory.path + "/audit/node-1"]
        #expect(try ChildProcess.run(copy).ending == .exited(0))
        #expect(gateway.entries.count == count + 2)
        upstream.stop()
    }

    @Test("'report' writes page, JSON and a signed note for each standard, and says what to look at")
    func report() throws {
        try withLog { fixture, run in
            _ = try #require(fixture.gateway.entry { $0.kind == "request.deny" })
            let key = try fixture.verifierKey
            #expect(Deadline.wait(seconds: 10) { fixture.isSigned ? true : nil } == true)
            for standard in ["pci", "soc2", "iso"] {
                let result = try run(
                    "report",
                    "--standard",
                    standard,
                    "--period",
                    "2020-01-01..2099-12-31",
                    "--key",
                    key,
                    "--output",
                    fixture.directory.path
                )
                #expect(result.ending == .exited(0), "\(result.errors)")
                let base = "audit-report-\(standard)-2020-01-01_2099-12-31"
                let json = fixture.directory.read(base + ".json")
                let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
                #expect((object["traffic"] as? [String: Int]) == ["allowed": 1, "denied": 1, "duplicates": 1])
                let page = fixture.directory.read(base + ".html")
                #expect(page.hasPrefix("<!doctype html>") && page.contains("<svg") && !page.contains("<script"))
                #expect(page.contains("signature.mismatch"))
            }
        }
    }

    @Test("The thread that keeps the index starts no dispatch workers, which would end the process without descriptors")
    func threads() throws {
        try Fixture.run(Setup()) { fixture in
            let index = fixture.directory.path + "/audit/node-1/index.db"
            #expect(Deadline.wait(seconds: 20) { FileManager.default.fileExists(atPath: index) ? true : nil } == true)
            let tasks = "/proc/\(fixture.gateway.processID)/task"
            let names = try FileManager.default.contentsOfDirectory(atPath: tasks).map {
                (try? String(contentsOfFile: "\(tasks)/\($0)/comm", encoding: .utf8)) ?? ""
            }
            #expect(!names.contains { $0.contains("qos") }, "\(names)")
        }
    }

    /// The browser that opens pages; `nil` where none is installed.
    private static let browser = ["chromium-headless-shell", "chromium"].first(where: ChildProcess.isInstalled)

    @Test(
        "A browser opens the page of a report without a complaint, and prints it",
        .enabled(if: browser != nil, "neither chromium-headless-shell nor chromium is installed")
    )
    func page() throws {
        let browser = try #require(AuditReviewTests.browser)
        try withLog { fixture, run in
            let path = fixture.directory.path
            #expect(Deadline.wait(seconds: 10) { fixture.isSigned ? true : nil } == true)
            let key = try fixture.verifierKey
            let made = try run(
                "report",
                "--standard",
                "iso",
                "--period",
                "2020-01-01..2099-12-31",
                "--key",
                key,
                "--output",
                path
            )
            #expect(made.ending == .exited(0), "\(made.errors)")
            let page = "file://\(path)/audit-report-iso-2020-01-01_2099-12-31.html"
            let options = [
                "--no-sandbox", "--disable-gpu", "--enable-logging=stderr", "--user-data-dir=\(path)/profile",
            ]
            let dump = try ChildProcess.run([browser] + options + ["--dump-dom", page], seconds: 60)
            #expect(dump.ending == .exited(0), "\(dump.errors)")
            #expect(dump.output.contains("<rect class=\"a\""))
            #expect(!dump.errors.contains("CONSOLE"), "\(dump.errors)")
            let print = ["--print-to-pdf=\(path)/page.pdf", page]
            #expect(try ChildProcess.run([browser] + options + print, seconds: 60).ending == .exited(0))
            let pdf = try #require(FileManager.default.contents(atPath: path + "/page.pdf"))
            #expect(pdf.starts(with: Array("%PDF".utf8)) && pdf.count > 10_000)
        }
    }

    @Test(
        "A directory that is no log, a foreign or a damaged one is refused with a message, and nothing in it changes",
        arguments: [
            ("", "", "not there", 66), ("{}", "", "not a log of format postern-audit/1", 65),
            (#"{"format":"postern-audit/1","origin":"o/n","vkeys":[]}"#, "not JSON\n", "entry 0 is not where", 65),
            (
                #"{"format":"postern-audit/1","origin":"o/n","vkeys":[]}"#,
                #"{"kind":"x","seq":1,"ts":"2026-01-01T00:00:00.000000Z","v":1}"# + "\n", "entry 0 is not where", 65
            ),
        ]
    )
    func foreign(description: String, segment: String, text: String, code: Int32) throws {
        let directory = try TestDirectory()
        if !description.isEmpty { try directory.write("log.json", description) }
        try FileManager.default.createDirectory(
            atPath: directory.path + "/segments",
            withIntermediateDirectories: true
        )
        if !segment.isEmpty { try directory.write("segments/0000000000000000.jsonl", segment) }
        let before = try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted()
        for command in [["search"], ["tail"], ["export", "--to", "jsonl"], ["show", "x"]] {
            let result = try ChildProcess.run(
                [GatewayProcess.binary, "audit"] + command + ["--dir", directory.path]
            )
            #expect(result.ending == .exited(code), "\(command): \(result.output)\(result.errors)")
            #expect(result.errors.contains(text))
        }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: directory.path).sorted() == before)
        #expect(directory.read("segments/0000000000000000.jsonl") == segment)
    }
}

extension Fixture {
    /// Every complete line of the log.
    var segmentLines: [String] { directory.segmentText.split(separator: "\n").map(String.init) }

    /// The key that the log itself names; enough for a test.
    var verifierKey: String {
        get throws {
            struct Description: Decodable { let vkeys: [String] }
            let text = directory.read("audit/node-1/log.json")
            return try JSONDecoder().decode(Description.self, from: Data(text.utf8)).vkeys.first ?? ""
        }
    }

    /// Whether the newest checkpoint covers all entries.
    var isSigned: Bool {
        let lines = directory.read("audit/node-1/checkpoint").split(separator: "\n")
        return lines.count > 1 && Int(lines[1]) == gateway.entries.count
    }
}

extension TestDirectory {
    /// The text of all segments.
    var segmentText: String {
        let folder = path + "/audit/node-1/segments"
        let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
        return names.map { read("audit/node-1/segments/" + $0) }.joined()
    }
}

/// What needs a log that is not only read.
extension AuditReviewTests {
    @Test(
        "'reconcile' tells what the sender delivered past the gateway, what was refused, and what he does not know of"
    )
    func reconcile() throws {
        try Fixture.run(Setup()) { fixture in
            let admitted = try fixture.send(TestSender.cms.cms(Fixture.body("one")), expecting: 200).requestID
            let second = try fixture.send(TestSender.cms.cms(Fixture.body("two")), expecting: 200).requestID
            let refused = try fixture.send(TestSender.other.cms(Fixture.body("three")), expecting: 401).requestID
            _ = fixture.gateway.entries(of: refused, until: "request.deny")
            func run(_ list: String, _ more: String...) throws -> ChildProcess.Result {
                try fixture.directory.write("list", list)
                let command = [
                    GatewayProcess.binary, "audit", "reconcile", "--source", "cms", "--by", "rid", "--json", "--list",
                    fixture.directory.path + "/list", "--dir", fixture.directory.path + "/audit/node-1",
                ]
                return try ChildProcess.run(command + more)
            }
            let same = try run("\(admitted)\n\(second)\r\n")
            #expect(same.ending == .exited(0), "\(same.errors)")
            #expect(same.output == #"{"listed":2,"missing":0,"refused":0,"unlisted":0}"# + "\n")
            let differs = try run(
                #"{"id":"\#(admitted)"}"# + "\n" + #"{"id":"\#(refused)"}"# + "\n{\"id\":17}\n",
                "--pointer",
                "/id"
            )
            #expect(differs.ending == .exited(1))
            #expect(
                differs.output == """
                    {"listed":3,"missing":1,"refused":1,"unlisted":1}
                    {"id":"\(refused)","state":"refused"}
                    {"id":"17","state":"missing"}
                    {"id":"\(second)","state":"unlisted"}

                    """
            )
            #expect(try run("{}\n", "--pointer", "/id").ending == .exited(65))
            #expect(try run("x\n", "--pointer", "id").ending == .exited(64))
        }
    }

    @Test("an export of everything is on record with where it ended, one with conditions is not")
    func exportMark() throws {
        let upstream = try RecordingUpstream { _ in .ok }
        let directory = try TestDirectory()
        try Setup().write(to: directory, upstream: upstream.port)
        let gateway = try GatewayProcess(in: directory)
        #expect(gateway.stop() == .exited(0))
        func export(_ arguments: String...) throws -> ChildProcess.Result {
            try ChildProcess.run(
                [GatewayProcess.binary, "audit", "export"] + arguments + ["-c", directory.path + "/postern.yaml"]
            )
        }
        func marks() throws -> [String] {
            try ChildProcess.run([
                GatewayProcess.binary, "audit", "search", "--kind", "audit.export", "--oldest", "--json", "--dir",
                directory.path + "/audit/node-1",
            ]).output.split(separator: "\n").compactMap { line in
                line.firstMatch(of: /"export":\{[^}]*\}/).map { String($0.output) }
            }
        }
        #expect(try export("--to", "csv", "--source", "cms", "--output", directory.path + "/a").ending == .exited(0))
        #expect(try marks() == [#""export":{"about":"source=cms","to":"csv"}"#])
        #expect(try export("--bundle", directory.path + "/b").ending == .exited(0))
        let bundle = try marks()
        #expect(bundle.count == 3)
        #expect(bundle[2].wholeMatch(of: /"export":\{"through":\d+,"to":"bundle"\}/) != nil)
        #expect(try export("--to", "jsonl", "--output", directory.path + "/c").ending == .exited(0))
        #expect(try marks().last?.wholeMatch(of: /"export":\{"through":\d+,"to":"jsonl"\}/) != nil)
        upstream.stop()
    }
}
