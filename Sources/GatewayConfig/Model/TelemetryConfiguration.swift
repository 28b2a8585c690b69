/// The log on standard error and the metrics.
package struct TelemetryConfiguration: Sendable, Equatable {
    /// The least important level that is written.
    package enum Level: String, Sendable {
        case debug, info, notice, warning, error
    }

    /// The least important level that is written.
    package let logLevel: Level
    /// Whether the admin listener serves `/metrics`.
    package let servesMetrics: Bool
}
