import GatewayCrypto
import Testing

@Suite struct X25519Tests {
    /// The private half of one side, and the public half of the other.
    private static let bob = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"
    private static let alice = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"

    private static func secret(_ hex: String) throws -> SecretBytes {
        var bytes = try #require(Hex.decode(hex))
        return SecretBytes(consuming: &bytes)
    }

    private static func publicHex(_ secret: SecretBytes) throws -> String {
        let bytes = try X25519.publicKey(of: secret)
        return Hex.encode(bytes.span)
    }

    private static func shared(_ secret: SecretBytes, _ other: [UInt8]) throws -> String {
        let shared = try X25519.agree(secret, with: other.span)
        return shared.withBytes { Hex.encode($0) }
    }

    @Test("public halves and the shared secret are those of RFC 7748 sections 5.2 and 6.1")
    func vectors() throws {
        let nine = try X25519Tests.secret("09" + String(repeating: "00", count: 31))
        let first = try X25519Tests.publicHex(nine)
        #expect(first == "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079")
        let bob = try X25519Tests.secret(X25519Tests.bob)
        let own = try X25519Tests.publicHex(bob)
        #expect(own == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
        let alice = try #require(Hex.decode(X25519Tests.alice))
        let shared = try X25519Tests.shared(bob, alice)
        #expect(shared == "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742")
    }

    @Test("both sides get the same secret")
    func agreement() throws {
        let (one, two) = (try RandomBytes.makeSecret(32), try RandomBytes.makeSecret(32))
        let here = try X25519Tests.shared(one, try X25519.publicKey(of: two))
        let there = try X25519Tests.shared(two, try X25519.publicKey(of: one))
        #expect(here == there)
    }

    @Test("a public half of small order, or of the wrong length, is refused", arguments: ["00", "01", "short"])
    func refused(form: String) throws {
        let own = try X25519Tests.secret(X25519Tests.bob)
        var bytes = [UInt8](repeating: 0, count: form == "short" ? 31 : 32)
        bytes[0] = form == "01" ? 1 : 0
        #expect(throws: CryptoFault.self) { try X25519Tests.shared(own, bytes) }
    }
}
