import GatewayCrypto
import Testing
import WebhookVerification

@Suite("SealedKey")
struct SealedKeyTests {
    private static let now = Timestamp(microseconds: 1_795_000_000_000_000)
    private static let text = "moved-secret-0123456789abcdef"

    /// A keyring with one key, and that key sealed for a new recipient, whose private key is the second.
    private static func sample() throws -> (sealed: SealedKey, secret: SecretBytes) {
        let master = SecretBytes([UInt8](repeating: 7, count: 32).span)
        var keyring = try Keyring(master: master, reference: "x", now: now)
        let reader = KeyMaterialReader(SignatureScheme(name: "body-hmac", algorithm: "hmac-sha256"))
        var new = Keyring.NewKey()
        new.label = "2026-08"
        let secret = SecretBytes(Array(text.utf8).span)
        let id = try keyring.add(to: "cms", secret: secret, new, reader: reader, now: now).id
        let own = try RandomBytes.makeSecret(32)
        let found = try keyring.find(id.text)
        return (try SealedKey(found.key, of: "cms", in: keyring, for: try KeyRecipient(of: own)), own)
    }

    @Test("a sealed key opens with its recipient's private key only, and says what it was")
    func opened() throws {
        let (sealed, own) = try SealedKeyTests.sample()
        let read = try SealedKey(sealed.encoded)
        #expect(read.head.source == "cms" && read.head.label == "2026-08" && read.head.algorithm == "hmac-sha256")
        #expect(try read.open(with: own) == SecretBytes(Array(SealedKeyTests.text.utf8).span))
        #expect(throws: KeyringFault.self) { try read.open(with: try RandomBytes.makeSecret(32)) }
        #expect(!String(decoding: sealed.encoded, as: UTF8.self).contains(SealedKeyTests.text))
    }

    @Test("no byte of a sealed key can be changed without being refused")
    func tampered() throws {
        let (sealed, own) = try SealedKeyTests.sample()
        let file = sealed.encoded
        for index in file.indices.dropLast() {
            for bit in [UInt8(1), 0x20] {
                var changed = file
                changed[index] ^= bit
                #expect(throws: KeyringFault.self, "byte \(index)") { try SealedKey(changed).open(with: own) }
            }
        }
    }

    @Test("a recipient's text shows a typing error in any of its characters")
    func recipient() throws {
        let recipient = try KeyRecipient(of: try RandomBytes.makeSecret(32))
        let text = recipient.description
        #expect(KeyRecipient(text) == recipient)
        #expect(text.utf8.count == 87)
        for index in text.indices {
            var changed = text
            changed.replaceSubrange(index...index, with: text[index] == "0" ? "1" : "0")
            #expect(KeyRecipient(changed) == nil)
        }
        #expect(KeyRecipient(String(text.dropLast())) == nil && KeyRecipient(text.uppercased()) == nil)
    }
}
