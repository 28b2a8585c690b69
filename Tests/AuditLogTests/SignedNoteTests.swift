import AuditLog
import Foundation
import GatewayCrypto
import GatewayTestSupport
import Testing

@Suite("Signed note and checkpoint")
struct SignedNoteTests {
    private static let origin = "gw.example.com/audit/gw-1"

    private func makeKey(_ first: UInt8 = 0, name: String = origin) throws -> (PrivateKey, NoteKey) {
        var seed = (0..<32).map { UInt8($0) }
        seed[0] = first
        let key = try PrivateKey(ed25519Seed: SecretBytes(seed.span))
        let publicBytes = try #require(key.ed25519PublicBytes)
        return (key, try NoteKey(name: name, publicBytes: publicBytes))
    }

    private func makeNote() throws -> (SignedNote, NoteKey, Checkpoint) {
        let (key, noteKey) = try makeKey()
        let checkpoint = Checkpoint(origin: SignedNoteTests.origin, size: 5000, root: SHA256.hash([1].span))
        return (try SignedNote(signing: checkpoint, with: key, as: noteKey), noteKey, checkpoint)
    }

    private struct Vectors: Decodable {
        struct Log: Decodable {
            let seed_hex: String
            let vkey: String
            let record: String
            let leaf_hash_hex: String
            let checkpoint: String
        }
        let log: Log
    }

    @Test("key, leaf and checkpoint of the shared vector come out byte for byte", .enabled(if: SharedData.isAvailable))
    func vector() throws {
        let log = try JSONDecoder().decode(Vectors.self, from: SharedData.read("vectors/audit-and-keys.json")).log
        let hasher = try TreeHasher()
        let leaf = hasher.leaf(Array(log.record.utf8).span)
        #expect(leaf.hex == log.leaf_hash_hex)
        let (key, noteKey) = try makeKey()
        #expect(Hex.decode(log.seed_hex) == (0..<32).map { UInt8($0) })
        #expect(noteKey.text == log.vkey)
        #expect(NoteKey(text: log.vkey)?.publicBytes == noteKey.publicBytes)
        var tree = CompactRange()
        tree.append(leaf, with: hasher)
        let checkpoint = Checkpoint(origin: SignedNoteTests.origin, size: 1, root: tree.root(with: hasher))
        let note = try SignedNote(signing: checkpoint, with: key, as: noteKey)
        #expect(note.bytes == Array(log.checkpoint.utf8))
        let parsed = try #require(SignedNote(bytes: Array(log.checkpoint.utf8)))
        #expect(Checkpoint(text: parsed.text) == checkpoint)
    }

    @Test("a note is read back, its known signature holds, and unknown ones are ignored")
    func roundTrip() throws {
        let (note, noteKey, checkpoint) = try makeNote()
        let parsed = try #require(SignedNote(bytes: note.bytes))
        #expect(parsed == note)
        #expect(Checkpoint(text: parsed.text) == checkpoint)
        #expect(parsed.verify(with: [noteKey]) == .signed(by: ["\(noteKey.name)+\(noteKey.hexID)"]))
        let (other, otherKey) = try makeKey(7, name: "witness.example.com")
        #expect(parsed.verify(with: [otherKey]) == .unknownSigners)
        let extra = SignedNote.Signature(
            name: otherKey.name,
            keyID: otherKey.id,
            bytes: try other.sign(.ed25519, message: note.text.span)
        )
        let stored = SignedNote(text: note.text, signatures: note.signatures + [extra]).bytes
        let both = try #require(SignedNote(bytes: stored))
        #expect(both.verify(with: [noteKey]) == .signed(by: ["\(noteKey.name)+\(noteKey.hexID)"]))
        #expect(both.signatures.count == 2)
    }

    @Test("no single changed byte leaves a note that a known key signed with the same content")
    func flips() throws {
        let (note, noteKey, _) = try makeNote()
        let bytes = note.bytes
        for index in bytes.indices {
            for bit: UInt8 in [1, 2, 0x20, 0x80] {
                var changed = bytes
                changed[index] ^= bit
                guard let parsed = SignedNote(bytes: changed) else { continue }
                if case .signed = parsed.verify(with: [noteKey]) {
                    Issue.record("byte \(index) bit \(bit) does not matter")
                }
            }
        }
    }

    @Test(
        "other texts are not checkpoints",
        arguments: [
            "", "a\n1\n", "a\n01\nSVOHISD5YG9fxS9RMItIorwXMBcHHHsN0PPNa3MPEmw=\n",
            "a\n+1\nSVOHISD5YG9fxS9RMItIorwXMBcHHHsN0PPNa3MPEmw=\n",
            "a\n1\nSVOHISD5YG9fxS9RMItIorwXMBcHHHsN0PPNa3MPEmw=",
            "a\n1\nSVOHISD5YG9fxS9RMItIorwXMBcHHHsN0PPNa3MPEmw=\nextension\n",
            "\n1\nSVOHISD5YG9fxS9RMItIorwXMBcHHHsN0PPNa3MPEmw=\n",
            "a\n99999999999999999999\nSVOHISD5YG9fxS9RMItIorwXMBcHHHsN0PPNa3MPEmw=\n", "a\n1\nAAAA\n",
            "a\n1\nSVOHISD5YG9fxS9RMItIorwXMBcHHHsN0PPNa3MPEmw\n",
        ]
    )
    func notCheckpoints(text: String) {
        #expect(Checkpoint(text: Array(text.utf8)) == nil)
    }

    @Test(
        "other texts are not verifier keys",
        arguments: [
            "", "gw+b9526689", "gw.example.com/audit/gw-1+b9526688+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "gw.example.com/audit/gw-2+b9526689+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
            "gw.example.com/audit/gw-1+b9526689+AgOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4",
        ]
    )
    func notKeys(text: String) {
        #expect(NoteKey(text: text) == nil)
    }
}
