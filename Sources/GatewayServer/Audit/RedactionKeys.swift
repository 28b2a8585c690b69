import AuditLog
import GatewayCrypto
import WebhookVerification

/// The monthly keys out of a keyring that a snapshot holds for its event loops.
struct RedactionKeys: Sendable {
    /// The keys of one month.
    struct Month: Sendable {
        let epoch: AuditEpoch
        let mac: SecretBytes
        /// `nil` where it is gone: then values of the month cannot be sealed any more.
        let seal: SecretBytes?
    }

    /// The current month, its neighbours and the one before.
    private static let monthsMax = 4

    /// The months, newest first.
    let months: [Month]

    /// Whether everything that the month of a time can need is there.
    func isWhole(at time: Timestamp) -> Bool {
        months.contains { $0.epoch.contains(time.microseconds) && $0.seal != nil }
    }

    /// The newest months that a keyring has keys for.
    init(_ keyring: Keyring) throws(KeyringFault) {
        var months: [Month] = []
        for text in keyring.epochs(.mac).reversed().prefix(RedactionKeys.monthsMax) {
            guard let epoch = AuditEpoch(text), let mac = try keyring.epochKey(.mac, text) else { continue }
            months.append(Month(epoch: epoch, mac: mac, seal: try keyring.epochKey(.seal, text)))
        }
        self.months = months
    }
}
