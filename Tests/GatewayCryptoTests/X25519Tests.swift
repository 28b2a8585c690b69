import GatewayCrypto
import Testing

@Suite struct X25519Tests {
    /// The public half of the other side.
    private static let alice = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"
    private static let bob = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"

    private static func secret(_ hex: String) throws -> SecretBytes {
        let bytes = try #require(Hex.decode(hex))
        return SecretBytes(bytes.span)
    }

    @Test("public halves and the shared secret are those of RFC 7748 sections 5.2 and 6.1")
    func vectors() throws {
        let nine = "09" + String(repeating: "00", count: 31)
        let first = "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"
        #expect(Hex.encode(try X25519.publicKey(of: try X25519Tests.secret(nine)).span) == first)
        let bob = try X25519Tests.secret(X25519Tests.bob)
        let own = try X25519.publicKey(of: bob)
        #expect(Hex.encode(own.span) == "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f")
        let alice = try #require(Hex.decode(X25519Tests.alice))
        let shared = "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
        #expect(try X25519.agree(bob, with: alice.span).withBytes { Hex.encode($0) } == shared)
        let other = try RandomBytes.makeSecret(32)
        let theirs = try X25519.publicKey(of: other)
        #expect(try X25519.agree(other, with: own.span) == X25519.agree(bob, with: theirs.span))
    }

    @Test("a public half of small order, of the wrong length, or a private key of another length is refused")
    func refused() throws {
        let own = try X25519Tests.secret(X25519Tests.bob)
        for bytes in [
            [UInt8](repeating: 0, count: 32), [1] + [UInt8](repeating: 0, count: 31), [UInt8](repeating: 9, count: 31),
        ] {
            #expect(throws: CryptoFault.self) { try X25519.agree(own, with: bytes.span) }
        }
        let short = SecretBytes([UInt8](repeating: 1, count: 31).span)
        #expect(throws: CryptoFault.self) { try X25519.publicKey(of: short) }
    }
}
