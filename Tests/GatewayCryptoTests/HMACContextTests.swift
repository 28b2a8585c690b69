import GatewayCrypto
import Testing

private struct MACVector: Sendable {
    let name: String
    let algorithm: DigestAlgorithm
    let key: String
    let message: String
    let mac: String

    init(_ name: String, _ algorithm: DigestAlgorithm, key: String, message: String, mac: String) {
        self.name = name
        self.algorithm = algorithm
        self.key = key
        self.message = message
        self.mac = mac
    }
}

private let what = "7768617420646f2079612077616e7420666f72206e6f7468696e673f"
private let hiThere = "4869205468657265"
private let blockSize =
    "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374"

private func repeated(_ byte: String, _ count: Int) -> String { String(repeating: byte, count: count) }

private let vectors: [MACVector] = [
    MACVector(
        "RFC 4231 4.2",
        .sha256,
        key: repeated("0b", 20),
        message: hiThere,
        mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
    ),
    MACVector(
        "RFC 4231 4.2",
        .sha384,
        key: repeated("0b", 20),
        message: hiThere,
        mac: "afd03944d84895626b0825f4ab46907f15f9dadbe4101ec682aa034c7cebc59cfaea9ea9076ede7f4af152e8b2fa9cb6"
    ),
    MACVector(
        "RFC 4231 4.2",
        .sha512,
        key: repeated("0b", 20),
        message: hiThere,
        mac: "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cdedaa833b7d6b8a702038b274eaea3f4e4"
            + "be9d914eeb61f1702e696c203a126854"
    ),
    MACVector(
        "RFC 4231 4.3",
        .sha256,
        key: "4a656665",
        message: what,
        mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    ),
    MACVector(
        "RFC 4231 4.4",
        .sha256,
        key: repeated("aa", 20),
        message: repeated("dd", 50),
        mac: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
    ),
    MACVector(
        "RFC 4231 4.5",
        .sha256,
        key: "0102030405060708090a0b0c0d0e0f10111213141516171819",
        message: repeated("cd", 50),
        mac: "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
    ),
    MACVector(
        "RFC 4231 4.7",
        .sha256,
        key: repeated("aa", 131),
        message: blockSize,
        mac: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    ),
    MACVector(
        "RFC 2202 2, 1",
        .md5,
        key: repeated("0b", 16),
        message: hiThere,
        mac: "9294727a3638bb1c13f48ef8158bfc9d"
    ),
    MACVector("RFC 2202 2, 2", .md5, key: "4a656665", message: what, mac: "750c783e6ab0b503eaa86e310a5db738"),
    MACVector(
        "RFC 2202 3, 1",
        .sha1,
        key: repeated("0b", 20),
        message: hiThere,
        mac: "b617318655057264e28bc0b6fb378c8ef146be00"
    ),
    MACVector(
        "RFC 2202 3, 2",
        .sha1,
        key: "4a656665",
        message: what,
        mac: "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
    ),
    MACVector(
        "RFC 2202 3, 6",
        .sha1,
        key: repeated("aa", 80),
        message: blockSize,
        mac: "aa4ae5e15272d00e95705637ce8a3b55ed402112"
    ),
]

@Suite struct HMACContextTests {
    @Test("A MAC is the one that the RFC prints", arguments: vectors)
    private func published(vector: MACVector) throws {
        let key = try #require(Hex.decode(vector.key))
        let message = try #require(Hex.decode(vector.message))
        let mac = try HMACContext.mac(vector.algorithm, key: key.span, message: message.span)
        #expect(hex(mac) == vector.mac, "\(vector.name)")
    }

    @Test("A context is used again without its key, whatever was fed before")
    func reuse() throws {
        let context = try HMACContext(.sha256, key: SecretBytes(Array("Jefe".utf8).span))
        var output = [UInt8](repeating: 0, count: 64)
        for _ in 0..<3 {
            context.update(Array("left over".utf8).span)
            context.reset()
            context.update(Array("what do ya want ".utf8).span)
            context.update(Array("for nothing?".utf8).span)
            var span = output.mutableSpan
            #expect(context.finish(into: &span) == 32)
            context.reset()
            #expect(
                hex(Array(output.prefix(32)))
                    == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
            )
        }
    }

    @Test("A duplicate goes on by itself from where the original was")
    func duplicates() throws {
        let original = try HMACContext(.sha256, key: Array("Jefe".utf8).span)
        original.update(Array("what do ya want ".utf8).span)
        let copy = try #require(original.duplicate())
        original.update(Array("something else".utf8).span)
        copy.update(Array("for nothing?".utf8).span)
        var output = [UInt8](repeating: 0, count: 32)
        var span = output.mutableSpan
        #expect(copy.finish(into: &span) == 32)
        #expect(hex(output) == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("A MAC that does not fit is not written")
    func tooShort() throws {
        let context = try HMACContext(.sha512, key: Array("Jefe".utf8).span)
        var output = [UInt8](repeating: 7, count: 63)
        var span = output.mutableSpan
        #expect(context.finish(into: &span) == 0)
        #expect(output.allSatisfy { $0 == 7 })
    }

    @Test("An empty key is a key of no bytes, not the key of the message before")
    func emptyKey() throws {
        let empty: [UInt8] = []
        let mac = try HMACContext.mac(.sha256, key: empty.span, message: empty.span)
        #expect(hex(mac) == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }
}
