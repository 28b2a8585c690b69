import StrictJSON
package import WebhookVerification

/// How often and when keys verified deliveries: totals, and the last 24 hours in slots of ten minutes.
///
/// Kept beside the keyring, one file for each node; nothing in it is secret.
package struct KeyUsage: Sendable, Equatable {
    /// What is known of one key.
    package struct Record: Sendable, Equatable {
        /// The source it belongs to.
        package var source: String
        /// Seconds since the epoch of the first and of the last use.
        package var first: Int64
        package var last: Int64
        /// How many deliveries it verified in all.
        package var total: UInt64
        /// Deliveries by slot, the slot's number being seconds since the epoch divided by 600.
        package var slots: [Int64: UInt64] = [:]

        /// How many deliveries it verified in the 24 hours before `now`; exact to ten minutes.
        package func day(before now: Timestamp) -> UInt64 { count(since: now.seconds - 86_400) }

        /// How many deliveries it verified since a time not longer than 24 hours ago.
        package func count(since seconds: Int64) -> UInt64 {
            slots.reduce(0) { $1.key >= seconds / 600 ? $0 &+ $1.value : $0 }
        }
    }

    /// By the key's id.
    package private(set) var records: [String: Record] = [:]

    /// Nothing used yet.
    package init() {}

    /// Counts deliveries; `true` where it is the key's first use.
    package mutating func add(_ count: UInt64, key: KeyID, source: String, now: Timestamp) -> Bool {
        var record = records[key.text] ?? Record(source: source, first: now.seconds, last: now.seconds, total: 0)
        let isFirst = record.total == 0
        record.last = now.seconds
        record.total &+= count
        record.slots[now.seconds / 600, default: 0] &+= count
        if record.slots.count > 150 {
            record.slots = record.slots.filter { $0.key >= (now.seconds - 86_400) / 600 }
        }
        records[key.text] = record
        return isFirst
    }

    /// Adds what another node counted.
    package mutating func merge(_ other: KeyUsage) {
        for (id, theirs) in other.records {
            guard var ours = records[id] else {
                records[id] = theirs
                continue
            }
            ours.first = min(ours.first, theirs.first)
            ours.last = max(ours.last, theirs.last)
            ours.total &+= theirs.total
            ours.slots.merge(theirs.slots) { $0 &+ $1 }
            records[id] = ours
        }
    }

    /// Deliveries of a source in the 24 hours before `now`, whatever key verified them.
    package func day(ofSource name: String, before now: Timestamp) -> UInt64 {
        records.values.reduce(0) { $1.source == name ? $0 &+ $1.day(before: now) : $0 }
    }

    // MARK: the file

    private static let format = "postern-key-usage/1"

    /// The file's text.
    package func encoded() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("format")
        writer.string(KeyUsage.format)
        writer.name("keys")
        writer.beginObject()
        for (id, record) in records.sorted(by: { $0.key < $1.key }) {
            writer.name(id)
            writer.beginObject()
            writer.name("first")
            writer.integer(record.first)
            writer.name("last")
            writer.integer(record.last)
            writer.name("slots")
            writer.beginArray()
            for (slot, count) in record.slots.sorted(by: { $0.key < $1.key }) {
                writer.beginArray()
                writer.integer(slot)
                writer.integer(count)
                writer.endArray()
            }
            writer.endArray()
            writer.name("source")
            writer.string(record.source)
            writer.name("total")
            writer.integer(record.total)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    /// Reads what `encoded` wrote; `nil` for anything else, which counts as nothing known.
    package init?(_ bytes: [UInt8]) {
        let json = JSONDocument()
        guard json.parse(bytes.span) == nil, let root = json.root,
            let format = json.member("format", of: root, in: bytes.span),
            json.equals(format, "postern-key-usage/1", in: bytes.span),
            let keys = json.member("keys", of: root, in: bytes.span), json.kind(of: keys) == .object
        else { return nil }
        for member in json.members(of: keys) {
            func number(_ name: StaticString) -> Int64? {
                json.member(name, of: member.value, in: bytes.span).flatMap { json.integer($0, in: bytes.span) }
            }
            guard let id = json.string(member.name, in: bytes.span), KeyID(id) != nil,
                let source = json.member("source", of: member.value, in: bytes.span)
                    .flatMap({ json.string($0, in: bytes.span) }),
                let first = number("first"), let last = number("last"), let total = number("total"), total >= 0,
                let slots = json.member("slots", of: member.value, in: bytes.span), json.kind(of: slots) == .array
            else { return nil }
            var record = Record(source: source, first: first, last: last, total: UInt64(total))
            for slot in json.elements(of: slots) {
                let pair = json.elements(of: slot).compactMap { json.integer($0, in: bytes.span) }
                guard pair.count == 2, pair[1] >= 0 else { return nil }
                record.slots[pair[0]] = UInt64(pair[1])
            }
            records[id] = record
        }
    }

    /// What all nodes beside a keyring have counted; files that cannot be read count nothing.
    package static func all(
        beside paths: KeyringPaths,
        without node: String? = nil,
        files: any FileOperations = SystemFileOperations()
    ) -> KeyUsage {
        var usage = KeyUsage()
        let left = node.map { "\(paths.usagePrefix)\($0).json" }
        for name in (try? files.list(paths.directory)) ?? [] where name.hasPrefix(paths.usagePrefix) && name != left {
            guard let bytes = try? files.readFile("\(paths.directory)/\(name)", limit: 64 << 20),
                let known = KeyUsage(bytes)
            else { continue }
            usage.merge(known)
        }
        return usage
    }

    /// Writes the file of one node.
    package func write(
        _ paths: KeyringPaths,
        node: String,
        files: any FileOperations = SystemFileOperations()
    ) throws(FileFailure) {
        let path = paths.usage(node: node)
        let name = String(path[(path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex)...])
        try files.replaceFile(name, in: paths.directory, with: encoded(), mode: 0o640)
    }
}
