import Foundation
import GatewayCrypto
import GatewayTestSupport
import StrictJSON
import Testing
import WebhookVerification

@Suite("Keyring")
struct KeyringTests {
    private static let now = Timestamp(microseconds: 1_795_000_000_000_000)

    private static func secret(_ text: String) -> SecretBytes { SecretBytes(Array(text.utf8).span) }

    private static func master(_ byte: UInt8 = 7) -> SecretBytes {
        SecretBytes([UInt8](repeating: byte, count: 32).span)
    }

    private static let scheme: SignatureScheme = {
        var scheme = SignatureScheme(name: "body-hmac", algorithm: "hmac-sha256")
        scheme.content = [SignatureScheme.ContentSegment("{body}")]
        return scheme
    }()

    private static func add(
        _ keyring: inout Keyring,
        _ text: String,
        to name: String = "cms",
        _ change: (inout Keyring.NewKey) -> Void = { _ in }
    ) throws(KeyringFault) -> KeyID {
        var new = Keyring.NewKey()
        change(&new)
        return try keyring.add(
            to: name,
            secret: secret(text),
            new,
            reader: KeyMaterialReader(Keyring.scheme(scheme, reading: new.encoding)),
            now: now
        ).id
    }

    private static func sample() throws -> (keyring: Keyring, first: KeyID, second: KeyID) {
        var keyring = try Keyring(master: master(), reference: "file:master", now: now)
        let first = try add(&keyring, "first-secret-0123456789abcdef")
        let second = try add(&keyring, "second-secret-0123456789abcdef")
        keyring.advance(now: now)
        return (keyring, first, second)
    }

    // MARK: monthly keys

    @Test("a month gets one key for each use, once; what is destroyed is not made again")
    func epochs() throws {
        var keyring = try Keyring(master: KeyringTests.master(), reference: "file:master", now: KeyringTests.now)
        let now = KeyringTests.now
        #expect(try keyring.epochKey(.mac, "2026-11") == nil)
        let id = try #require(try keyring.makeEpochKey(.mac, "2026-11", now: now))
        _ = try keyring.makeEpochKey(.seal, "2026-11", now: now)
        #expect(try keyring.makeEpochKey(.mac, "2026-11", now: now) == nil)
        let mac = try #require(try keyring.epochKey(.mac, "2026-11"))
        let seal = try #require(try keyring.epochKey(.seal, "2026-11"))
        #expect(mac.count == 32 && seal.count == 32 && mac != seal)
        _ = try keyring.makeEpochKey(.mac, "2026-10", now: now)
        #expect(keyring.epochs(.mac) == ["2026-10", "2026-11"])
        #expect(keyring.epochs(.seal) == ["2026-11"])
        keyring.advance(now: now)
        var again = try Keyring(opening: try keyring.encoded(), master: KeyringTests.master())
        #expect(try again.epochKey(.mac, "2026-11") == mac)
        #expect(try again.find(id.text).key.purpose == .internal)
        #expect(try again.destroyEpochKey(.mac, "2026-11") == id)
        #expect(try again.destroyEpochKey(.mac, "2026-11") == nil)
        #expect(try again.epochKey(.mac, "2026-11") == nil)
        #expect(try again.makeEpochKey(.mac, "2026-11", now: now) == nil)
        #expect(try again.epochKey(.seal, "2026-11") == seal)
        try again.revoke(try again.entry("internal:audit-seal-2026-11").keys[0].id.text)
        #expect(try again.epochKey(.seal, "2026-11") == nil)
    }

    // MARK: the format

    /// The vector's document in the form of a file.
    private static func vector() throws -> (file: [UInt8], master: SecretBytes, secret: String) {
        let json = JSONDocument()
        let bytes = Array(try SharedData.read("vectors/audit-and-keys.json"))
        #expect(json.parse(bytes.span) == nil)
        func node(_ pointer: String) throws -> JSONNode {
            try #require(JSONPointer(pointer).flatMap { json.find($0, in: bytes.span) })
        }
        var file: [UInt8] = []
        JSONCanonicalizer.append(json, try node("/keyring/document"), in: bytes.span, to: &file)
        let hex = try #require(json.string(try node("/keyring/master_hex"), in: bytes.span))
        let master = try #require(Hex.decode(hex))
        let secret = try #require(json.string(try node("/keyring/secret"), in: bytes.span))
        return (file, SecretBytes(master.span), secret)
    }

    @Test("the shared vector opens, and gives its secret", .enabled(if: SharedData.isAvailable))
    func sharedVector() throws {
        let (file, master, secret) = try KeyringTests.vector()
        let keyring = try Keyring(opening: file, master: master)
        #expect(keyring.revision == 1)
        let found = try keyring.find("k_01J8ZKEY1")
        #expect(found.key.state == .active && found.entry.primary == found.key.id)
        #expect(try keyring.secret(of: found.key, in: "cms-prod") == KeyringTests.secret(secret))
        #expect(try keyring.verifySecrets() == 1)
    }

