/// Counts of values in fixed buckets, as Prometheus wants them.
///
/// Owned by one event loop; merged when scraped.
struct Histogram: Sendable {
    /// Upper bounds in the unit of the metric, ascending; one more bucket holds the rest.
    let bounds: [Double]
    private(set) var counts: [UInt64]
    private(set) var sum: Double = 0

    init(bounds: [Double]) {
        self.bounds = bounds
        counts = [UInt64](repeating: 0, count: bounds.count + 1)
    }

    /// 0.25 ms to 10 s, in seconds.
    static let latency: [Double] = [
        0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]
    /// 1 µs to 10 ms, in seconds.
    static let stage: [Double] = [
        0.000001, 0.0000025, 0.000005, 0.00001, 0.000025, 0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01,
    ]
    /// 256 B to 1 MiB.
    static let bytes: [Double] = [256, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576]
    /// −300 s to 300 s.
    static let clockOffset: [Double] = [-300, -60, -30, -5, -1, 0, 1, 5, 30, 60, 300]

    var total: UInt64 { counts.reduce(0, +) }

    mutating func record(_ value: Double) {
        var index = 0
        while index < bounds.count, value > bounds[index] { index &+= 1 }
        counts[index] &+= 1
        sum += value
    }

    mutating func merge(_ other: Histogram) {
        for index in counts.indices where index < other.counts.count { counts[index] &+= other.counts[index] }
        sum += other.sum
    }
}
