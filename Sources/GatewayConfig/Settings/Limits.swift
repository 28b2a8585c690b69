/// Every limit of the process, each with its unit, default and range.
///
/// Source: `docs/denial-reasons.md` and `docs/threat-model.md`. Limits of one source or one upstream stand with them:
/// `Source`, `UpstreamConfiguration`. Fixed by the engine that has them: 32 signature candidates and 4 KiB of signature
/// header (`SignatureVerifier`), 512 bytes of a text field in audit entries (`TextRules`).
package struct Limits: Sendable, Equatable {
    /// The unit of a limit.
    package enum Unit: Sendable, Equatable {
        case bytes
        case milliseconds
        case count
    }

    /// One limit: its key in the configuration, what it may be, and what it is where nothing is written.
    package struct Row: Sendable {
        /// The key in the configuration.
        package let name: String
        /// What the number counts.
        package let unit: Unit
        /// The value that holds where nothing is written.
        package let standard: Int
        /// The values that may be written.
        package let range: ClosedRange<Int>
        /// What is limited, in one sentence, with the status of the answer where there is one.
        package let about: String
        /// The field of `Limits`.
        package let field: any WritableKeyPath<Limits, Int> & Sendable

        fileprivate init(
            _ field: any WritableKeyPath<Limits, Int> & Sendable,
            _ name: String,
            _ unit: Unit,
            _ standard: Int,
            _ range: ClosedRange<Int>,
            _ about: String
        ) {
            self.field = field
            self.name = name
            self.unit = unit
            self.standard = standard
            self.range = range
            self.about = about
        }
    }

    // MARK: HTTP

    /// Bytes of a body, for sources that set none.
    package var body = 0
    /// Bytes of a request's head.
    package var header = 0
    /// Fields of a request's head.
    package var headerFields = 0
    /// Bytes of a request's target.
    package var target = 0
    /// Milliseconds from accept, or from the first byte of a later request, until the head is complete.
    package var headerTimeout = 0
    /// Milliseconds from the head until the body is complete.
    package var requestTimeout = 0
    /// Milliseconds for the TLS handshake.
    package var handshakeTimeout = 0
    /// Milliseconds that a connection may be idle between requests.
    package var idleTimeout = 0
    /// Milliseconds in which a sender has to take an answer.
    package var answerTimeout = 0
    /// Requests of one connection before it is closed.
    package var requestsPerConnection = 0

    // MARK: Process

    /// Connections of all listeners.
    package var connections = 0
    /// Connections of one address, or one /64 of IPv6.
    package var connectionsPerAddress = 0
    /// Bytes of all bodies that are held at once.
    package var bodyMemory = 0
    /// Milliseconds that deliveries in flight get after SIGTERM.
    package var drainTimeout = 0

    // MARK: Delivery

    /// Keys of one source that are live or retiring.
    package var keysPerSource = 0
    /// Elements of X-Forwarded-For from a trusted proxy.
    package var forwardedElements = 0
    /// Bytes of X-Forwarded-For from a trusted proxy.
    package var forwardedBytes = 0

    // MARK: JSON

    /// Arrays and objects inside each other.
    package var jsonDepth = 0
    /// Members of one object.
    package var jsonMembers = 0
    /// Values of one document.
    package var jsonValues = 0
    /// Significant digits of one number.
    package var jsonDigits = 0
    /// Magnitude of a number's exponent.
    package var jsonExponent = 0
    /// Bytes of one member name.
    package var jsonName = 0

    /// The defaults of the contract.
    package init() {
        for row in Limits.table + Limits.jsonTable { self[keyPath: row.field] = row.standard }
    }

    /// The limits under `limits`.
    package static let table: [Row] = [
        Row(
            \.body,
            "body",
            .bytes,
            1 << 20,
            1 << 10...64 << 20,
            "Body of a delivery, for sources that set none (413)."
        ),
        Row(
            \.header,
            "header",
            .bytes,
            16 << 10,
            4 << 10...64 << 10,
            "Head of a request: request line and all fields (431)."
        ),
        Row(\.headerFields, "header_fields", .count, 100, 16...256, "Fields of a head (431)."),
        Row(\.target, "target", .bytes, 4 << 10, 256...16 << 10, "Target of a request: path and query (414)."),
        Row(\.headerTimeout, "header_timeout", .milliseconds, 10_000, 1_000...60_000, "Time for the whole head (408)."),
        Row(
            \.requestTimeout,
            "request_timeout",
            .milliseconds,
            30_000,
            1_000...300_000,
            "Time for the whole body (408)."
        ),
        Row(
            \.handshakeTimeout,
            "handshake_timeout",
            .milliseconds,
            10_000,
            1_000...60_000,
            "Time for the TLS handshake."
        ),
        Row(
            \.idleTimeout,
            "idle_timeout",
            .milliseconds,
            60_000,
            1_000...600_000,
            "Time a connection may be idle between requests."
        ),
        Row(
            \.answerTimeout,
            "answer_timeout",
            .milliseconds,
            10_000,
            1_000...60_000,
            "Time in which the sender has to take an answer."
        ),
        Row(
            \.requestsPerConnection,
            "requests_per_connection",
            .count,
            1_000,
            1...1_000_000,
            "Requests on one connection; after the last it is closed."
        ),
        Row(\.connections, "connections", .count, 10_000, 16...1_000_000, "Connections of all listeners together."),
        Row(
            \.connectionsPerAddress,
            "connections_per_address",
            .count,
            256,
            1...1_000_000,
            "Connections of one IPv4 address or one IPv6 /64."
        ),
        Row(
            \.bodyMemory,
            "body_memory",
            .bytes,
            256 << 20,
            16 << 20...64 << 30,
            "All bodies that are being received, together (503 `limit.concurrency`)."
        ),
        Row(
            \.drainTimeout,
            "drain_timeout",
            .milliseconds,
            30_000,
            0...600_000,
            "Time for deliveries in flight after SIGTERM."
        ),
        Row(\.keysPerSource, "keys_per_source", .count, 5, 1...16, "Keys of one source that are live or retiring."),
        Row(
            \.forwardedElements,
            "forwarded_elements",
            .count,
            32,
            1...256,
            "Elements of X-Forwarded-For from a trusted proxy (403)."
        ),
        Row(
            \.forwardedBytes,
            "forwarded_bytes",
            .bytes,
            4 << 10,
            256...16 << 10,
            "Bytes of X-Forwarded-For from a trusted proxy (403)."
        ),
    ]

    /// The limits under `limits.json`.
    package static let jsonTable: [Row] = [
        Row(\.jsonDepth, "depth", .count, 64, 1...512, "Arrays and objects inside each other."),
        Row(\.jsonMembers, "members", .count, 10_000, 1...1_000_000, "Members of one object."),
        Row(\.jsonValues, "values", .count, 100_000, 1...10_000_000, "Values of one document."),
        Row(\.jsonDigits, "digits", .count, 64, 16...1_000, "Significant digits of one number."),
        Row(\.jsonExponent, "exponent", .count, 400, 1...10_000, "Magnitude of a number's exponent."),
        Row(\.jsonName, "name", .bytes, 1 << 10, 64...64 << 10, "One member name."),
    ]
}
