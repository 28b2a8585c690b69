package import StrictJSON

/// How repeats of a delivery are recognised and answered.
///
/// Source: `docs/architecture.md`, replay key: made from signed material only.
package enum ReplayRule: Sendable {
    /// No replay protection, with the reason the operator wrote.
    case off(reason: String)
    case on(Protection)

    /// The rule of a source with replay protection.
    package struct Protection: Sendable {
        /// What identifies a delivery.
        package enum Key: Sendable {
            /// SHA-256 of the signed content.
            case content
            /// The event id that the scheme signs.
            case signedID
            /// A member of the signed body.
            case body(JSONPointer)
        }

        /// What the sender does when it tries again.
        package enum RetryForm: Sendable, Equatable {
            /// The same bytes: a repeat is a duplicate (200).
            case identical
            /// A new timestamp and signature: exact bytes of a finished delivery are a replay (409).
            case resigned
        }

        /// What identifies a delivery.
        package let key: Key
        /// What the sender does when it tries again.
        package let retryForm: RetryForm
        /// Seconds a finished delivery is remembered, refreshed by every repeat.
        package let ttl: Int64
        /// Whether an attempt with unknown outcome keeps the next one back until an operator decides: at most once.
        package let holdsUnknown: Bool

        /// Makes a rule.
        package init(key: Key, retryForm: RetryForm, ttl: Int64, holdsUnknown: Bool = false) {
            self.key = key
            self.retryForm = retryForm
            self.ttl = ttl
            self.holdsUnknown = holdsUnknown
        }
    }
}
