package import GatewayCrypto
import StrictJSON

/// One line of the sidecar: a sealed value, or what stands in the place of one that was erased.
///
/// `{"c":…,"n":…,"path":…,"seq":…}` with AES-256-GCM under the month's key and `origin LF seq LF path` as additional data;
/// after erasure `{"erased":time,"path":…,"seq":…}`. Source: `docs/audit-log-format.md`, redaction.
package struct SealedLine: Sendable {
    /// The longest line in bytes.
    package static let byteMax = 64 * 1024

    /// The number of the entry that it belongs to.
    package let sequence: UInt64
    /// The name of the field.
    package let path: String
    /// The sealed value; `nil` once it was erased.
    package let sealed: (nonce: [UInt8], ciphertext: [UInt8])?

    /// Reads a line without its line feed; `nil` for one that is not whole.
    package init?(_ line: [UInt8]) {
        let document = JSONDocument()
        guard line.count <= SealedLine.byteMax, document.parse(line.span) == nil, let root = document.root,
            document.kind(of: root) == .object
        else { return nil }
        func text(_ name: StaticString) -> String? {
            document.member(name, of: root, in: line.span).flatMap { document.string($0, in: line.span) }
        }
        guard let number = document.member("seq", of: root, in: line.span), let path = text("path"),
            let sequence = document.integer(number, in: line.span).flatMap({ UInt64(exactly: $0) })
        else { return nil }
        self.sequence = sequence
        self.path = path
        if text("erased") != nil {
            sealed = nil
        } else {
            guard let nonce = text("n").flatMap({ Base64.decode($0) }), nonce.count == AES256GCM.nonceByteCount,
                let ciphertext = text("c").flatMap({ Base64.decode($0) })
            else { return nil }
            sealed = (nonce, ciphertext)
        }
    }

    /// What is bound to a sealed value besides its key.
    static func additional(origin: String, sequence: UInt64, path: some Sequence<UInt8>) -> [UInt8] {
        Array("\(origin)\n\(sequence)\n".utf8) + path
    }

    /// The value in clear; throws where the key is another, or the line does not belong to this log and place.
    package func open(origin: String, key: SecretBytes) throws(CryptoFault) -> SecretBytes {
        guard let sealed else { throw .notAuthentic }
        let additional = SealedLine.additional(origin: origin, sequence: sequence, path: path.utf8)
        return try AES256GCM.open(
            sealed.ciphertext.span,
            key: key,
            nonce: sealed.nonce.span,
            additional: additional.span
        )
    }

    /// What stands in the place of the line once its value was erased, with its line feed.
    package func erased(at time: Int64) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("erased")
        writer.string(EntryTime.text(time))
        writer.name("path")
        writer.string(path)
        writer.name("seq")
        writer.integer(sequence)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
