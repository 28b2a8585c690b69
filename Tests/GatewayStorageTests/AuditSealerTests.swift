import AuditLog
import Foundation
import GatewayCrypto
import GatewayStorage
import Testing

@Suite("Sealed values beside the log")
struct AuditSealerTests {
    private let key = AuditSealerTests.secret(0)
    private let origin = "gw.example.com/audit/gw-1"

    private func mac(_ log: TemporaryLog) throws -> FieldMAC {
        try FieldMAC(AuditEpoch(containing: log.now.wall), key: AuditSealerTests.secret(1))
    }

    private static func secret(_ first: UInt8) -> SecretBytes {
        let bytes = (first..<(first + 32)).map { $0 }
        return SecretBytes(bytes.span)
    }

    /// What the sidecar holds for an entry and agrees with its MAC.
    private func value(_ sequence: UInt64, _ log: TemporaryLog) throws -> String? {
        let view = EntryView()
        guard let line = try log.lines().first(where: { $0.contains("\"seq\":\(sequence),") }) else { return nil }
        guard view.read(Array(line.utf8).span), let recorded = view.recorded("/email") else { return nil }
        let mac = try mac(log)
        for line in try SealedFiles(directory: log.settings.path).lines(of: [sequence], in: mac.epoch) {
            guard let secret = try? line.open(origin: origin, key: key) else { continue }
            let bytes = secret.withBytes { span in span.indices.map { span[$0] } }
            if mac.text(path: "/email", value: bytes) == recorded { return String(decoding: bytes, as: UTF8.self) }
        }
        return nil
    }

    /// The entries of admissions in the log: number and MAC.
    private func admissions(_ log: TemporaryLog) throws -> [UInt64] {
        let view = EntryView()
        return try log.lines().compactMap { line in
            guard view.read(Array(line.utf8).span), view.kind == "request.admit" else { return nil }
            return view.sequence
        }
    }

    @Test("a sealed value is as durable as its entry: in the sidecar before the entry counts")
    func durable() throws {
        let log = try TemporaryLog()
        let committer = try log.open()
        let mac = try mac(log)
        committer.commit(try log.sealedBatch("bob@example.com", mac: mac, key: key), now: log.now)
        #expect(committer.takeProgress()[1] == [.durable(through: 1)])
        // Nothing is closed or flushed: what a killed process leaves.
        #expect(try value(1, log) == "bob@example.com")
        #expect(try log.lines().allSatisfy { !$0.contains("bob") })
        committer.close(now: log.now)
        _ = try log.verify(key: committer.verifierKey)
    }

    @Test(
        "whatever call fails, every admission that counted has its value, and none is ever in clear",
        arguments: [5, 28]
    )
    func faults(_ code: Int32) throws {
        let calls = try run(.never).calls
        for call in 1...calls {
            let (log, done, _, text) = try run(.once(call: call, code: code))
            let numbers = try admissions(log)
            let values = try numbers.compactMap { try value($0, log) }
            #expect(values.count == numbers.count, "call \(call)")
            #expect(Set(done).isSubset(of: Set(values)), "call \(call)")
            #expect(!text.contains("@"), "call \(call)")
        }
    }

    @Test("whatever call fails from then on, the log opens again with what counted")
    func lastingFaults() throws {
        let calls = try run(.never).calls
        for call in stride(from: 1, through: calls, by: 3) {
            let (log, done, _, _) = try run(.from(call: call, code: 5))
            let values = try admissions(log).compactMap { try value($0, log) }
            #expect(Set(done).isSubset(of: Set(values)), "call \(call)")
        }
    }

    /// Five admissions over a log whose files fail by plan; which of them were said to be durable.
    private func run(_ plan: FaultyFiles.Plan) throws -> (log: TemporaryLog, done: [String], calls: Int, text: String) {
        let log = try TemporaryLog()
        let files = FaultyFiles()
        let first = try log.open(files)
        let before = files.calls
        if case .once(let call, let code) = plan { files.set(.once(call: before + call, code: code)) }
        if case .from(let call, let code) = plan { files.set(.from(call: before + call, code: code)) }
        let mac = try mac(log)
        var done: [String] = []
        _ = first.takeProgress()
        for index in 0..<5 {
            let value = "person-\(index)@example.com"
            first.commit(try log.sealedBatch(value, mac: mac, key: key), now: log.now)
            log.advance(milliseconds: 1_100)
            first.tick(now: log.now)
            for event in first.takeProgress()[1] {
                if case .durable = event { done.append(value) }
            }
        }
        let calls = files.calls - before
        files.set(.never)
        first.close(now: log.now)
        let second = try log.open()
        second.close(now: log.now)
        _ = try log.verify(key: second.verifierKey)
        let sealed = try SealedFiles(directory: log.settings.path).months().flatMap { month in
            try FileManager.default.contentsOfDirectory(atPath: log.paths.sealed(month)).map {
                try String(contentsOfFile: "\(log.paths.sealed(month))/\($0)", encoding: .utf8)
            }
        }
        return (log, done, calls, (sealed + (try log.lines())).joined())
    }

