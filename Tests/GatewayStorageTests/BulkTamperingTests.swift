import AuditLog
import Foundation
import GatewayStorage
import GatewayTestSupport
import Testing

/// Thousands of small acts on a finished log, each refused by both verifiers.
///
/// POSTERN_TAMPER_ALL=1 takes a log of 1,000 entries and every byte of it, and says how many acts were refused.
@Suite("Bulk tampering")
struct BulkTamperingTests {
    private static let isFull = ProcessInfo.processInfo.environment["POSTERN_TAMPER_ALL"] == "1"

    private func makeLog(_ entries: Int) throws -> (log: TemporaryLog, key: String) {
        let log = try TemporaryLog()
        log.settings.segmentBytes = 40_000
        let committer = try log.open()
        for _ in 0..<(entries / 4) {
            committer.commit(log.batch([.admit, .outcome, .deny, .duplicate]), now: log.now)
            log.advance(milliseconds: 40)
            committer.tick(now: log.now)
        }
        let key = committer.verifierKey
        committer.close(now: log.now)
        return (log, key)
    }

    /// A file layer in which one byte of one file reads differently.
    private final class OneByte: FileOperations {
        private let system = SystemFileOperations()
        private let target: String
        private let offset: Int
        private let bit: UInt8
        private nonisolated(unsafe) var descriptor: Int32 = -1

        init(_ target: String, _ offset: Int) {
            (self.target, self.offset, bit) = (target, offset, 1 << UInt8(offset % 8))
        }
        func open(_ path: String, _ mode: FileOpenMode) throws(FileFailure) -> Int32 {
            let opened = try system.open(path, mode)
            if path == target { descriptor = opened }
            return opened
        }
        func close(_ file: Int32) {
            if file == descriptor { descriptor = -1 }
            system.close(file)
        }
        func read(_ file: Int32, count: Int, at start: Int) throws(FileFailure) -> [UInt8] {
            var bytes = try system.read(file, count: count, at: start)
            if file == descriptor, offset >= start, offset < start + bytes.count { bytes[offset - start] ^= bit }
            return bytes
        }
        func write(_ file: Int32, _ bytes: Span<UInt8>) throws(FileFailure) -> Int { try system.write(file, bytes) }
        func fdatasync(_ file: Int32) throws(FileFailure) { try system.fdatasync(file) }
        func syncDirectory(_ path: String) throws(FileFailure) { try system.syncDirectory(path) }
        func truncate(_ path: String, to size: Int) throws(FileFailure) { try system.truncate(path, to: size) }
        func rename(_ from: String, _ to: String) throws(FileFailure) { try system.rename(from, to) }
        func link(_ from: String, _ to: String) throws(FileFailure) { try system.link(from, to) }
        func unlink(_ path: String) throws(FileFailure) { try system.unlink(path) }
        func makeDirectory(_ path: String) throws(FileFailure) { try system.makeDirectory(path) }
        func setMode(_ file: Int32, _ mode: UInt32) throws(FileFailure) { try system.setMode(file, mode) }
        func mode(_ file: Int32) throws(FileFailure) -> UInt32 { try system.mode(file) }
        func size(_ file: Int32) throws(FileFailure) -> Int { try system.size(file) }
        func list(_ path: String) throws(FileFailure) -> [String] { try system.list(path) }
        func lock(_ file: Int32) throws(FileFailure) -> Bool { try system.lock(file) }
        func unlock(_ file: Int32) { system.unlock(file) }
        func allocate(_ file: Int32, size: Int) throws(FileFailure) { try system.allocate(file, size: size) }
        func space(_ path: String) throws(FileFailure) -> (free: UInt64, total: UInt64) { try system.space(path) }
    }

    private func holds(_ log: TemporaryLog, _ key: NoteKey, _ files: OneByte) -> Bool {
        let verification = AuditVerification(directory: log.settings.path, files: files)
        return (try? verification.run(origin: log.settings.logOrigin, keys: [key])) != nil
    }

    @Test("no flipped byte of any segment goes unseen, whichever it is")
    func everyByte() throws {
        let (log, key) = try makeLog(BulkTamperingTests.isFull ? 1000 : 100)
        let noteKey = try #require(NoteKey(text: key))
        var count = 0
        for name in try log.segments() {
            let path = "\(log.paths.segments)/\(name)"
            let size = try Data(contentsOf: URL(fileURLWithPath: path)).count
            for offset in 0..<size {
                count += 1
                if holds(log, noteKey, OneByte(path, offset)) { Issue.record("\(name), byte \(offset)") }
            }
        }
        #expect(count > 13_000)
        if BulkTamperingTests.isFull { print("first verifier, flips refused: \(count)") }
        #expect(holds(log, noteKey, OneByte("", 0)))
    }

    @Test(
        "the second verifier refuses every flip, deletion, insertion, swap, cut, edited note and removed segment",
        .enabled(if: AuditVerificationTests.python)
    )
    func second() throws {
        struct Result: Decodable {
            let done: [String: Int]
            let missed: [String]
        }
        let isFull = BulkTamperingTests.isFull
        let (log, key) = try makeLog(isFull ? 1000 : 80)
        let root = SharedData.repositoryRoot
        let command = [
            "python3", "\(root)/Tests/GatewayStorageTests/Python/tamper_in_bulk.py", "\(root)/docs",
            log.settings.path, key, isFull ? "1" : "97",
        ]
        let output = try ChildProcess.run(command, seconds: isFull ? 7200 : 60)
        #expect(output.ending == .exited(0), "\(output.errors)")
        let result = try JSONDecoder().decode(Result.self, from: Data(output.output.utf8))
        #expect(result.missed == [])
        if isFull { print("second verifier, refused: \(result.done.sorted { $0.key < $1.key })") }
        #expect(Set(result.done.keys) == ["flip", "delete", "insert", "swap", "cut", "note", "remove"])
        #expect(result.done["delete"] ?? 0 > 70)
    }
}
