import Foundation

/// An answer of the gateway, read by a strict reader.
package struct TestResponse: Sendable, Equatable {
    /// The status code.
    package let status: Int
    /// The field lines.
    package let fields: TestFields
    /// The bytes of the body.
    package let body: [UInt8]
    /// What a strict reader objects to; empty for every answer that the gateway may give (R-H1-44).
    package let complaints: [String]

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }

    /// Whether the answer says that the connection ends.
    package var closes: Bool { fields.values("connection").contains { $0.lowercased() == "close" } }

    /// The id of the request, as the answer's field has it.
    package var requestID: String { fields["x-request-id"] ?? "" }

    /// A member of the JSON body; `nil` where the body is not an object or has no such text.
    package func member(_ name: String) -> String? {
        let object = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any]
        return object?[name] as? String
    }

    /// The body with the request's id replaced, so that bodies of the same class are equal bytes.
    package var textWithoutID: String { text.replacingOccurrences(of: requestID, with: "ID") }

    /// Reads a head that ends at `end` of `bytes`; the body is appended by whoever reads on.
    init(head: ArraySlice<UInt8>, body: [UInt8]) {
        var complaints: [String] = []
        let lines = TestFields.lines(head.dropLast(4), complaints: &complaints)
        let statusLine = String(decoding: lines[0], as: UTF8.self)
        let parts = statusLine.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
        let digits = parts.count > 1 ? String(parts[1]) : ""
        if parts.count < 2 || parts[0] != "HTTP/1.1" || digits.count != 3 || Int(digits) == nil {
            complaints.append("the status line \(statusLine.debugDescription)")
        }
        status = Int(digits) ?? 0
        fields = TestFields.parse(Array(lines.dropFirst()), complaints: &complaints)
        if status >= 200 { TestResponse.judge(fields, status: status, into: &complaints) }
        self.complaints = complaints
        self.body = body
    }

    private init(_ other: TestResponse, body: [UInt8]) {
        status = other.status
        fields = other.fields
        complaints = other.complaints
        self.body = body
    }

    func with(body: [UInt8]) -> TestResponse { TestResponse(self, body: body) }

    private static func judge(_ fields: TestFields, status: Int, into complaints: inout [String]) {
        let lengths = fields.values("content-length")
        let hasBody = status != 204 && status != 304
        if lengths.count != (hasBody ? 1 : 0) { complaints.append("\(lengths.count) Content-Length fields") }
        if let length = lengths.first, Int(length) == nil || !length.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            complaints.append("Content-Length \(length)")
        }
        for name in ["transfer-encoding", "server", "set-cookie", "keep-alive", "upgrade", "trailer", "te"]
        where !fields.values(name).isEmpty {
            complaints.append("a field \(name)")
        }
        if fields.values("date").count != 1 || !isDate(fields["date"] ?? "") { complaints.append("no good Date") }
        if fields.values("x-request-id").count != 1 { complaints.append("no single X-Request-Id") }
        for connection in fields.values("connection") where connection != "close" {
            complaints.append("Connection: \(connection)")
        }
    }

    /// IMF-fixdate (RFC 9110 section 5.6.7).
    private static func isDate(_ text: String) -> Bool {
        let shape = "Aaa, 00 Aaa 0000 00:00:00 GMT"
        guard text.utf8.count == shape.utf8.count else { return false }
        return zip(text.utf8, shape.utf8).allSatisfy { byte, form in
            switch form {
            case UInt8(ascii: "0"): byte >= 0x30 && byte <= 0x39
            case UInt8(ascii: "A"), UInt8(ascii: "a"): byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
            default: byte == form
            }
        }
    }
}
