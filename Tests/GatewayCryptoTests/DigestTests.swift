import GatewayCrypto
import Testing

private let twoBlocks = "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"

@Suite struct DigestTests {
    @Test(
        "SHA-256 gives the digests of FIPS 180 and its example values",
        arguments: [
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (twoBlocks, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"),
        ]
    )
    func fips180(text: String, digest: String) throws {
        let bytes = Array(text.utf8)
        #expect(sha256(bytes).hex == digest)
        let context = try DigestContext(.sha256)
        for byte in bytes { context.update([byte].span) }
        #expect(context.finish32().hex == digest)
        context.update(bytes.span)
        #expect(hex(context.finish()) == digest)
    }

    @Test(
        "The other functions give the digest of abc that their standards print",
        arguments: [
            (DigestAlgorithm.md5, "900150983cd24fb0d6963f7d28e17f72"),
            (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            (
                .sha384,
                "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"
            ),
            (
                .sha512,
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
                    + "454d4423643ce80e2a9ac94fa54ca49f"
            ),
        ]
    )
    func others(algorithm: DigestAlgorithm, digest: String) throws {
        let bytes = try DigestContext.digest(algorithm, of: Array("abc".utf8).span)
        #expect(hex(bytes) == digest)
        #expect(bytes.count == algorithm.byteCount)
    }

    @Test("A million letters a, fed in pieces, give the digest of FIPS 180")
    func millionLetters() throws {
        let context = try DigestContext(.sha256)
        let piece = [UInt8](repeating: UInt8(ascii: "a"), count: 1000)
        for _ in 0..<1000 { context.update(piece.span) }
        #expect(context.finish32().hex == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("Digests are equal and hash alike exactly when all 32 bytes are equal")
    func identity() throws {
        let digest = SHA256.hash(Array("abc".utf8).span)
        #expect(digest32(digest.bytes) == digest)
        for index in 0..<32 {
            var other = digest.bytes
            other[index] ^= 1
            #expect(digest32(other) != digest)
        }
        #expect(digest32([UInt8](repeating: 0, count: 31)) == nil)
        #expect(Set([digest, sha256(Array("abc".utf8))]).count == 1)
        var text: [UInt8] = []
        digest.appendBase64URL(to: &text)
        #expect(String(decoding: text, as: UTF8.self) == "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0")
    }
}
