import GatewayCrypto
import Testing

@Suite struct PublicKeyTests {
    @Test(
        "Ed25519 makes and checks the signatures of RFC 8032 section 7.1",
        arguments: [
            (
                "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
                "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                    + "d25bf5f0595bbe24655141438e7a100b"
            ),
            (
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
                "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                    + "387b2eaeb4302aeeb00d291612bb0c00"
            ),
            (
                "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
                "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                    + "4a7c15e9716ed28dc027beceea1ec40a"
            ),
        ]
    )
    func ed25519(seed: String, publicBytes: String, message: String, signature: String) throws {
        let seedBytes = try #require(Hex.decode(seed))
        let publicKeyBytes = try #require(Hex.decode(publicBytes))
        let key = try PrivateKey(ed25519Seed: SecretBytes(seedBytes.span))
        let message = try #require(Hex.decode(message))
        let signature = try #require(Hex.decode(signature))
        #expect(key.ed25519PublicBytes == publicKeyBytes)
        #expect(try key.signature(.ed25519, of: message) == signature)
        let publicKey = try PublicKey(ed25519: publicKeyBytes.span)
        #expect(publicKey.holds(.ed25519, signature, over: message))
        #expect(!publicKey.holds(.ed25519, signature, over: (message + [0])))
        #expect(!publicKey.holds(.ed25519, Array(signature.prefix(63)), over: message))
        #expect(!publicKey.holds(.ed25519, [UInt8](), over: message))
    }

    @Test(
        "ECDSA P-256 with SHA-256 holds for RFC 6979 appendix A.2.5, from numbers",
        arguments: [
            (
                "sample",
                "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716f7cb1c942d657c41d436c7a1b6e29f65f3e900"
                    + "dbb9aff4064dc4ab2f843acda8"
            ),
            (
                "test",
                "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367019f4113742a2b14bd25926b49c649155f267e"
                    + "60d3814b4c0cc84250e46f0083"
            ),
        ]
    )
    func ecdsa(message: String, signature: String) throws {
        let x = try #require(Hex.decode("60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"))
        let y = try #require(Hex.decode("7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299"))
        let key = try PublicKey(curve: .p256, x: x.span, y: y.span)
        let raw = try #require(Hex.decode(signature))
        let bytes = Array(message.utf8)
        #expect(key.holds(.ecdsaRaw(.sha256), raw, over: bytes))
        #expect(!key.holds(.ecdsaRaw(.sha256), raw, over: Array("other".utf8)))
        #expect(!key.holds(.ecdsaRaw(.sha256), Array(raw.prefix(63)), over: bytes))
        #expect(!key.holds(.ecdsaDER(.sha256), raw, over: bytes))
        #expect(!key.holds(.ecdsaRaw(.sha1), raw, over: bytes))
        #expect(!key.holds(.rsaPKCS1(.sha256), raw, over: bytes))
        #expect(!key.holds(.ed25519, raw, over: bytes))
    }

    @Test("A point that is not on the curve is no key")
    func offCurve() {
        let one = [UInt8](repeating: 1, count: 32)
        #expect(throws: CryptoFault.self) { try PublicKey(curve: .p256, x: one.span, y: one.span) }
    }

    @Test("Numbers that are too long or empty are no key")
    func badNumbers() {
        let long = [UInt8](repeating: 1, count: 33)
        #expect(throws: CryptoFault.self) { try PublicKey(curve: .p256, x: long.span, y: long.span) }
        #expect(throws: CryptoFault.self) { try PublicKey(rsaModulus: [UInt8]().span, exponent: [3].span) }
        #expect(throws: CryptoFault.self) { try PublicKey(ed25519: long.span) }
    }

    @Test(
        "Text that is not a public key in PEM is refused",
        arguments: [
            "", "hello", "-----BEGIN PUBLIC KEY-----\n", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\n!!!!\n-----END PUBLIC KEY-----\n",
            "-----BEGIN SECRET-----\nAAAA\n-----END SECRET-----\n",
            "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END CERTIFICATE-----\n",
        ]
    )
    func badPEM(text: String) {
        #expect(throws: CryptoFault.self) { try PublicKey(pem: Array(text.utf8).span) }
        #expect(throws: CryptoFault.self) { try PrivateKey(pem: Array(text.utf8).span) }
    }
}
