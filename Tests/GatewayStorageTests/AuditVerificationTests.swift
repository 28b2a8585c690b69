import AuditLog
import Foundation
import GatewayCrypto
import GatewayStorage
import GatewayTestSupport
import Testing

/// Every way of tampering with a log, judged by both verifiers: ours, and `docs/verify_audit.py`, written apart from it.
@Suite("Audit verification")
struct AuditVerificationTests {
    /// What a verifier says: the exit status of the Python one.
    enum Verdict: Int32, Sendable {
        case holds = 0
        case changed = 1
        case notProved = 2
    }

    /// One act on a finished log.
    struct Tampering: Sendable, CustomTestStringConvertible {
        let name: String
        let verdict: Verdict
        let act: @Sendable (TemporaryLog, [String]) throws -> Void
        var testDescription: String { name }

        init(
            _ name: String,
            _ verdict: Verdict = .changed,
            _ act: @escaping @Sendable (TemporaryLog, [String]) throws -> Void
        ) {
            self.name = name
            self.verdict = verdict
            self.act = act
        }
    }

    static let python: Bool = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", "import cryptography"]
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return false }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }()

    /// Twenty entries in several segments, some checkpoints, the last entry unsigned.
    private func makeLog() throws -> (log: TemporaryLog, key: String) {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 900
        let committer = try log.open()
        for index in 0..<20 {
            committer.commit(log.batch([.admit], detail: index == 3 ? "ä \"quoted\"" : ""), now: log.now)
            log.advance(milliseconds: 300)
            committer.tick(now: log.now)
        }
        let key = committer.verifierKey
        committer.close(now: log.now)
        return (log, key)
    }

    private func judge(_ log: TemporaryLog, key: String, expected: [String] = []) throws -> Verdict {
        let notes = try expected.map { (name: $0, bytes: [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0)))) }
        do {
            _ = try log.verify(key: key, expected: notes)
            return .holds
        } catch AuditVerification.Fault.log(.tampered) {
            return .changed
        } catch AuditVerification.Fault.log(.incomplete) {
            return .notProved
        }
    }

    private func judgeInPython(_ log: TemporaryLog, key: String, expected: [String] = []) throws -> (Int32, String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["python3", "\(SharedData.repositoryRoot)/docs/verify_audit.py", log.settings.path, "--key", key]
            + expected.flatMap { ["--expect", $0] }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    private static func path(_ log: TemporaryLog, _ name: String) -> String { "\(log.paths.segments)/\(name)" }

    private static func edit(_ path: String, _ change: (inout [UInt8]) -> Void) throws {
        let url = URL(fileURLWithPath: path)
        var bytes = [UInt8](try Data(contentsOf: url))
        change(&bytes)
        try FileManager.default.removeItem(at: url)
        try Data(bytes).write(to: url)
    }

    private static func editLines(_ path: String, _ change: (inout [[UInt8]]) -> Void) throws {
        try edit(path) { bytes in
            var lines = bytes.split(separator: 0x0A).map(Array.init)
            change(&lines)
            bytes = lines.flatMap { $0 + [0x0A] }
        }
    }

    /// Takes away the first two segments and writes the range that stands for them.
    private static func prune(_ log: TemporaryLog, _ names: [String], spoil: Bool = false) throws {
        let hasher = try TreeHasher()
        var range = CompactRange()
        for name in names[..<2] {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path(log, name))))
            for line in bytes.split(separator: 0x0A) { range.append(hasher.leaf(Array(line).span), with: hasher) }
            try FileManager.default.removeItem(atPath: path(log, name))
        }
        var hashes = range.hashes
        if spoil { hashes[0] = hasher.leaf([1].span) }
        let list = hashes.map { "\"\(Base64.encode($0.bytes.span))\"" }.joined(separator: ",")
        try Data("{\"hashes\":[\(list)],\"size\":\(range.size)}\n".utf8).write(
            to: URL(fileURLWithPath: log.paths.pruned)
        )
    }

    static let tamperings: [Tampering] = [
        Tampering("nothing", .holds) { _, _ in },
        Tampering("one bit of an entry") { log, names in
            try edit(path(log, names[1])) { $0[40] ^= 1 }
        },
        Tampering("an entry deleted") { log, names in try editLines(path(log, names[1])) { $0.remove(at: 1) } },
        Tampering("an entry inserted") { log, names in try editLines(path(log, names[1])) { $0.insert($0[0], at: 1) } },
        Tampering("two entries swapped") { log, names in try editLines(path(log, names[1])) { $0.swapAt(0, 1) } },
        Tampering("white space added") { log, names in
            try editLines(path(log, names[1])) { $0[0].insert(0x20, at: 1) }
        },
        Tampering("an entry that is not JSON") { log, names in
            try editLines(path(log, names[1])) { $0[1] = Array("{\"seq\":1".utf8) }
        },
        Tampering("an entry longer than 8 KiB") { log, names in
            try editLines(path(log, names[1])) {
                $0[1].insert(contentsOf: [UInt8](repeating: 0x20, count: 9000), at: 1)
            }
        },
        Tampering("the tail cut at an entry") { log, names in
            try editLines(path(log, names[names.count - 1])) { $0.removeLast() }
        },
        Tampering("the tail cut inside an entry") { log, names in
            try edit(path(log, names[names.count - 1])) { $0.removeLast(10) }
        },
        Tampering("the last segment removed") { log, names in
            try FileManager.default.removeItem(atPath: path(log, names[names.count - 1]))
        },
        Tampering("a middle segment removed") { log, names in
            try FileManager.default.removeItem(atPath: path(log, names[1]))
        },
        Tampering("the first segment removed") { log, names in
            try FileManager.default.removeItem(atPath: path(log, names[0]))
        },
        Tampering("a segment renamed") { log, names in
            try FileManager.default.moveItem(atPath: path(log, names[1]), toPath: path(log, "0000000000000099.jsonl"))
        },
        Tampering("the size of the newest checkpoint edited") { log, _ in
            try editLines(log.paths.checkpoint) { $0[1] = Array("20".utf8) }
        },
        Tampering("a retained checkpoint edited") { log, _ in
            try editLines(log.paths.checkpoint(21)) { $0[1] = Array("20".utf8) }
        },
        Tampering("a retained checkpoint emptied") { log, _ in try edit(log.paths.checkpoint(21)) { $0 = [] } },
        Tampering("a retained checkpoint under another size") { log, _ in
            try FileManager.default.moveItem(atPath: log.paths.checkpoint(21), toPath: log.paths.checkpoint(19))
        },
        Tampering("all checkpoints removed", .notProved) { log, _ in
            try FileManager.default.removeItem(atPath: log.paths.checkpoint)
            for name in try FileManager.default.contentsOfDirectory(atPath: log.paths.checkpoints) {
                try FileManager.default.removeItem(atPath: "\(log.paths.checkpoints)/\(name)")
            }
        },
        Tampering("a torn line behind the last one", .holds) { log, names in
            try edit(path(log, names[names.count - 1])) { $0 += Array("{\"bo".utf8) }
        },
        Tampering("an unsigned entry behind the last one", .holds) { log, names in
            try edit(path(log, names[names.count - 1])) { $0 += Array("{\"kind\":\"x\",\"seq\":21}\n".utf8) }
        },
        Tampering("a prefix pruned without an entry that says so") { log, names in try prune(log, names) },
        Tampering("a pruned prefix with a wrong hash") { log, names in try prune(log, names, spoil: true) },
    ]

    @Test("both verifiers accept a whole log and refuse every tampering", arguments: tamperings)
    func tampering(tampering: Tampering) throws {
        let (log, key) = try makeLog()
        try tampering.act(log, try log.segments())
        #expect(try judge(log, key: key) == tampering.verdict)
        guard AuditVerificationTests.python else { return }
        let (status, output) = try judgeInPython(log, key: key)
        #expect(status == tampering.verdict.rawValue, "\(output)")
    }

    @Test("python3 with the package cryptography is there to judge a second time", .enabled(if: python))
    func secondVerifier() throws {
        let (log, key) = try makeLog()
        let (status, output) = try judgeInPython(log, key: key)
        #expect(status == 0)
        #expect(output.contains("signed         21"))
    }

    @Test("a prefix that a signed entry declares pruned is no fault")
    func declaredPruning() throws {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 900
        let committer = try log.open()
        for _ in 0..<20 { committer.commit(log.batch([.admit]), now: log.now) }
        let third = try #require(AuditPaths.number(try log.segments()[2], suffix: ".jsonl"))
        var batch = RecordBatch()
        let range: [String: AuditValue] = ["from": .integer(0), "to": .integer(Int(third))]
        batch.append(ControlEntry(.auditPrune, time: log.now.wall, members: ["prune": .object(range)]))
        committer.commit(batch, now: log.now)
        committer.close(now: log.now)
        try AuditVerificationTests.prune(log, try log.segments())
        let report = try log.verify(key: committer.verifierKey)
        #expect(report.first == third)
        #expect(report.size == 22)
        if AuditVerificationTests.python { #expect(try judgeInPython(log, key: committer.verifierKey).0 == 0) }
        // The writer goes on behind a pruned prefix too.
        try log.open().close(now: log.now)
        #expect(try log.verify(key: committer.verifierKey).size == 23)
    }

    @Test("another log's key proves nothing")
    func wrongKey() throws {
        let (log, _) = try makeLog()
        let (_, other) = try makeLog()
        #expect(try judge(log, key: other) == .notProved)
        if AuditVerificationTests.python { #expect(try judgeInPython(log, key: other).0 == 2) }
    }

    @Test("a rollback of everything passes alone, and fails against a note that was kept elsewhere")
    func rollback() throws {
        let (log, key) = try makeLog()
        let old = try TemporaryLog()
        try FileManager.default.copyItem(atPath: log.settings.path, toPath: old.settings.path)
        let committer = try log.open()
        committer.commit(log.batch([.admit]), now: log.now)
        committer.close(now: log.now)
        let kept = log.paths.checkpoint
        #expect(try judge(old, key: key) == .holds)
        #expect(try judge(old, key: key, expected: [kept]) == .changed)
        #expect(try judge(log, key: key, expected: [kept]) == .holds)
        guard AuditVerificationTests.python else { return }
        #expect(try judgeInPython(old, key: key).0 == 0)
        #expect(try judgeInPython(old, key: key, expected: [kept]).0 == 1)
    }

    @Test("no single changed bit of a signed entry goes unseen")
    func everyByte() throws {
        let (log, key) = try makeLog()
        let lines = try log.lines().map { Array($0.utf8) }
        let noteKey = try #require(NoteKey(text: key))
        let newest = [UInt8](try Data(contentsOf: URL(fileURLWithPath: log.paths.checkpoint)))
        let hasher = try TreeHasher()
        func holds(_ lines: [[UInt8]]) -> Bool {
            do {
                var verifier = try LogVerifier(
                    origin: log.settings.logOrigin,
                    keys: [noteKey],
                    notes: [("checkpoint", newest)],
                    hasher: hasher
                )
                for line in lines { try verifier.add(line.span) }
                _ = try verifier.finish()
                return true
            } catch {
                return false
            }
        }
        #expect(holds(lines))
        for index in lines.indices {
            for place in lines[index].indices {
                var changed = lines
                changed[index][place] ^= 1 << UInt8(place % 8)
                if holds(changed) { Issue.record("entry \(index) byte \(place)") }
            }
        }
    }
}
