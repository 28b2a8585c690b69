/// An entry that is not about one request: start and stop, configuration, keys, the log itself, an administrator.
///
/// Source: `docs/audit-log-format.md`, record schema. Rare, so it is a tree of values and not a fixed form.
package struct ControlEntry: Sendable, Equatable {
    /// The kind.
    package var kind: EntryKind
    /// The time of the act, microseconds since the epoch.
    package var time: Int64
    /// The members besides `kind`, `seq`, `ts` and `v`, which are added; those four names are ignored here.
    package var members: [String: AuditValue]

    /// Makes an entry.
    package init(_ kind: EntryKind, time: Int64, members: [String: AuditValue] = [:]) {
        self.kind = kind
        self.time = time
        self.members = members
    }

    private static let limits = [RequestEntry.textLimit, 160, 40, 8]
    private static let maxBody = EncodedLine.maxLineBytes - 64

    /// Appends the line of this entry, all but the number, to `buffer`; texts are cut until it fits.
    ///
    /// Where even short texts are too long, only `kind`, `seq`, `ts`, `v` and `cut` remain.
    package func encode(into buffer: inout [UInt8]) -> EncodedLine {
        let start = buffer.count
        for limit in ControlEntry.limits {
            let (count, offset) = append(members, limit: limit, cut: [], to: &buffer)
            if count <= ControlEntry.maxBody { return EncodedLine(start: start, count: count, sequenceOffset: offset) }
            buffer.removeSubrange(start...)
        }
        let (count, offset) = append([:], limit: 8, cut: ["members"], to: &buffer)
        return EncodedLine(start: start, count: count, sequenceOffset: offset)
    }

    private func append(
        _ members: [String: AuditValue],
        limit: Int,
        cut: [String],
        to buffer: inout [UInt8]
    ) -> (count: Int, offset: Int) {
        var cut = cut
        var offset = 0
        let start = buffer.count
        var named = members
        named["kind"] = .string(kind.rawValue)
        named["seq"] = .integer(0)
        named["ts"] = .string(EntryTime.text(time))
        named["v"] = .integer(1)
        // A first pass over each text says which are changed, because `cut` sorts before most of them.
        for (key, value) in AuditValue.sorted(members) {
            var isChanged = false
            _ = [UInt8](capacity: 16 * 1024) { isChanged = value.append(limit: limit, to: &$0) }
            if isChanged { cut.append(key) }
        }
        if !cut.isEmpty { named["cut"] = .list(cut.map { .string($0) }) }
        buffer.append(addingCapacity: 16 * 1024) { output in
            for (key, value) in AuditValue.sorted(named) {
                TextRules.put(UInt8(ascii: ","), to: &output)
                _ = LineSink.string(key.utf8Span.span, limit: 4096, to: &output)
                TextRules.put(UInt8(ascii: ":"), to: &output)
                if key == "seq" {
                    offset = output.count
                } else {
                    // Only the members are cut, never what was added above.
                    let isOwn = key == "kind" || key == "ts" || key == "cut"
                    _ = value.append(limit: isOwn ? RequestEntry.textLimit : limit, to: &output)
                }
            }
            LineSink.close(0, in: &output)
        }
        return (buffer.count - start, offset)
    }
}
