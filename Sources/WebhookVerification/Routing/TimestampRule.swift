package import StrictJSON

/// Which clock distance a delivery's timestamp may have.
///
/// Source: `docs/architecture.md`, timestamp windows. Both bounds are inclusive: exactly `maxAge` old passes.
package struct TimestampRule: Sendable {
    /// What the timestamp names, which decides the usual window.
    package enum Meaning: Sendable, Equatable {
        /// One attempt: every retry carries a new one (300 s).
        case attempt
        /// The event: constant over retries (72 h).
        case event
    }

    /// Where the timestamp stands.
    package enum Place: Sendable {
        /// In a header, signed and parsed by the signature scheme.
        case scheme
        /// In the signed body.
        case body(JSONPointer, Unit)
    }

    /// The grammar of a timestamp in the body.
    package enum Unit: Sendable, Equatable {
        case seconds
        case milliseconds
        case rfc3339
    }

    /// Where the time stands.
    package let place: Place
    /// What the time names.
    package let meaning: Meaning
    /// Whether a delivery without it is refused.
    package let isRequired: Bool
    /// Seconds into the past.
    package let maxAge: Int64
    /// Seconds into the future.
    package let maxFuture: Int64

    /// Makes a rule.
    package init(place: Place, meaning: Meaning, isRequired: Bool, maxAge: Int64, maxFuture: Int64) {
        self.place = place
        self.meaning = meaning
        self.isRequired = isRequired
        self.maxAge = maxAge
        self.maxFuture = maxFuture
    }
}
