/// A point in time as seconds and microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
///
/// Time enters the core as a value of this type; the core cannot read a clock.
package struct Timestamp: Sendable, Hashable, Comparable {
    /// Microseconds since the epoch.
    package let microseconds: Int64

    /// Makes a time out of microseconds since the epoch.
    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// Makes a time out of whole seconds; `nil` where it would not fit.
    package init?(seconds: Int64) {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        guard !overflow else { return nil }
        microseconds = product
    }

    /// Whole seconds since the epoch, rounded down.
    package var seconds: Int64 {
        let quotient = microseconds / 1_000_000
        return microseconds % 1_000_000 < 0 ? quotient - 1 : quotient
    }

    package static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}
