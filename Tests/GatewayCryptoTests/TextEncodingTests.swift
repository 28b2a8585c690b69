import Foundation
import GatewayCrypto
import Testing

@Suite("Hexadecimal and base64")
struct TextEncodingTests {
    private func digit(_ byte: UInt8) -> Int? {
        let text = Character(UnicodeScalar(byte))
        return "0123456789abcdef".contains(text) || "ABCDEF".contains(text) ? Int(String(text), radix: 16) : nil
    }

    @Test("every byte value at every place of a hexadecimal text of 10 is judged as a single digit is")
    func everyHexByte() {
        let good = Array("09afAF1c7E".utf8)
        for place in good.indices {
            for byte in UInt8.min...UInt8.max {
                var text = good
                text[place] = byte
                let digits = text.compactMap(digit)
                let expected =
                    digits.count == text.count
                    ? stride(from: 0, to: 10, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) } : nil
                #expect(Hex.decode(text.span) == expected, "\(byte) at \(place)")
            }
        }
    }

    @Test("texts of every length up to 70 survive both ways; odd ones and shorter room are refused")
    func hexLengths() {
        for count in 0...70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
            let text = Array(Hex.encode(bytes.span).utf8)
            #expect(Hex.decode(text.span) == bytes)
            #expect(Hex.decode((text + [0x30]).span) == nil)
            if count > 0 {
                var room = [UInt8](repeating: 0, count: count - 1)
                var span = room.mutableSpan
                #expect(Hex.decode(text.span, into: &span) == nil)
            }
        }
    }

    @Test("every byte value at every place of a base64 text is judged as Foundation judges it")
    func everyBase64Byte() {
        let good = Array("AZaz09+/Qk0x".utf8)
        for place in good.indices {
            // Foundation passes over line feeds only when it is asked to; padding inside is the one thing it takes apart
            // from what strict base64 allows, so '=' is judged below.
            for byte in UInt8.min...UInt8.max where byte != UInt8(ascii: "=") {
                var text = good
                text[place] = byte
                #expect(
                    Base64.decode(text.span) == Data(base64Encoded: Data(text)).map { [UInt8]($0) },
                    "\(byte) \(place)"
                )
            }
            var text = good
            text[place] = UInt8(ascii: "=")
            #expect((Base64.decode(text.span) != nil) == false || place == good.count - 1, "= at \(place)")
        }
    }

    @Test("base64 of every length up to 70 survives both ways in both alphabets, with padding and without")
    func base64Lengths() {
        for count in 0...70 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 151 &+ 7) }
            for alphabet in [Base64.Alphabet.standard, .url] {
                for padding in [Base64.Padding.full, .none] {
                    let text = Array(Base64.encode(bytes.span, alphabet: alphabet, padding: padding).utf8)
                    #expect(Base64.decode(text.span, alphabet: alphabet) == bytes)
                    #expect(Base64.decode((text + [0x21]).span, alphabet: alphabet) == nil)
                }
            }
            #expect(Base64.encode(bytes.span) == Data(bytes).base64EncodedString())
        }
    }
}
