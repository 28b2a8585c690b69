import GatewayCrypto
import Testing

private struct SealVector: Sendable {
    let name: String
    let key: String
    let nonce: String
    let additional: String
    let plaintext: String
    let sealed: String
}

private let sharedKey = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308"
private let sharedPlaintext =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"

private let vectors: [SealVector] = [
    SealVector(
        name: "GCM specification, test case 13",
        key: String(repeating: "00", count: 32),
        nonce: String(repeating: "00", count: 12),
        additional: "",
        plaintext: "",
        sealed: "530f8afbc74536b9a963b4f1c4cb738b"
    ),
    SealVector(
        name: "GCM specification, test case 14",
        key: String(repeating: "00", count: 32),
        nonce: String(repeating: "00", count: 12),
        additional: "",
        plaintext: String(repeating: "00", count: 16),
        sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"
    ),
    SealVector(
        name: "GCM specification, test case 16",
        key: sharedKey,
        nonce: "cafebabefacedbaddecaf888",
        additional: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        plaintext: sharedPlaintext,
        sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838"
            + "c5f61e6393ba7a0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"
    ),
]

@Suite struct AES256GCMTests {
    @Test("Sealing gives the published bytes, opening gives the plaintext", arguments: vectors)
    private func published(vector: SealVector) throws {
        let keyBytes = try #require(Hex.decode(vector.key))
        let key = SecretBytes(keyBytes.span)
        let nonce = try #require(Hex.decode(vector.nonce))
        let additional = try #require(Hex.decode(vector.additional))
        let plaintext = try #require(Hex.decode(vector.plaintext))
        let sealed = try AES256GCM.seal(
            plaintext.span,
            key: key,
            nonce: nonce.span,
            additional: additional.span
        )
        #expect(hex(sealed) == vector.sealed, "\(vector.name)")
        let opened = try AES256GCM.open(sealed.span, key: key, nonce: nonce.span, additional: additional.span)
        #expect(opened == secret(plaintext))
    }

    @Test("One changed bit anywhere, other additional data, nonce or key: not authentic")
    func tampering() throws {
        let key = SecretBytes([UInt8](repeating: 3, count: 32).span)
        let nonce = [UInt8](repeating: 4, count: 12)
        let additional: [UInt8] = [1, 2]
        let sealed = try AES256GCM.seal([5, 6, 7].span, key: key, nonce: nonce.span, additional: additional.span)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: CryptoFault.notAuthentic) {
                try AES256GCM.open(changed.span, key: key, nonce: nonce.span, additional: additional.span)
            }
        }
        #expect(throws: CryptoFault.notAuthentic) {
            try AES256GCM.open(sealed.span, key: key, nonce: nonce.span, additional: [1].span)
        }
        #expect(throws: CryptoFault.notAuthentic) {
            try AES256GCM.open(sealed.span.extracting(0..<15), key: key, nonce: nonce.span, additional: additional.span)
        }
        #expect(throws: CryptoFault.invalidKey("AES-256-GCM needs a nonce of 12 bytes")) {
            try AES256GCM.open(sealed.span, key: key, nonce: [1].span, additional: additional.span)
        }
        #expect(throws: CryptoFault.invalidKey("AES-256-GCM needs a key of 32 bytes")) {
            try AES256GCM.seal([1].span, key: SecretBytes([1].span), nonce: nonce.span, additional: additional.span)
        }
    }
}
