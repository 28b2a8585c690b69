import AuditLog
import StrictJSON
package import WebhookVerification

/// Every delivery that a key let in since some moment, out of the audit logs of all nodes: what a stolen key may have done.
///
/// Source: `docs/keys.md`, revocation. Reads the segments line by line and keeps only what the key signed.
package struct KeyBlastRadius: Sendable {
    /// One delivery.
    package struct Event: Sendable {
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
        /// How many signatures the delivery carried: with more than one, another key may have signed it too.
        package var signatures: Int64 = 0
    }

    /// The deliveries in the order of the logs.
    package private(set) var events: [Event] = []
    /// How many deliveries were admitted since then under any key, for comparison.
    package private(set) var admitted = 0

    /// Reads the logs below `directory`, one for each node.
    package init(
        key: String,
        since: Timestamp,
        auditDirectory directory: String,
        files: any FileOperations = SystemFileOperations()
    ) throws(FileFailure) {
        let start = KeyringTime.text(since)
        for node in try files.list(directory) {
            let segments = AuditPaths(root: "\(directory)/\(node)").segments
            guard let names = try? files.list(segments) else { continue }
            var positions: [String: Int] = [:]
            for name in names where AuditPaths.number(name, suffix: ".jsonl") != nil {
                try read("\(segments)/\(name)", files) { line in
                    take(line, key: key, since: start, &positions)
                }
            }
        }
    }

    private func read(
        _ path: String,
        _ files: any FileOperations,
        _ body: ([UInt8]) -> Void
    ) throws(FileFailure) {
        let descriptor = try files.open(path, .read)
        defer { files.close(descriptor) }
        var offset = 0
        var rest: [UInt8] = []
        while true {
            let part = try files.read(descriptor, count: 1 << 20, at: offset)
            if part.isEmpty { return }
            offset += part.count
            rest += part
            var begin = 0
            while let end = rest[begin...].firstIndex(of: 0x0A) {
                body(Array(rest[begin..<end]))
                begin = end + 1
            }
            rest.removeFirst(begin)
        }
    }

    private mutating func take(
        _ line: [UInt8],
        key: String,
        since start: String,
        _ positions: inout [String: Int]
    ) {
        let json = JSONDocument()
        guard json.parse(line.span) == nil, let root = json.root else { return }
        func text(_ path: String) -> String? {
            guard let pointer = JSONPointer(path), let node = json.find(pointer, in: line.span) else { return nil }
            return json.string(node, in: line.span)
        }
        func number(_ path: String) -> Int64? {
            guard let pointer = JSONPointer(path), let node = json.find(pointer, in: line.span) else { return nil }
            return json.integer(node, in: line.span)
        }
        guard json.kind(of: root) == .object, let kind = text("/kind"), let time = text("/ts") else { return }
        switch kind {
        case "request.admit":
            // Texts of one form compare as the times do; the seconds are enough.
            guard String(time.prefix(19)) >= String(start.prefix(19)) else { return }
            admitted += 1
            guard text("/sig/key") == key else { return }
            var event = Event()
            event.requestID = text("/rid") ?? ""
            event.time = time
            event.source = text("/source") ?? ""
            event.address = text("/client/ip") ?? ""
            event.type = text("/event/type") ?? ""
            event.event = text("/event/id") ?? ""
            event.signatures = number("/sig/n") ?? 1
            positions[event.requestID] = events.count
            events.append(event)
        case "request.outcome":
            guard !positions.isEmpty, let id = text("/rid"), let position = positions.removeValue(forKey: id) else {
                return
            }
            events[position].outcome = text("/up/state") ?? ""
            events[position].status = number("/up/status") ?? 0
        default: return
        }
    }
}
