import StrictJSON
package import WebhookVerification

/// Every delivery that a key let in since some moment, out of the audit logs of all nodes: what a stolen key may have done.
///
/// Source: `docs/keys.md`, revocation. Reads the lines one by one, compressed segments too, and keeps only what the key
/// fitted.
package struct KeyBlastRadius: Sendable {
    /// One delivery.
    package struct Event: Sendable, Equatable {
        package var requestID = ""
        package var time = ""
        package var source = ""
        package var address = ""
        /// The event's name, which for a CMS begins with the collection.
        package var type = ""
        package var event = ""
        /// What the upstream made of it: `done`, `failed`, `unknown`, or empty where no outcome is recorded.
        package var outcome = ""
        package var status: Int64 = 0
        /// How many signatures the delivery carried.
        package var signatures: Int64 = 0
        /// The other keys that were accepted then and fitted one of the signatures; empty where this key alone let it in.
        package var others: [String] = []
    }

    /// The deliveries in the order of the logs.
    package private(set) var events: [Event] = []
    /// How many deliveries were admitted since then under any key, for comparison.
    package private(set) var admitted = 0

    /// The deliveries that no other key vouches for.
    package var alone: [Event] { events.filter(\.others.isEmpty) }

    /// Reads the logs below `directory`, one for each node.
    package init(
        key: String,
        since: Timestamp,
        auditDirectory directory: String,
        files: any FileOperations = SystemFileOperations()
    ) throws(FileFailure) {
        let start = KeyringTime.text(since)
        for node in try files.list(directory) {
            let reader = AuditSegmentReader(directory: "\(directory)/\(node)", files: files)
            // What is no log of a node has no segments.
            guard let segments = try? reader.segments(), !segments.isEmpty else { continue }
            let first = try KeyBlastRadius.first(segments, reader, start)
            var positions: [String: Int] = [:]
            do {
                _ = try reader.read(from: .init(segment: first, offset: 0, sequence: first)) { line, _ in
                    take(line, key: key, since: start, &positions)
                    return .goOn
                }
            } catch {
                throw error as? FileFailure ?? FileFailure(call: "read", path: "\(directory)/\(node)", code: 5)
            }
        }
    }

    /// The last segment that begins before `start`: what comes before it is older.
    private static func first(
        _ segments: [UInt64],
        _ reader: AuditSegmentReader,
        _ start: String
    ) throws(FileFailure) -> UInt64 {
        for segment in segments.reversed() {
            guard let line = try reader.line(segment: segment, offset: 0) else { continue }
            let json = JSONDocument()
            guard json.parse(line.span) == nil, let root = json.root,
                let time = json.member("ts", of: root, in: line.span).flatMap({ json.string($0, in: line.span) })
            else { continue }
            if time.prefix(19) < start.prefix(19) { return segment }
        }
        return segments[0]
    }

    private mutating func take(
        _ line: Span<UInt8>,
        key: String,
        since start: String,
        _ positions: inout [String: Int]
    ) {
        let json = JSONDocument()
        guard json.parse(line) == nil, let root = json.root, json.kind(of: root) == .object else { return }
        let entry = Line(json: json, root: root)
        guard let kind = entry.text("kind", line), let time = entry.text("ts", line) else { return }
        switch kind {
        case "request.admit":
            // Texts of one form compare as the times do; the seconds are enough.
            guard time.prefix(19) >= start.prefix(19) else { return }
            admitted += 1
            guard let event = entry.event(of: key, time, line) else { return }
            positions[event.requestID] = events.count
            events.append(event)
        case "request.outcome":
            guard !positions.isEmpty, let id = entry.text("rid", line),
                let position = positions.removeValue(forKey: id)
            else { return }
            events[position].outcome = entry.text("up", "state", line) ?? ""
            events[position].status = entry.number("up", "status", line) ?? 0
        default: return
        }
    }

    /// A parsed line.
    private struct Line {
        let json: JSONDocument
        let root: JSONNode

        private func inner(_ name: StaticString, _ member: StaticString, _ line: Span<UInt8>) -> JSONNode? {
            json.member(name, of: root, in: line).flatMap { node in
                json.kind(of: node) == .object ? json.member(member, of: node, in: line) : nil
            }
        }

        func text(_ name: StaticString, _ line: Span<UInt8>) -> String? {
            json.member(name, of: root, in: line).flatMap { json.string($0, in: line) }
        }

        func text(_ name: StaticString, _ member: StaticString, _ line: Span<UInt8>) -> String? {
            inner(name, member, line).flatMap { json.string($0, in: line) }
        }

        func number(_ name: StaticString, _ member: StaticString, _ line: Span<UInt8>) -> Int64? {
            inner(name, member, line).flatMap { json.integer($0, in: line) }
        }

        /// The delivery, where one of its signatures fitted `key`.
        func event(of key: String, _ time: String, _ line: Span<UInt8>) -> Event? {
            guard let first = text("sig", "key", line) else { return nil }
            var keys = [first]
            if let list = inner("sig", "also", line), json.kind(of: list) == .array {
                keys += json.elements(of: list).compactMap { json.string($0, in: line) }
            }
            guard keys.contains(key) else { return nil }
            return Event(
                requestID: text("rid", line) ?? "",
                time: time,
                source: text("source", line) ?? "",
                address: text("client", "ip", line) ?? "",
                type: text("event", "type", line) ?? "",
                event: text("event", "id", line) ?? "",
                signatures: number("sig", "n", line) ?? 1,
                others: keys.filter { $0 != key }
            )
        }
    }
}
