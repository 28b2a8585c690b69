package import GatewayCrypto

/// A public key that checks signed notes, with the name and the id under which it signs (C2SP signed-note).
package struct NoteKey: Sendable {
    /// The name of the signer; for a log's own key, the log's origin.
    package let name: String
    /// The first four bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ public key), big-endian.
    package let id: UInt32
    /// The 32 bytes of the Ed25519 public key.
    package let publicBytes: [UInt8]
    /// The key itself.
    package let key: PublicKey

    /// Makes a note key; throws where the bytes are no Ed25519 public key.
    package init(name: String, publicBytes: [UInt8]) throws(CryptoFault) {
        key = try PublicKey(ed25519: publicBytes.span)
        self.name = name
        self.publicBytes = publicBytes
        id = NoteKey.id(name: name, publicBytes: publicBytes)
    }

    /// Reads the text form `name+hex(id)+base64(0x01 ‖ public key)`; `nil` where it is not one or the id is wrong.
    package init?(text: String) {
        // The base64 may itself hold `+`, the name may not.
        let parts = text.split(separator: "+", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, NoteKey.isName(parts[0]), parts[1].utf8.count == 8,
            let bytes = Base64.decode(String(parts[2])), bytes.count == 33, bytes[0] == 1,
            let key = try? NoteKey(name: String(parts[0]), publicBytes: Array(bytes[1...])),
            key.hexID == parts[1]
        else { return nil }
        self = key
    }

    /// The text form.
    package var text: String { "\(name)+\(hexID)+\(Base64.encode(([1] + publicBytes).span))" }

    /// The id as eight hexadecimal digits.
    package var hexID: String { Hex.encode(NoteKey.bigEndian(id).span) }

    /// Whether a name can be used: not empty, no white space, no `+`.
    package static func isName(_ name: some StringProtocol) -> Bool {
        !name.isEmpty && name.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0 != "+" && $0.value >= 0x20 }
    }

    /// The four bytes of an id.
    static func bigEndian(_ id: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: id >> UInt32($0)) }
    }

    private static func id(name: String, publicBytes: [UInt8]) -> UInt32 {
        let hash = SHA256.hash((Array(name.utf8) + [0x0A, 0x01] + publicBytes).span).bytes
        return hash.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}
