import GatewayCrypto
import Testing

@Suite struct EncodingTests {
    @Test(
        "Hex of any case decodes",
        arguments: [("", []), ("00ff", [0, 255]), ("DEADbeef", [0xDE, 0xAD, 0xBE, 0xEF])] as [(String, [UInt8])]
    )
    func hexDecodes(text: String, bytes: [UInt8]) {
        #expect(Hex.decode(text) == bytes)
        #expect(hex(bytes) == text.lowercased())
    }

    @Test(
        "Hex that is odd, signed, prefixed, spaced or not a digit is refused",
        arguments: ["0", "+f", "-1", "0x00", " 00", "00 ", "0g", "0G", "@0", "`0", "/0", ":0", "0\u{0}", "é"]
    )
    func hexRefuses(text: String) { #expect(Hex.decode(text) == nil) }

    @Test("Hex refuses every byte that is not one of the 22 digits")
    func hexEveryByte() {
        let digits = Set("0123456789abcdefABCDEF".utf8)
        for byte in UInt8.min...UInt8.max {
            #expect((hexBytes([byte, 0x30]) != nil) == digits.contains(byte))
        }
    }

    @Test("Hex that does not fit its target is refused, nothing is written")
    func hexTarget() {
        var target: [UInt8] = [9]
        var span = target.mutableSpan
        #expect(Hex.decode(Array("0102".utf8).span, into: &span) == nil)
        #expect(target == [9])
    }

    @Test(
        "Base64 gives and takes the vectors of RFC 4648 section 10",
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ]
    )
    func rfc4648(plain: String, text: String) {
        let bytes = Array(plain.utf8)
        #expect(base64(bytes) == text)
        #expect(Base64.decode(text) == bytes)
        #expect(Base64.decode(text.filter { $0 != "=" }) == bytes)
    }

    @Test(
        "Base64 with half the padding, another alphabet, white space or unused bits set is refused",
        arguments: [
            "Zg=", "Zg===", "Zm8==", "Zm9v=", "=", "==", "====", "Z", "Zm9vY", "Zg==Zg==", "Z=g=", "Zm 8=", "Zm8=\n",
            "Zm9-", "Zm9_", "Zh==", "Zm9=", "Zh", "Zm9vYh", "é", "Zm9v\u{0}",
        ]
    )
    func base64Refuses(text: String) { #expect(Base64.decode(text) == nil) }

    @Test("The two alphabets are never mixed")
    func alphabets() {
        let bytes: [UInt8] = [0xFB, 0xFF, 0xFE]
        #expect(Base64.decode("+//+") == bytes)
        #expect(Base64.decode("-__-", alphabet: .url) == bytes)
        #expect(Base64.decode("+//-") == nil)
        #expect(Base64.decode("-_/-", alphabet: .url) == nil)
        #expect(base64(bytes, alphabet: .url) == "-__-")
        #expect(base64([0xFB], alphabet: .url, padding: .none) == "-w")
    }

    @Test("Every text of a length decodes to bytes that encode to it again", arguments: 0..<40)
    func roundTrip(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ count) }
        for alphabet in [Base64.Alphabet.standard, .url] {
            for padding in [Base64.Padding.full, .none] {
                let text = Base64.encode(bytes.span, alphabet: alphabet, padding: padding)
                #expect(Base64.decode(text, alphabet: alphabet) == bytes)
            }
        }
        #expect(Hex.decode(hex(bytes)) == bytes)
    }
}
