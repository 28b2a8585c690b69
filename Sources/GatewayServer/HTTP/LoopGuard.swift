import GatewayCrypto
import HTTPCodec
import NIOCore

/// The name by which this gateway recognises requests that it has forwarded itself (R-FWD-20, RFC 9110 section 7.6.3).
///
/// `postern-` and eight hexadecimal digits made from the name of its audit log: two gateways in a row have different
/// ones, and a restart keeps it.
struct LoopGuard: Sendable {
    /// The pseudonym in `Via`.
    let name: [UInt8]

    /// The guard of a gateway with this origin and node.
    init(origin: String, node: String) {
        let digest = SHA256.hash(Array("postern/via/v1\u{0}\(origin)/\(node)".utf8).span)
        name = Array("postern-\(digest.hex.prefix(8))".utf8)
    }

    /// Whether any `Via` of the request has the name.
    func hasPassed(_ request: borrowing RequestHead) -> Bool {
        let bytes = request.bytes.readableBytesUInt8Span
        for field in request.fields where field.id == .via && contains(bytes.extracting(field.value.range)) {
            return true
        }
        return false
    }

    private func contains(_ value: Span<UInt8>) -> Bool {
        guard value.count >= name.count else { return false }
        for start in 0...(value.count - name.count) {
            var isEqual = true
            for index in name.indices where value[start + index] | 0x20 != name[index] | 0x20 {
                isEqual = false
                break
            }
            if isEqual { return true }
        }
        return false
    }
}