    @Test("erased values are gone from the sidecar, others stay, a held entry stays, and the log verifies as before")
    func redaction() throws {
        let log = try TemporaryLog()
        let desk = try AuditCommandDesk(settings: log.settings, actor: [:], logger: TemporaryLog.logger)
        let now = AuditInstant.current()
        log.now = now
        let mac = try mac(log)
        for name in ["alice", "bob", "carol"] {
            let batch = try log.sealedBatch("\(name)@example.com", mac: mac, key: key)
            _ = desk.perform { committer, now in committer.commit(batch, now: now) }
        }
        let numbers = try admissions(log)
        #expect(numbers.count == 3)
        let redaction = AuditRedaction(directory: log.settings.path)
        var request = AuditRedaction.Request(legalBasis: "GDPR Art. 17")
        request.sequences = [numbers[1]]
        request.isDryRun = true
        #expect(try redaction.run(request, at: desk, actor: [:]).values == 1)
        #expect(try value(numbers[1], log) == "bob@example.com")
        request.isDryRun = false
        let outcome = try redaction.run(request, at: desk, actor: ["id": .string("dpo")])
        #expect(outcome.values == 1 && outcome.sequences == [numbers[1]] && outcome.entries.count == 1)
        #expect(try numbers.map { try value($0, log) } == ["alice@example.com", nil, "carol@example.com"])
        #expect(try redaction.run(request, at: desk, actor: [:]).values == 0)
        let entry = try #require(try log.lines().first { $0.contains("audit.redact") })
        #expect(entry.contains("\"redact\":{\"legal_basis\":\"GDPR Art. 17\",\"seqs\":[\(numbers[1])]}"))

        let hold = AuditHold(id: "case-7", source: "s", event: nil, from: nil, to: nil, reference: "r")
        _ = desk.perform { committer, now in committer.append(hold.entry(time: now.wall, actor: [:]), now: now) }
        request.sequences = [numbers[2]]
        let held = try redaction.run(request, at: desk, actor: [:])
        #expect(held.values == 0 && held.held.map(\.hold) == ["case-7"])
        #expect(try value(numbers[2], log) == "carol@example.com")
        _ = desk.perform { committer, now in committer.append(hold.release(time: now.wall, actor: [:]), now: now) }

        let batch = try log.sealedBatch("dave@example.com", mac: mac, key: key)
        _ = desk.perform { committer, now in committer.commit(batch, now: now) }
        #expect(try redaction.run(request, at: desk, actor: [:]).values == 1)
        let verifierKey = desk.perform { committer, _ in committer.verifierKey }
        desk.close()
        _ = try log.verify(key: try #require(verifierKey))
        let last = try #require(try admissions(log).last)
        #expect(try value(last, log) == "dave@example.com")
    }

    @Test("a month goes with its keys once it is over and no hold concerns it")
    func month() throws {
        let log = try TemporaryLog()
        let desk = try AuditCommandDesk(settings: log.settings, actor: [:], logger: TemporaryLog.logger)
        let past = try mac(log)
        let batch = try log.sealedBatch("alice@example.com", mac: past, key: key)
        _ = desk.perform { committer, now in committer.commit(batch, now: now) }
        let redaction = AuditRedaction(directory: log.settings.path)
        let request = AuditRedaction.Request(legalBasis: "retention")
        var destroyed: [String] = []
        func erase(_ month: AuditEpoch, now: Int64) throws -> AuditRedaction.Outcome {
            try redaction.erase(month, .all, request, at: desk, actor: [:], now: now) { month, keys in
                destroyed.append("\(month) \(keys.rawValue)")
            }
        }
        #expect(throws: AuditRedaction.Fault.month(past.epoch.text)) {
            try erase(past.epoch, now: past.epoch.end - 1)
        }
        let hold = AuditHold(
            id: "h",
            source: nil,
            event: nil,
            from: past.epoch.start,
            to: past.epoch.start,
            reference: ""
        )
        _ = desk.perform { committer, now in committer.append(hold.entry(time: now.wall, actor: [:]), now: now) }
        #expect(throws: AuditRedaction.Fault.held(hold: "h")) { try erase(past.epoch, now: past.epoch.end) }
        _ = desk.perform { committer, now in committer.append(hold.release(time: now.wall, actor: [:]), now: now) }
        #expect(destroyed == [])
        #expect(try erase(past.epoch, now: past.epoch.end).values == 1)
        #expect(destroyed == ["\(past.epoch) all"])
        #expect(try value(try #require(try admissions(log).first), log) == nil)
        let entry = try #require(try log.lines().first { $0.contains("audit.redact") })
        #expect(
            entry.contains("\"redact\":{\"epoch\":\"\(past.epoch)\",\"keys\":\"all\",\"legal_basis\":\"retention\"}")
        )
        let verifierKey = desk.perform { committer, _ in committer.verifierKey }
        desk.close()
        _ = try log.verify(key: try #require(verifierKey))
    }
}