    @Test("a keyring that was written opens again as it was, and is written again byte for byte")
    func roundTrip() throws {
        var (keyring, first, second) = try KeyringTests.sample()
        try keyring.retire(first.text, notAfter: Timestamp(seconds: KeyringTests.now.seconds + 60) ?? KeyringTests.now)
        try keyring.revoke(second.text)
        try keyring.destroy(second.text)
        let file = try keyring.encoded()
        let opened = try Keyring(opening: file, master: KeyringTests.master())
        #expect(opened.entries == keyring.entries)
        #expect(try opened.encoded() == file)
        #expect(opened.masterReference == "file:master")
        let text = String(decoding: file, as: UTF8.self)
        #expect(!text.contains("first-secret"))
    }

    @Test("every byte of a file, changed in any one bit, is refused")
    func tampered() throws {
        let file = try KeyringTests.sample().keyring.encoded()
        let master = KeyringTests.master()
        var taken: [Int] = []
        for position in file.indices {
            for bit in 0..<8 {
                var changed = file
                changed[position] ^= 1 << UInt8(bit)
                if (try? Keyring(opening: changed, master: master)) != nil { taken.append(position) }
            }
        }
        #expect(taken == [])
    }

    @Test("every beginning of a file, and a file with something behind it, is refused")
    func truncated() throws {
        let file = try KeyringTests.sample().keyring.encoded()
        let master = KeyringTests.master()
        // Without its line feed alone it is whole.
        for count in 0..<(file.count - 1) {
            #expect((try? Keyring(opening: Array(file.prefix(count)), master: master)) == nil, "\(count) bytes")
        }
        for tail in ["\n", " ", "{}"] {
            #expect((try? Keyring(opening: file + Array(tail.utf8), master: master)) == nil)
        }
    }

