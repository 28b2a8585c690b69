package import GatewayCrypto
import StrictJSON

/// A value on its way into the sidecar of sealed values, still in clear, with the key that will seal it.
package struct SealedValue: Sendable {
    /// The longest value that is sealed, in bytes; of a longer one only the MAC is recorded.
    package static let byteMax = 16 * 1024

    /// The month of its entry.
    package let epoch: AuditEpoch
    /// The name of the field.
    package let path: [UInt8]
    /// The value.
    package let value: [UInt8]
    /// The month's key.
    package let key: SecretBytes

    /// Makes a value to be sealed.
    package init(epoch: AuditEpoch, path: [UInt8], value: [UInt8], key: SecretBytes) {
        self.epoch = epoch
        self.path = path
        self.value = value
        self.key = key
    }

    /// Seals it for the entry of a number; the line of the sidecar with its line feed.
    package func line(origin: String, sequence: UInt64) throws(CryptoFault) -> [UInt8] {
        let nonce = try RandomBytes.make(AES256GCM.nonceByteCount)
        let additional = SealedLine.additional(origin: origin, sequence: sequence, path: path)
        let sealed = try AES256GCM.seal(value.span, key: key, nonce: nonce.span, additional: additional.span)
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("c")
        writer.string(Base64.encode(sealed.span))
        writer.name("n")
        writer.string(Base64.encode(nonce.span))
        writer.name("path")
        writer.string(path)
        writer.name("seq")
        writer.integer(sequence)
        writer.endObject()
        return writer.bytes + [UInt8(ascii: "\n")]
    }
}
