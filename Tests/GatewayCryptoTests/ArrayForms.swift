import GatewayCrypto

// `#expect` cannot carry a span through its expansion, so the tests ask with arrays.

func hex(_ bytes: [UInt8]) -> String { Hex.encode(bytes.span) }
func hexBytes(_ text: [UInt8]) -> [UInt8]? { Hex.decode(text.span) }
func equalInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool { constantTimeEquals(left.span, right.span) }
func sha256(_ bytes: [UInt8]) -> Digest32 { SHA256.hash(bytes.span) }
func digest32(_ bytes: [UInt8]) -> Digest32? { Digest32(bytes.span) }
func secret(_ bytes: [UInt8]) -> SecretBytes { SecretBytes(bytes.span) }
func base64(
    _ bytes: [UInt8],
    alphabet: Base64.Alphabet = .standard,
    padding: Base64.Padding = .full
) -> String { Base64.encode(bytes.span, alphabet: alphabet, padding: padding) }

extension PublicKey {
    func holds(_ algorithm: SignatureAlgorithm, _ signature: [UInt8], over message: [UInt8]) -> Bool {
        verify(algorithm, signature: signature.span, message: message.span)
    }
}

extension PrivateKey {
    func signature(_ algorithm: SignatureAlgorithm, of message: [UInt8]) throws -> [UInt8] {
        try sign(algorithm, message: message.span)
    }
}