    @Test("another master key is told apart from a changed file")
    func wrongMaster() throws {
        let file = try KeyringTests.sample().keyring.encoded()
        #expect(throws: KeyringFault.wrongMaster) { try Keyring(opening: file, master: KeyringTests.master(8)) }
        let text = String(decoding: file, as: UTF8.self).replacing(
            "\"state\":\"active\"",
            with: "\"state\":\"revoked\""
        )
        #expect(throws: KeyringFault.notAuthentic) {
            try Keyring(opening: Array(text.utf8), master: KeyringTests.master())
        }
    }

    @Test("a sealed secret that was moved to another key does not open, though the MAC was made anew")
    func movedCiphertext() throws {
        let (keyring, first, second) = try KeyringTests.sample()
        let entry = try keyring.entry("cms")
        let stolen = try #require(entry.key(first))
        #expect(throws: KeyringFault.notAuthentic) { try keyring.secret(of: stolen, in: "other") }
        #expect(
            try keyring.secret(of: stolen, in: "cms") != keyring.secret(of: try #require(entry.key(second)), in: "cms")
        )
    }

    // MARK: weak secrets

    @Test(
        "weak secrets are refused with what would be right",
        arguments: [
            ("short", "a secret of at least 16 bytes is expected"), ("changeme", "this is a placeholder, not a secret"),
            ("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a few characters repeated are not a secret"),
        ]
    )
    func weak(text: String, sentence: String) throws {
        var keyring = try Keyring(master: KeyringTests.master(), reference: "x", now: KeyringTests.now)
        #expect(throws: KeyringFault.unusableSecret(sentence)) { try KeyringTests.add(&keyring, text) }
        #expect(keyring.entries == [])
    }

    @Test("a secret of 16 to 23 bytes is taken with a warning; the same secret in two sources is refused")
    func warned() throws {
        var keyring = try Keyring(master: KeyringTests.master(), reference: "x", now: KeyringTests.now)
        let added = try keyring.add(
            to: "a",
            secret: KeyringTests.secret("0123456789-abcdef"),
            Keyring.NewKey(),
            reader: KeyMaterialReader(KeyringTests.scheme),
            now: KeyringTests.now
        )
        #expect(added.warnings == ["the secret is shorter than 24 bytes"])
        #expect(throws: KeyringFault.duplicateSecret(source: "a", key: added.id)) {
            try KeyringTests.add(&keyring, "0123456789-abcdef", to: "b")
        }
    }

    @Test("an entry has at most five accepting keys")
    func limit() throws {
        var keyring = try Keyring(master: KeyringTests.master(), reference: "x", now: KeyringTests.now)
        for index in 0..<5 { _ = try KeyringTests.add(&keyring, "secret-number-\(index)-0123456789") }
        #expect(throws: KeyringFault.self) { try KeyringTests.add(&keyring, "secret-number-6-0123456789") }
    }

    // MARK: states

    private static let acts: [(name: String, legal: Set<KeyringKey.State>)] = [
        ("activate", [.pending, .suspended, .retiring]), ("promote", [.active]), ("retire", [.active, .retiring]),
        ("finish", [.retiring]), ("suspend", [.active]),
        ("revoke", [.pending, .active, .suspended, .retiring, .retired]),
        ("destroy", [.pending, .retired, .revoked]),
    ]

    /// A keyring of which one key is in a state, beside one that is active.
    private static func keyring(in state: KeyringKey.State) throws -> (Keyring, String) {
        var (keyring, first, second) = try sample()
        let later = Timestamp(seconds: now.seconds + 60) ?? now
        let id = first.text
        try keyring.promote(second.text)
        switch state {
        case .pending:
            let pending = try add(&keyring, "pending-secret-0123456789") { $0.notBefore = later }
            return (keyring, pending.text)
        case .active: break
        case .suspended: try keyring.suspend(id)
        case .retiring: try keyring.retire(id, notAfter: later)
        case .retired:
            try keyring.retire(id, notAfter: later)
            try keyring.finishRetirement(id)
        case .revoked: try keyring.revoke(id)
        case .destroyed:
            try keyring.revoke(id)
            try keyring.destroy(id)
        }
        return (keyring, id)
    }

    @Test("exactly the transitions of the table are possible", arguments: KeyringKey.State.allCases)
    func transitions(from state: KeyringKey.State) throws {
        for (name, legal) in KeyringTests.acts {
            var (keyring, id) = try KeyringTests.keyring(in: state)
            let before = keyring.entries
            var isDone = true
            do throws(KeyringFault) {
                switch name {
                case "activate": try keyring.activate(id, now: KeyringTests.now)
                case "promote": try keyring.promote(id)
                case "retire": try keyring.retire(id, notAfter: KeyringTests.now)
                case "finish": try keyring.finishRetirement(id)
                case "suspend": try keyring.suspend(id)
                case "revoke": try keyring.revoke(id)
                default: try keyring.destroy(id)
                }
            } catch {
                isDone = false
                guard case .illegalTransition = error else {
                    Issue.record("\(name) of \(state): \(error)")
                    continue
                }
            }
            #expect(isDone == legal.contains(state), "\(name) of \(state)")
            if !isDone { #expect(keyring.entries == before) }
        }
    }

    @Test("destroying a key makes a new data key: the old file does not open the new one's secrets")
    func destroyed() throws {
        var (keyring, first, second) = try KeyringTests.sample()
        let before = try #require(keyring.entry("cms").key(second))
        try keyring.revoke(first.text)
        try keyring.destroy(first.text)
        #expect(throws: KeyringFault.notAuthentic) { try keyring.secret(of: before, in: "cms") }
        #expect(try keyring.verifySecrets() == 1)
        #expect(throws: KeyringFault.self) {
            try keyring.secret(of: try #require(try keyring.entry("cms").key(first)), in: "cms")
        }
    }

    @Test("under a new master key everything opens, under the old one nothing does")
    func rewrapped() throws {
        var (keyring, first, _) = try KeyringTests.sample()
        let fingerprint = try keyring.find(first.text).key.fingerprint
        try keyring.rewrap(master: KeyringTests.master(9), reference: "file:new")
        let file = try keyring.encoded()
        #expect(throws: KeyringFault.wrongMaster) { try Keyring(opening: file, master: KeyringTests.master()) }
        let opened = try Keyring(opening: file, master: KeyringTests.master(9))
        #expect(try opened.verifySecrets() == 2)
        #expect(try opened.find(first.text).key.fingerprint != fingerprint)
    }

    @Test("the reference of a new master key is followed only where the old one vouches for it")
    func handover() throws {
        let known = try KeyringTests.sample().keyring
        var keyring = known
        #expect(try KeyringHandover.reference(in: try keyring.encoded(), known: known) == nil)
        try keyring.rewrap(master: KeyringTests.master(9), reference: "file:new")
        let file = try keyring.encoded()
        #expect(try KeyringHandover.reference(in: file, known: known) == "file:new")
        // It stays while the keyring is changed under the new master key.
        var later = try Keyring(opening: file, master: KeyringTests.master(9))
        _ = try KeyringTests.add(&later, "third-secret-0123456789abcdef")
        #expect(try KeyringHandover.reference(in: try later.encoded(), known: known) == "file:new")
        // Whoever can write the file, but has not the old master key, cannot name another place.
        let forged = String(decoding: file, as: UTF8.self).replacing("file:new", with: "exec:/tmp/x")
        #expect(try KeyringHandover.reference(in: Array(forged.utf8), known: known) == nil)
        var stranger = try Keyring(master: KeyringTests.master(8), reference: "file:other", now: KeyringTests.now)
        stranger.advance(now: KeyringTests.now)
        try stranger.rewrap(master: KeyringTests.master(9), reference: "exec:/tmp/x")
        #expect(try KeyringHandover.reference(in: try stranger.encoded(), known: known) == nil)
        // A second one is vouched for by the first, and no longer by the one before.
        try later.rewrap(master: KeyringTests.master(10), reference: "file:newest")
        #expect(try KeyringHandover.reference(in: try later.encoded(), known: known) == nil)
        #expect(try KeyringHandover.reference(in: try later.encoded(), known: keyring) == "file:newest")
    }

    // MARK: rotation

    @Test("a rotation waits for the first use, then the new key is primary and the old one retires after the overlap")
    func rotation() throws {
        var keyring = try Keyring(master: KeyringTests.master(), reference: "x", now: KeyringTests.now)
        let old = try KeyringTests.add(&keyring, "first-secret-0123456789abcdef")
        try keyring.refuseOpenRotation(of: "cms", now: KeyringTests.now)
        let new = try KeyringTests.add(&keyring, "second-secret-0123456789abcdef")
        try keyring.startRotation(of: "cms", to: new, overlap: 3600)
        #expect(try keyring.entry("cms").primary == old)
        #expect(throws: KeyringFault.self) { try keyring.refuseOpenRotation(of: "cms", now: KeyringTests.now) }
        #expect(try keyring.completeRotation(to: new, now: KeyringTests.now) == old)
        let entry = try keyring.entry("cms")
        #expect(entry.primary == new && entry.candidate == nil)
        #expect(entry.key(old)?.state == .retiring)
        #expect(entry.key(old)?.notAfter?.seconds == KeyringTests.now.seconds + 3600)
        #expect(throws: KeyringFault.self) { try keyring.refuseOpenRotation(of: "cms", now: KeyringTests.now) }
        let later = Timestamp(seconds: KeyringTests.now.seconds + 3601) ?? KeyringTests.now
        try keyring.refuseOpenRotation(of: "cms", now: later)
        #expect(keyring.overdue(now: later, grace: 360).isEmpty)
        let end = Timestamp(seconds: later.seconds + 360) ?? later
        #expect(keyring.overdue(now: end, grace: 360).map(\.key.id) == [old])
        // Repeated, it does nothing: another node may have been faster.
        #expect(try keyring.completeRotation(to: new, now: KeyringTests.now) == nil)
    }

    @Test("undone before the first use the new key is suspended; undone after it both keys stay accepted")
    func undone() throws {
        var keyring = try Keyring(master: KeyringTests.master(), reference: "x", now: KeyringTests.now)
        let old = try KeyringTests.add(&keyring, "first-secret-0123456789abcdef")
        let new = try KeyringTests.add(&keyring, "second-secret-0123456789abcdef")
        try keyring.startRotation(of: "cms", to: new, overlap: 3600)
        var early = keyring
        let first = try early.undoRotation(of: "cms", now: KeyringTests.now)
        #expect(first.kept == old && first.new == .suspended(new))
        #expect(try early.entry("cms").primary == old)
        _ = try keyring.completeRotation(to: new, now: KeyringTests.now)
        let second = try keyring.undoRotation(of: "cms", now: KeyringTests.now)
        #expect(second.kept == old && second.new == .stays(new))
        #expect(try keyring.entry("cms").primary == old)
        #expect(try keyring.entry("cms").keys.allSatisfy { $0.state == .active && $0.notAfter == nil })
        #expect(throws: KeyringFault.self) { try keyring.undoRotation(of: "cms", now: KeyringTests.now) }
    }

    @Test(
        "names of entries say what their keys are for",
        arguments: [
            ("cms-prod", KeyringKey.Purpose.verify), ("sign:cms", .sign), ("internal:replay", .internal), ("", nil),
            ("sign:", nil), ("Cms", nil), ("a b", nil), ("other:x", nil),
        ]
    )
    func names(name: String, purpose: KeyringKey.Purpose?) { #expect(KeyringEntry.purpose(of: name) == purpose) }

    @Test(
        "times are written and read as whole seconds",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_795_000_000, "2026-11-18T11:06:40Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"), (-1, "1969-12-31T23:59:59Z"),
        ]
    )
    func times(seconds: Int64, text: String) throws {
        #expect(KeyringTime.text(try #require(Timestamp(seconds: seconds))) == text)
    }
}
