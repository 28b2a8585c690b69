import HTTPCodec
import NIOCore
import WebhookVerification

/// The header fields by which the gateway's signature takes the place of the sender's.
struct ResignedFields {
    /// Fields of the sender's that are not passed on.
    let dropped: [FieldName]
    /// What is written instead.
    let fields: [(name: String, value: [UInt8])]

    /// Signs a delivery for its handler; `nil` where that cannot be done.
    init?(
        _ resigner: DeliveryResigner,
        _ request: RequestHead,
        body: ByteBuffer,
        signed: Timestamp?,
        now: Timestamp,
        id: String
    ) {
        let bytes = request.bytes.readableBytesUInt8Span
        var sent: [(name: String, value: [UInt8])] = []
        for field in request.fields where resigner.needs(bytes.extracting(field.name.range)) {
            let name = ResignedFields.copy(bytes.extracting(field.name.range))
            let value = ResignedFields.copy(bytes.extracting(field.value.range))
            sent.append((String(decoding: name, as: UTF8.self).lowercased(), value))
        }
        let text = Array(body.readableBytesView)
        guard let fields = resigner.fields(sent: sent, body: text, signed: signed, now: now, id: id) else { return nil }
        dropped = resigner.dropped
        self.fields = fields
    }

    /// How many bytes of a head they take at most.
    var byteCount: Int { fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.count + 4 } }

    /// Whether a field of the sender's is left out.
    func drops(_ name: Span<UInt8>) -> Bool { dropped.contains { $0.matches(name) } }

    /// Writes the fields.
    func write(into output: inout HeadOutput) {
        for field in fields {
            output.put(Array(field.name.utf8))
            output.put(": ")
            output.put(field.value)
            output.put("\r\n")
        }
    }

    private static func copy(_ bytes: Span<UInt8>) -> [UInt8] {
        var copied: [UInt8] = []
        copied.reserveCapacity(bytes.count)
        for index in bytes.indices { copied.append(bytes[index]) }
        return copied
    }
}
