/// Builds the text format of Prometheus, version 0.0.4.
struct MetricsText {
    /// The type of a family.
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    private(set) var output = ""
    private var current = ""

    /// Starts a family.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        current = name
        output += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// A family of one sample.
    mutating func gauge(_ name: String, _ help: String, _ value: Double) {
        family(name, .gauge, help)
        sample([], value)
    }

    mutating func sample(_ labels: [(String, String)], _ value: UInt64) { line(current, labels, "\(value)") }

    mutating func sample(_ labels: [(String, String)], _ value: Double) {
        line(current, labels, MetricsText.number(value))
    }

    mutating func histogram(_ labels: [(String, String)], _ histogram: Histogram) {
        var sum: UInt64 = 0
        for (index, bound) in histogram.bounds.enumerated() {
            sum &+= histogram.counts[index]
            line(current + "_bucket", labels + [("le", MetricsText.number(bound))], "\(sum)")
        }
        line(current + "_bucket", labels + [("le", "+Inf")], "\(histogram.total)")
        line(current + "_sum", labels, MetricsText.number(histogram.sum))
        line(current + "_count", labels, "\(histogram.total)")
    }

    /// A histogram whose bucket n counts values below 2^n microseconds.
    mutating func powers(_ counts: [UInt64], total: Double) {
        var sum: UInt64 = 0
        for (index, count) in counts.enumerated() {
            sum &+= count
            line(current + "_bucket", [("le", MetricsText.number(Double(1 << index) / 1e6))], "\(sum)")
        }
        line(current + "_bucket", [("le", "+Inf")], "\(sum)")
        line(current + "_sum", [], MetricsText.number(total))
        line(current + "_count", [], "\(sum)")
    }

    private mutating func line(_ name: String, _ labels: [(String, String)], _ value: String) {
        output += name
        if !labels.isEmpty {
            output += "{" + labels.map { "\($0.0)=\"\(MetricsText.escape($0.1))\"" }.joined(separator: ",") + "}"
        }
        output += " \(value)\n"
    }

    private static func escape(_ value: String) -> String {
        var result = ""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? "\(Int64(value))" : "\(value)"
    }
}
