import AuditLog
import GatewayCrypto
import HTTPCodec
import NIOCore
import WebhookVerification

/// Puts field MACs in the place of values that an entry must not show; one for each event loop and keyring.
///
/// A value whose month has no key is left out and the entry says so (`deg`): it never appears in clear. Owned by its
/// event loop. Source: `docs/audit-log-format.md`, redaction.
final class FieldRedactor {
    /// The mark of an entry in which a value could not be hidden and was left out.
    static let degraded: StaticString = "redaction"

    private struct Month {
        let epoch: AuditEpoch
        let mac: FieldMAC
        let seal: SecretBytes?
    }

    private let months: [Month]
    /// The month of the last entry: mostly also that of the next one.
    private var current = 0
    /// Values of the entry at hand that go into the sidecar.
    private(set) var sealed: [SealedValue] = []
    private var text: [UInt8] = []

    /// Keys a context for each month; throws where OpenSSL refuses.
    init(_ keys: RedactionKeys) throws(CryptoFault) {
        var months: [Month] = []
        for month in keys.months {
            months.append(
                Month(epoch: month.epoch, mac: try FieldMAC(month.epoch, key: month.mac), seal: month.seal)
            )
        }
        self.months = months
        text.reserveCapacity(FieldMAC.byteCount)
    }

    /// Forgets the values of the entry before.
    func begin() { if !sealed.isEmpty { sealed.removeAll(keepingCapacity: true) } }

    /// A value in the form of its rule; absent where it is dropped, or cannot be hidden.
    func record(
        _ value: Span<UInt8>,
        path: [UInt8],
        form: AuditFieldForm,
        in entry: inout RequestEntry
    ) -> AuditText {
        switch form {
        case .plain: return entry.keep(value)
        case .drop: return .absent
        case .mac, .seal: break
        }
        guard let month = month(of: entry.time) else { return FieldRedactor.leaveOut(&entry) }
        // Taken out while it is worked on: a span of a member cannot outlast the access to it.
        var text: [UInt8] = []
        swap(&text, &self.text)
        defer { swap(&text, &self.text) }
        text.removeAll(keepingCapacity: true)
        guard month.mac.append(path: path.span, value: value, to: &text) else { return FieldRedactor.leaveOut(&entry) }
        if form == .seal, value.count <= SealedValue.byteMax {
            guard let key = month.seal else { return FieldRedactor.leaveOut(&entry) }
            var copy: [UInt8] = []
            copy.reserveCapacity(value.count)
            for index in value.indices { copy.append(value[index]) }
            sealed.append(SealedValue(epoch: month.epoch, path: path, value: copy, key: key))
        }
        return entry.keep(text.span)
    }

    /// Marks an entry from which a value had to be left out.
    static func leaveOut(_ entry: inout RequestEntry) -> AuditText {
        if entry.degraded.isEmpty { entry.degraded.append(degraded) }
        return .absent
    }

    private func month(of time: Int64) -> Month? {
        if current < months.count, months[current].epoch.contains(time) { return months[current] }
        guard let found = months.firstIndex(where: { $0.epoch.contains(time) }) else { return nil }
        current = found
        return months[found]
    }
}
