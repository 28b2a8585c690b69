package import GatewayCrypto

/// Makes replay keys with one pre-keyed MAC.
///
/// One per event loop.
///
/// Source: `docs/architecture.md`, replay key: HMAC-SHA256(k_replay, "postern/replay/v1" 0 source 0 ("id"|"content") 0
/// data), first 20 bytes; data is the id's bytes or SHA-256 of the signed content.
package final class ReplayKeyMaker {
    /// What the key is made from.
    package enum Material: Sendable, Equatable {
        case content
        case id
    }

    private let mac: HMACContext
    private var message: [UInt8] = []

    /// Takes the secret that is the same for all replicas and outlives restarts.
    package init(secret: SecretBytes) throws(CryptoFault) {
        mac = try HMACContext(.sha256, key: secret)
        message.reserveCapacity(160)
    }

    /// The key of one delivery; `nil` only if the MAC itself fails.
    package func key(source: String, material: Material, data: Span<UInt8>) -> ReplayKey? {
        var output = InlineArray<32, UInt8>(repeating: 0)
        guard compute("postern/replay/v1", source, material, data, into: &output) else { return nil }
        return ReplayKey(bytes: output.span)
    }

    /// Eight bytes that stand for `data` under `label`, to compare copies without keeping them.
    func mark(_ label: StaticString, source: String, data: Span<UInt8>) -> UInt64? {
        var output = InlineArray<32, UInt8>(repeating: 0)
        guard compute(label, source, .content, data, into: &output) else { return nil }
        var value: UInt64 = 0
        for index in 0..<8 { value = (value << 8) | UInt64(output[index]) }
        return value
    }

    /// The question for a delivery that its signed content names.
    package func contentRequest(source: String, content: Digest32, ttl: Int64) -> ReplayRequest? {
        guard let key = content.withBytes({ key(source: source, material: .content, data: $0) }) else { return nil }
        // Equal keys mean equal content: there is nothing further to compare.
        return ReplayRequest(key: key, digest: 0, fingerprint: 0, ttl: ttl)
    }

    /// The question for a delivery that a signed id names.
    package func idRequest(
        source: String,
        id: Span<UInt8>,
        body: Digest32,
        content: Digest32,
        ttl: Int64
    ) -> ReplayRequest? {
        guard let key = key(source: source, material: .id, data: id),
            let digest = body.withBytes({ mark("postern/body/v1", source: source, data: $0) }),
            let fingerprint = content.withBytes({ mark("postern/exact/v1", source: source, data: $0) })
        else { return nil }
        return ReplayRequest(key: key, digest: digest, fingerprint: fingerprint, ttl: ttl)
    }

    private func compute(
        _ label: StaticString,
        _ source: String,
        _ material: Material,
        _ data: Span<UInt8>,
        into output: inout InlineArray<32, UInt8>
    ) -> Bool {
        // Taken out while it is filled: a local costs no access checks.
        var message: [UInt8] = []
        swap(&message, &self.message)
        defer { swap(&message, &self.message) }
        message.removeAll(keepingCapacity: true)
        label.withUTF8Buffer { unsafe message.append(contentsOf: $0) }
        message.append(0)
        message.append(contentsOf: source.utf8)
        message.append(0)
        let word: StaticString =
            switch material {
            case .id: "id"
            case .content: "content"
            }
        word.withUTF8Buffer { unsafe message.append(contentsOf: $0) }
        message.append(0)
        unsafe data.withUnsafeBufferPointer { unsafe message.append(contentsOf: $0) }
        mac.reset()
        mac.update(message.span)
        var span = output.mutableSpan
        let count = mac.finish(into: &span)
        return count == 32
    }
}
