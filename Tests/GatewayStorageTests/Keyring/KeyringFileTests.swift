import AuditLog
import Foundation
import GatewayCrypto
import GatewayStorage
import GatewayTestSupport
import Testing
import WebhookVerification

@Suite("KeyringFile")
struct KeyringFileTests {
    private static let now = Timestamp(microseconds: 1_795_000_000_000_000)
    private static let master = SecretBytes([UInt8](repeating: 7, count: 32).span)

    private static func reader() -> KeyMaterialReader {
        KeyMaterialReader(SignatureScheme(name: "body-hmac", algorithm: "hmac-sha256"))
    }

    private static func paths(_ directory: TestDirectory) throws -> KeyringPaths {
        try FileManager.default.createDirectory(
            atPath: directory.path + "/audit",
            withIntermediateDirectories: true
        )
        return KeyringPaths(file: directory.path + "/keys.json", auditDirectory: directory.path + "/audit")
    }

    /// Adds one key; what it is called says how many there were.
    @discardableResult
    private static func add(_ file: KeyringFile, label: String = "") throws(KeyringFileFault) -> KeyringFile.Opened {
        try file.update(master: master, makes: "x", now: now) { (keyring) throws(KeyringFault) in
            let number = (try? keyring.entry("s\(label)"))?.keys.count ?? 0
            var new = Keyring.NewKey()
            new.label = label
            // Many writers add to many entries, since one holds five keys.
            let id = try keyring.add(
                to: "s\(label)",
                secret: SecretBytes(Array("secret \(label) \(number) 0123456789abcdef".utf8).span),
                new,
                reader: reader(),
                now: now
            ).id
            return [KeyringAct(.keyAdd, key: id.text, of: "s\(label)", time: now)]
        }
    }

    @Test("a change is read back, with mode 0600, and its act waits for the audit log")
    func change() throws {
        let directory = try TestDirectory()
        let file = KeyringFile(try KeyringFileTests.paths(directory))
        #expect(throws: KeyringFileFault.missing(file.paths.file)) { try file.read(master: KeyringFileTests.master) }
        let first = try KeyringFileTests.add(file)
        let second = try KeyringFileTests.add(file)
        #expect(second.keyring.revision == 2)
        #expect(try file.read(master: KeyringFileTests.master).digest == second.digest)
        let attributes = try FileManager.default.attributesOfItem(atPath: file.paths.file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        var revisions: [AuditValue?] = []
        try file.drainActs(current: second.digest) { acts in
            revisions = acts.map { $0.members["rev"] }
            return true
        }
        #expect(revisions == [.integer(1), .integer(2)])
        var isAsked = false
        try file.drainActs(current: second.digest) { _ in
            isAsked = true
            return true
        }
        #expect(!isAsked)
        #expect(first.keyring.id == second.keyring.id)
    }

    @Test("the act on a key names it with its fingerprint and its states before and after (A5, key)")
    func named() throws {
        let directory = try TestDirectory()
        let file = KeyringFile(try KeyringFileTests.paths(directory))
        let key = try #require(try KeyringFileTests.add(file).keyring.entry("s").keys.first)
        let opened = try file.update(master: KeyringFileTests.master, now: KeyringFileTests.now) {
            (keyring) throws(KeyringFault) in
            try keyring.retire(key.id.text, notAfter: Timestamp(microseconds: 1_800_000_000_000_000))
            return [KeyringAct(.keyRetire, key: key.id.text, of: "s", time: KeyringFileTests.now)]
        }
        try file.leave(KeyringAct(.keyExport, key: key.id.text, of: "s", time: KeyringFileTests.now), at: opened)
        var found: [AuditValue?] = []
        try file.drainActs(current: opened.digest) { acts in
            found = acts.map { $0.members["key"] }
            return true
        }
        let known: [String: AuditValue] = [
            "fp": .string(key.fingerprint), "id": .string(key.id.text), "source": .string("s"),
        ]
        let until: [String: AuditValue] = ["not_after": .string("2027-01-15T08:00:00Z")]
        #expect(
            found == [
                .object(known.merging(["to": .string("active")]) { $1 }),
                .object(
                    known.merging(until) { $1 }.merging(["from": .string("active"), "to": .string("retiring")]) { $1 }
                ),
                .object(known.merging(until) { $1 }),
            ]
        )
    }

