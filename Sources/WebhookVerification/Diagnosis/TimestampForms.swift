/// Why a time that is signed lies outside of the window.
struct TimestampForms {
    private let window: DiagnosisWindow
    private let now: Timestamp

    init(_ window: DiagnosisWindow, now: Timestamp) {
        self.window = window
        self.now = now
    }

    /// Whether a time lies inside.
    func holds(_ time: Timestamp) -> Bool {
        let (age, overflow) = now.microseconds.subtractingReportingOverflow(time.microseconds)
        return !overflow && age < (window.maxAge + 1) * 1_000_000 && age >= -window.maxFuture * 1_000_000
    }

    /// The finding about a time outside of the window, of which no other reading lies inside.
    func finding(_ time: Timestamp) -> DiagnosisFinding {
        let offset = time.seconds - now.seconds
        let distance = abs(offset)
        let words = "signed \(TimestampForms.duration(distance)) \(offset < 0 ? "before" : "after") the time of judging"
        let allowed = offset < 0 ? window.maxAge : window.maxFuture
        // Offsets of time zones are multiples of half an hour (with few exceptions), up to 14 h.
        let rest = distance % 1800
        let isZone = (1800...(14 * 3600 + 60)).contains(distance) && min(rest, 1800 - rest) <= 30
        if isZone {
            return DiagnosisFinding(
                [.clockZone],
                .likely,
                "\(words), \(allowed) s are allowed: whole half-hours apart, as a time zone is"
            )
        }
        return DiagnosisFinding(
            [.clockOffset],
            .proven,
            "\(words), \(allowed) s are allowed; the signature itself holds"
        )
    }

    /// The units that a time in the head may be written in.
    static func units(other than: String) -> [String] {
        ["s", "ms", "rfc3339", "rfc3339-utc"].filter { $0 != than }
    }

    static func words(_ unit: String) -> String {
        switch unit {
        case "s": "seconds"
        case "ms": "milliseconds"
        case "auto": "seconds or milliseconds"
        default: "RFC 3339"
        }
    }

    private static func duration(_ seconds: Int64) -> String {
        if seconds < 7200 { return "\(seconds) s" }
        if seconds < 172_800 { return "\(seconds / 3600) h \(seconds % 3600 / 60) min" }
        return "\(seconds / 86_400) days"
    }
}

/// How old or how far ahead a signed time may be, in seconds.
package struct DiagnosisWindow: Sendable, Equatable {
    /// Seconds into the past.
    package let maxAge: Int64
    /// Seconds into the future.
    package let maxFuture: Int64

    /// Takes both bounds.
    package init(maxAge: Int64, maxFuture: Int64) {
        self.maxAge = maxAge
        self.maxFuture = maxFuture
    }

    /// The window of a source that judges what its scheme signs; `nil` for one that does not.
    package init?(_ source: Source) {
        guard let rule = source.timestamp, case .scheme = rule.place else { return nil }
        self.init(maxAge: rule.maxAge, maxFuture: rule.maxFuture)
    }

    /// The window that the scheme's sender recommends; `nil` where it signs no time or recommends none.
    package init?(_ scheme: SignatureScheme) {
        guard let place = scheme.timestamp, let tolerance = place.tolerance else { return nil }
        self.init(maxAge: tolerance, maxFuture: place.future ?? tolerance)
    }
}
