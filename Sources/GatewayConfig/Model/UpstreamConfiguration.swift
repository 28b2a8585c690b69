package import GatewayCrypto
package import WebhookVerification

/// Where deliveries of one source, or of one of its rules, are forwarded to, and how.
package struct UpstreamConfiguration: Sendable {
    /// The name in metrics and audit entries: the source's name, with `#1`, `#2`, … for further upstreams of the source.
    package let name: String
    /// The targets in the order in which they are tried; a later one only when no connection to the earlier could be
    /// made.
    package let targets: [UpstreamTarget]
    /// Milliseconds to connect, TLS included.
    package let connectTimeout: Int64
    /// Milliseconds from the request's last byte to the answer's first.
    package let firstByteTimeout: Int64
    /// Milliseconds for the whole exchange; replay leases are this plus 10 s.
    package let deadline: Int64
    /// Bytes of the largest answer that is relayed.
    package let responseLimit: Int
    /// How much of each target is used at once.
    package let pool: UpstreamPoolLimits
    /// Every header field of the delivery that is passed on, `content-type` and `user-agent` included, sorted.
    package let headers: [FieldName]
    /// Path of the authorities to trust instead of the system's, in PEM; only for https.
    package let authorities: String?
    /// The key for `Postern-Verified`; `nil` where it is not sent.
    package let outboundKey: SecretBytes?
    /// The entry of the keyring whose primary is that key; `nil` where `outboundKey` holds it, or it is not sent.
    package let outboundEntry: String?
    /// The new signature for the handler; `nil` where the sender's is passed on.
    package let resign: ResignConfiguration?
    /// Answers that finish a delivery.
    package let completion: StatusSet
}

/// A set of HTTP statuses.
package struct StatusSet: Sendable, Hashable, CustomStringConvertible {
    private let ranges: [ClosedRange<Int>]

    /// Reads `200` or `2xx`; `nil` where an element is neither, or names no final status.
    package init?(_ texts: [String]) {
        var ranges: [ClosedRange<Int>] = []
        for text in texts {
            let bytes = Array(text.utf8)
            guard bytes.count == 3, (UInt8(ascii: "2")...UInt8(ascii: "5")).contains(bytes[0]) else { return nil }
            let hundreds = Int(bytes[0] - UInt8(ascii: "0")) * 100
            if bytes[1...].elementsEqual("xx".utf8) {
                ranges.append(hundreds...(hundreds + 99))
            } else {
                let digits = bytes[1...].map { $0 &- UInt8(ascii: "0") }
                guard digits.allSatisfy({ $0 < 10 }) else { return nil }
                let status = hundreds + Int(digits[0]) * 10 + Int(digits[1])
                ranges.append(status...status)
            }
        }
        guard !ranges.isEmpty else { return nil }
        self.ranges = ranges
    }

    private init(_ range: ClosedRange<Int>) { ranges = [range] }

    /// 200 to 299.
    package static let success = StatusSet(200...299)

    /// Whether `status` is in the set.
    package func contains(_ status: Int) -> Bool { ranges.contains { $0.contains(status) } }

    /// The elements as they are written: `2xx` or `200`.
    var texts: [String] {
        ranges.map { $0.count == 100 ? "\($0.lowerBound / 100)xx" : "\($0.lowerBound)" }
    }

    /// The form in configurations, for example `["2xx", "404"]`.
    package var description: String { "[\(texts.map { "\"\($0)\"" }.joined(separator: ", "))]" }
}