    @Test("an act whose change never came to pass is not handed out")
    func unfinished() throws {
        let directory = try TestDirectory()
        let paths = try KeyringFileTests.paths(directory)
        let first = try KeyringFileTests.add(KeyringFile(paths))
        let faulty = FaultyFiles(.always(name: "rename", code: 5))
        // The spool is replaced by a rename as well, so that one has to pass: the second fails.
        let calls = FaultyFiles()
        try KeyringFileTests.add(KeyringFile(paths, files: calls))
        #expect(throws: KeyringFileFault.self) { try KeyringFileTests.add(KeyringFile(paths, files: faulty)) }
        var count = 0
        let current = try KeyringFile(paths).read(master: KeyringFileTests.master)
        try KeyringFile(paths).drainActs(current: current.digest) { acts in
            count = acts.count
            return true
        }
        #expect(count == 2)
        #expect(current.keyring.revision == first.keyring.revision + 1)
    }

    @Test("whichever call of the system fails, the old or the new keyring is there, whole, and the next change works")
    func everyCallFails() throws {
        let directory = try TestDirectory()
        let paths = try KeyringFileTests.paths(directory)
        try KeyringFileTests.add(KeyringFile(paths))
        let counting = FaultyFiles()
        try KeyringFileTests.add(KeyringFile(paths, files: counting))
        #expect(counting.calls > 15)
        for call in 1...counting.calls {
            let before = try KeyringFile(paths).read(master: KeyringFileTests.master)
            let file = KeyringFile(paths, files: FaultyFiles(.once(call: call, code: 5)), patience: 0)
            let label = "f\(call)"
            let result = Result { try KeyringFileTests.add(file, label: label) }
            let after = try KeyringFile(paths).read(master: KeyringFileTests.master)
            let isNew = after.keyring.revision == before.keyring.revision + 1
            #expect(isNew || after.digest == before.digest, "call \(call)")
            if case .success = result { #expect(isNew, "call \(call)") }
            #expect(!FileManager.default.fileExists(atPath: "\(paths.directory)/.keys.json.tmp") || !isNew)
            try KeyringFileTests.add(KeyringFile(paths), label: "g\(call)")
        }
    }

    @Test("an older file, and another file of the same number, is refused; noted anew it is taken")
    func rollback() throws {
        let directory = try TestDirectory()
        let file = KeyringFile(try KeyringFileTests.paths(directory))
        try file.note(try KeyringFileTests.add(file))
        let old = directory.read("keys.json")
        try file.note(try KeyringFileTests.add(file))
        try directory.write("keys.json", old)
        let fault = KeyringFileFault.rollback(file.paths.file, found: 1, known: 2)
        #expect(throws: fault) { try file.read(master: KeyringFileTests.master) }
        #expect(throws: fault) { try KeyringFileTests.add(file) }
        try FileManager.default.removeItem(atPath: file.paths.file)
        #expect(throws: KeyringFileFault.rollback(file.paths.file, found: 0, known: 2)) {
            try KeyringFileTests.add(file)
        }
        try directory.write("keys.json", old)
        let opened = try #require(try file.readAny(master: KeyringFileTests.master))
        try file.note(opened)
        #expect(try file.read(master: KeyringFileTests.master).keyring.revision == 1)
        try KeyringFileTests.add(file, label: "b")
    }

    @Test("a file that others can read is refused")
    func mode() throws {
        let directory = try TestDirectory()
        let file = KeyringFile(try KeyringFileTests.paths(directory))
        try KeyringFileTests.add(file)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.paths.file)
        #expect(throws: KeyringFileFault.mode(file.paths.file, 0o640)) {
            try file.read(master: KeyringFileTests.master)
        }
    }

    @Test("of many writers at once none loses an update")
    func concurrent() throws {
        let directory = try TestDirectory()
        let paths = try KeyringFileTests.paths(directory)
        let results = inParallel(8) { writer in
            (0..<5).filter { round in
                (try? KeyringFileTests.add(KeyringFile(paths, patience: 60_000), label: "\(writer)-\(round)")) != nil
            }.count
        }
        #expect(results.reduce(0, +) == 40)
        let opened = try KeyringFile(paths).read(master: KeyringFileTests.master)
        #expect(opened.keyring.revision == 40)
        #expect(opened.keyring.entries.count == 40)
    }

    @Test("a writer that cannot have the lock says so and changes nothing")
    func locked() throws {
        let directory = try TestDirectory()
        let paths = try KeyringFileTests.paths(directory)
        let files = SystemFileOperations()
        let descriptor = try files.open(paths.lock, .lock)
        defer { files.close(descriptor) }
        #expect(try files.lock(descriptor))
        #expect(throws: KeyringFileFault.locked(paths.lock)) {
            try KeyringFileTests.add(KeyringFile(paths, patience: 20))
        }
        #expect(!FileManager.default.fileExists(atPath: paths.file))
    }
}
