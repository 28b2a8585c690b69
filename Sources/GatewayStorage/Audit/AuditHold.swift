package import AuditLog
internal import Glibc
internal import StrictJSON

/// A legal hold: entries that must not be pruned, and sealed values that must not be erased, until it is released.
///
/// The entries `audit.hold` and `audit.release` are the only record of it. Source: `docs/audit-log-format.md`, legal
/// holds.
package struct AuditHold: Sendable, Equatable {
    /// The name by which it is released.
    package var id: String
    /// Only entries of this source; `nil` for all.
    package var source: String?
    /// Only entries that name this event id or type; `nil` for all.
    package var event: String?
    /// The first held microsecond; `nil` for the log's beginning.
    package var from: Int64?
    /// The last held microsecond; `nil` for ever.
    package var to: Int64?
    /// The case or matter.
    package var reference: String
    /// The entry that made it.
    package var sequence: UInt64 = 0

    /// Makes a hold.
    package init(id: String, source: String?, event: String?, from: Int64?, to: Int64?, reference: String) {
        self.id = id
        self.source = source
        self.event = event
        self.from = from
        self.to = to
        self.reference = reference
    }

    /// The entry that makes it; `isCarried` where it is made again because its entry is about to be pruned.
    package func entry(time: Int64, actor: [String: AuditValue], isCarried: Bool = false) -> ControlEntry {
        var filter: [String: AuditValue] = [:]
        if let source { filter["source"] = .string(source) }
        if let event { filter["event"] = .string(event) }
        if let from { filter["from"] = .string(EntryTime.text(from)) }
        if let to { filter["to"] = .string(EntryTime.text(to)) }
        var hold: [String: AuditValue] = [
            "filter": .object(filter), "id": .string(id), "ref": .string(reference),
        ]
        if isCarried { hold["carried"] = .flag(true) }
        return ControlEntry(.auditHold, time: time, members: ["hold": .object(hold), "actor": .object(actor)])
    }

    /// The entry that releases it.
    package func release(time: Int64, actor: [String: AuditValue]) -> ControlEntry {
        let hold: [String: AuditValue] = ["id": .string(id), "ref": .string(reference)]
        return ControlEntry(.auditRelease, time: time, members: ["hold": .object(hold), "actor": .object(actor)])
    }

    /// Whether it may concern entries between two times.
    package func touches(from first: Int64, to last: Int64) -> Bool {
        last >= from ?? .min && first <= to ?? .max
    }

    /// The holds in force, oldest first, read out of the whole log.
    package static func inForce(
        directory: String,
        files: any FileOperations = SystemFileOperations()
    ) throws(FileFailure) -> [AuditHold] {
        var holds: [AuditHold] = []
        let document = JSONDocument()
        let marks = ["\"kind\":\"audit.hold\"", "\"kind\":\"audit.release\""].map { Array($0.utf8) }
        try SegmentLines(directory: directory, files: files).read { line, sequence in
            // Two searches for a short text are cheaper than reading the line as JSON.
            guard marks.contains(where: { contains(line, $0) }) else { return }
            let bytes = line.withUnsafeBufferPointer { Array($0) }
            apply(bytes, sequence, document, to: &holds)
        }
        return holds
    }

    private static func apply(
        _ line: [UInt8],
        _ sequence: UInt64,
        _ document: JSONDocument,
        to holds: inout [AuditHold]
    ) {
        guard document.parse(line.span) == nil, let root = document.root,
            let kind = document.member("kind", of: root, in: line.span),
            let object = document.member("hold", of: root, in: line.span)
        else { return }
        func text(_ name: StaticString, _ node: JSONNode?) -> String? {
            node.flatMap { document.member(name, of: $0, in: line.span) }.flatMap { document.string($0, in: line.span) }
        }
        guard let id = text("id", object) else { return }
        holds.removeAll { $0.id == id }
        guard document.equals(kind, "audit.hold", in: line.span) else { return }
        let filter = document.member("filter", of: object, in: line.span)
        var hold = AuditHold(
            id: id,
            source: text("source", filter),
            event: text("event", filter),
            from: text("from", filter).flatMap { EntryTime.parse(Array($0.utf8).span) },
            to: text("to", filter).flatMap { EntryTime.parse(Array($0.utf8).span) },
            reference: text("ref", object) ?? ""
        )
        hold.sequence = sequence
        holds.append(hold)
    }

    /// The texts that a held line contains, in the form of RFC 8785; a line that has all of them is taken for held.
    var marks: [[UInt8]] {
        var marks: [[UInt8]] = []
        if let source { marks.append(Array("\"source\":".utf8) + AuditHold.json(source)) }
        if let event { marks.append(Array(":".utf8) + AuditHold.json(event)) }
        return marks
    }

    private static func json(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        AuditValue.string(text).append(to: &bytes)
        return bytes
    }

    /// Whether a line holds a text.
    static func contains(_ line: Span<UInt8>, _ text: [UInt8]) -> Bool {
        line.withUnsafeBufferPointer { bytes in
            text.withUnsafeBufferPointer { wanted in
                guard let start = bytes.baseAddress, let mark = wanted.baseAddress else { return false }
                var offset = 0
                while bytes.count - offset >= wanted.count {
                    let room = bytes.count - offset - wanted.count + 1
                    guard let hit = memchr(start + offset, Int32(mark.pointee), room) else { return false }
                    if memcmp(hit, mark, wanted.count) == 0 { return true }
                    offset = UnsafeRawPointer(hit) - UnsafeRawPointer(start) + 1
                }
                return false
            }
        }
    }
}
