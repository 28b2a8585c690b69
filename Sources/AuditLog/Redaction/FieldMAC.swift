package import GatewayCrypto

/// Makes the field MACs of one month: pseudonyms under which equal values of one field can be found again.
///
/// `m1:<month>:<base64url(HMAC-SHA256(key, path ‖ 0x00 ‖ value)[:16])>`. Keyed once, used again and again; owned by one
/// thread. Source: `docs/audit-log-format.md`, redaction.
package final class FieldMAC {
    /// How many bytes a field MAC has as text.
    package static let byteCount = 33

    /// The month.
    package let epoch: AuditEpoch
    private let context: HMACContext
    private let head: [UInt8]

    /// Keys the context; throws where OpenSSL refuses.
    package init(_ epoch: AuditEpoch, key: SecretBytes) throws(CryptoFault) {
        self.epoch = epoch
        context = try HMACContext(.sha256, key: key)
        head = Array("m1:\(epoch.text):".utf8)
    }

    /// Appends the field MAC of a value; appends nothing and returns `false` where OpenSSL fails.
    package func append(path: Span<UInt8>, value: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        context.reset()
        context.update(path)
        let separator: InlineArray<1, UInt8> = [0]
        context.update(separator.span)
        context.update(value)
        var mac: InlineArray<32, UInt8> = .init(repeating: 0)
        var span = mac.mutableSpan
        guard context.finish(into: &span) == 32 else { return false }
        output.append(contentsOf: head)
        Base64.append(mac.span.extracting(first: 16), alphabet: .url, padding: .none, to: &output)
        return true
    }

    /// The field MAC of a value as text; `nil` where OpenSSL fails.
    package func text(path: String, value: [UInt8]) -> String? {
        var output: [UInt8] = []
        guard append(path: Array(path.utf8).span, value: value.span, to: &output) else { return nil }
        return String(decoding: output, as: UTF8.self)
    }

    /// The month of a field MAC; `nil` for a text that is none.
    package static func epoch(of text: String) -> AuditEpoch? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == "m1", parts[2].utf8.count == 22 else { return nil }
        return AuditEpoch(String(parts[1]))
    }
}
