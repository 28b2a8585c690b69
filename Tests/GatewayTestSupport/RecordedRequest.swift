/// A request that arrived at the recording upstream, judged by a strict reader.
package struct RecordedRequest: Sendable {
    /// Position among the connections of the upstream, from 0.
    package let connection: Int
    /// The method of the request line.
    package let method: String
    /// The target of the request line.
    package let target: String
    /// The field lines.
    package let fields: TestFields
    /// The bytes of the body.
    package let body: [UInt8]
    /// What a strict reader objects to (R-FWD-02).
    package let complaints: [String]

    /// The id of the request in the gateway.
    package var requestID: String { fields["x-request-id"] ?? "" }

    /// Fields that have to be there once in every request.
    private static let once = [
        "host", "content-length", "x-request-id", "x-forwarded-proto", "postern-source", "postern-attempt",
    ]
    /// Fields that may be there once at most.
    private static let onceAtMost = [
        "content-type", "user-agent", "x-forwarded-for", "x-forwarded-host", "idempotency-key", "postern-key-id",
        "postern-uncertain", "postern-verified", "via",
    ]
    /// Fields of one connection, and fields that no sender may smuggle through.
    private static let never = [
        "transfer-encoding", "connection", "keep-alive", "te", "trailer", "upgrade", "http2-settings", "expect",
        "proxy-connection", "proxy-authorization", "forwarded", "x-real-ip",
    ]

    init(head: ArraySlice<UInt8>, connection: Int) {
        var complaints: [String] = []
        let lines = TestFields.lines(head.dropLast(4), complaints: &complaints)
        let parts = lines[0].split(separator: 0x20, omittingEmptySubsequences: false)
        if parts.count != 3 || Array(parts[2]) != Array("HTTP/1.1".utf8)
            || !parts[1].allSatisfy({ (0x21..<0x7F).contains($0) })
        {
            complaints.append("the request line \(TestFields.quoted(lines[0]))")
        }
        method = parts.isEmpty ? "" : String(decoding: parts[0], as: UTF8.self)
        target = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
        fields = TestFields.parse(Array(lines.dropFirst()), complaints: &complaints)
        for name in RecordedRequest.once where fields.values(name).count != 1 {
            complaints.append("\(fields.values(name).count) fields \(name)")
        }
        for name in RecordedRequest.onceAtMost where fields.values(name).count > 1 {
            complaints.append("several fields \(name)")
        }
        for name in RecordedRequest.never where !fields.values(name).isEmpty { complaints.append("a field \(name)") }
        let length = fields["content-length"] ?? ""
        if length.isEmpty || !length.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            complaints.append("Content-Length \(length.debugDescription)")
        }
        self.complaints = complaints
        self.connection = connection
        body = []
    }

    private init(_ other: RecordedRequest, body: [UInt8], complaint: String?) {
        connection = other.connection
        method = other.method
        target = other.target
        fields = other.fields
        complaints = other.complaints + (complaint.map { [$0] } ?? [])
        self.body = body
    }

    func with(body: [UInt8], complaint: String? = nil) -> RecordedRequest {
        RecordedRequest(self, body: body, complaint: complaint)
    }
}
