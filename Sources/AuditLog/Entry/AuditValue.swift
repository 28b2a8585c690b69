/// A member value of an entry that is not of the wire path: text, integer, list or object.
package enum AuditValue: Sendable, Equatable {
    case string(String)
    case integer(Int)
    case list([AuditValue])
    case object([String: AuditValue])
    /// JSON `true` or `false`.
    case flag(Bool)

    /// Appends the canonical form of RFC 8785, for small files beside the log: at most 16 KiB, texts up to 4 KiB.
    package func append(to bytes: inout [UInt8]) {
        bytes.append(addingCapacity: 16 * 1024) { _ = append(limit: 4096, to: &$0) }
    }

    /// Appends the canonical form of RFC 8785; texts are cut at `limit` bytes.
    func append(limit: Int, to output: inout OutputSpan<UInt8>) -> Bool {
        switch self {
        case .string(let text): return LineSink.string(text.utf8Span.span, limit: limit, to: &output)
        case .integer(let value): LineSink.put(value, to: &output)
        case .flag(let value): LineSink.put(value ? "true" : "false", to: &output)
        case .list(let values):
            TextRules.put(UInt8(ascii: "["), to: &output)
            var isChanged = false
            for (index, value) in values.enumerated() {
                if index > 0 { TextRules.put(UInt8(ascii: ","), to: &output) }
                if value.append(limit: limit, to: &output) { isChanged = true }
            }
            TextRules.put(UInt8(ascii: "]"), to: &output)
            return isChanged
        case .object(let members): return AuditValue.append(members, limit: limit, to: &output)
        }
        return false
    }

    private static func append(
        _ members: [String: AuditValue],
        limit: Int,
        to output: inout OutputSpan<UInt8>
    ) -> Bool {
        let start = output.count
        var isChanged = false
        for (key, value) in sorted(members) {
            TextRules.put(UInt8(ascii: ","), to: &output)
            _ = LineSink.string(key.utf8Span.span, limit: 4096, to: &output)
            TextRules.put(UInt8(ascii: ":"), to: &output)
            if value.append(limit: limit, to: &output) { isChanged = true }
        }
        LineSink.close(start, in: &output)
        return isChanged
    }

    /// Members in the order of RFC 8785: by the UTF-16 code units of their names.
    static func sorted(_ members: [String: AuditValue]) -> [(key: String, value: AuditValue)] {
        members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
    }
}
