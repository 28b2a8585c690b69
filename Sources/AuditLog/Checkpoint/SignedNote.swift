package import GatewayCrypto

/// A text with signatures behind it, the form in which checkpoints are published (C2SP signed-note).
package struct SignedNote: Sendable, Equatable {
    /// One signature line.
    package struct Signature: Sendable, Equatable {
        /// The name of the signer.
        package let name: String
        /// The id of the key.
        package let keyID: UInt32
        /// The signature.
        package let bytes: [UInt8]

        /// Makes a signature line.
        package init(name: String, keyID: UInt32, bytes: [UInt8]) {
            self.name = name
            self.keyID = keyID
            self.bytes = bytes
        }
    }

    /// What a list of keys says about a note.
    package enum Verification: Sendable, Equatable {
        /// At least one known key signed, and every signature by a known key holds.
        case signed(by: [String])
        /// A signature by a known key does not hold.
        case forged(name: String)
        /// No known key signed.
        case unknownSigners
    }

    /// The signed text with its last line feed.
    package let text: [UInt8]
    /// The signatures in order.
    package let signatures: [Signature]

    private static let maxBytes = 64 * 1024
    private static let dash: [UInt8] = [0xE2, 0x80, 0x94, 0x20]

    /// Reads a note; `nil` where it is longer than 64 KiB, has no signature, or is not of the form.
    package init?(bytes: [UInt8]) {
        guard bytes.count <= SignedNote.maxBytes, bytes.last == UInt8(ascii: "\n"),
            (try? UTF8Span(validating: bytes.span)) != nil,
            bytes.allSatisfy({ $0 >= 0x20 || $0 == UInt8(ascii: "\n") }),
            let split = SignedNote.lastBlankLine(bytes)
        else { return nil }
        var signatures: [Signature] = []
        let block = bytes[(split + 2)..<(bytes.count - 1)]
        for line in block.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            guard let signature = SignedNote.signature(line) else { return nil }
            signatures.append(signature)
        }
        guard !signatures.isEmpty, signatures.count <= 100 else { return nil }
        text = Array(bytes[...split])
        self.signatures = signatures
    }

    /// Makes a note out of a text that ends in a line feed and signatures made over it.
    package init(text: [UInt8], signatures: [Signature]) {
        self.text = text
        self.signatures = signatures
    }

    /// Signs a checkpoint with the log's own key, whose name is the origin.
    package init(signing checkpoint: Checkpoint, with key: PrivateKey, as noteKey: NoteKey) throws(CryptoFault) {
        let text = checkpoint.text
        let signature = try key.sign(.ed25519, message: text.span)
        self.init(text: text, signatures: [Signature(name: noteKey.name, keyID: noteKey.id, bytes: signature)])
    }

    /// The note as it is stored.
    package var bytes: [UInt8] {
        var output = text
        output.append(UInt8(ascii: "\n"))
        for signature in signatures {
            let value = NoteKey.bigEndian(signature.keyID) + signature.bytes
            output += SignedNote.dash + Array("\(signature.name) \(Base64.encode(value.span))\n".utf8)
        }
        return output
    }

    /// The signatures as text, without the names: base64 of id and signature, as they stand in the note.
    package var signatureTexts: [String] {
        signatures.map { Base64.encode((NoteKey.bigEndian($0.keyID) + $0.bytes).span) }
    }

    /// Checks every signature whose name and id belong to one of `keys`; other signatures are ignored, as the
    /// specification demands.
    package func verify(with keys: [NoteKey]) -> Verification {
        var signers: [String] = []
        for signature in signatures {
            guard let key = keys.first(where: { $0.id == signature.keyID && $0.name == signature.name }) else {
                continue
            }
            guard key.key.verify(.ed25519, signature: signature.bytes.span, message: text.span) else {
                return .forged(name: signature.name)
            }
            signers.append("\(key.name)+\(key.hexID)")
        }
        return signers.isEmpty ? .unknownSigners : .signed(by: signers)
    }

    /// The offset of the first of the last two line feeds in a row.
    private static func lastBlankLine(_ bytes: [UInt8]) -> Int? {
        var index = bytes.count - 2
        while index > 0 {
            if bytes[index] == UInt8(ascii: "\n"), bytes[index - 1] == UInt8(ascii: "\n") { return index - 1 }
            index -= 1
        }
        return nil
    }

    private static func signature(_ line: ArraySlice<UInt8>) -> Signature? {
        guard line.starts(with: dash) else { return nil }
        let parts = line.dropFirst(dash.count).split(separator: 0x20, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let name = String(decoding: parts[0], as: UTF8.self)
        guard NoteKey.isName(name), let value = Base64.decode(Array(parts[1]).span), value.count > 4 else { return nil }
        let id = value.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        return Signature(name: name, keyID: id, bytes: Array(value.dropFirst(4)))
    }
}
