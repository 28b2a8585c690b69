import GatewayCrypto
import Testing

@Suite struct KeyDerivationTests {
    @Test(
        "HKDF-SHA256 gives the keys of RFC 5869 appendix A",
        arguments: [
            (
                String(repeating: "0b", count: 22), "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9", 42,
                "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
            ),
            (
                String(repeating: "0b", count: 22), "", "", 42,
                "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
            ),
        ]
    )
    func derivation(material: String, salt: String, info: String, count: Int, expected: String) throws {
        let material = try #require(Hex.decode(material))
        let salt = try #require(Hex.decode(salt))
        let info = try #require(Hex.decode(info))
        let key = try HKDF.deriveSHA256(from: material.span, salt: salt.span, info: info.span, count: count)
        #expect(key.withBytes { Hex.encode($0) } == expected)
    }

    @Test("HKDF refuses lengths that RFC 5869 section 2.3 does not allow", arguments: [0, -1, 8161])
    func lengths(count: Int) {
        #expect(throws: CryptoFault.self) {
            try HKDF.deriveSHA256(from: [1].span, salt: [2].span, info: [3].span, count: count)
        }
    }

    @Test("Random bytes have the length asked for and differ")
    func random() throws {
        let first = try RandomBytes.make(32)
        #expect(first.count == 32)
        #expect(try RandomBytes.make(32) != first)
        #expect(try RandomBytes.make(0).isEmpty)
        #expect(try RandomBytes.makeSecret(16).count == 16)
    }
}
