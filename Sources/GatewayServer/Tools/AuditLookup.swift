import GatewayStorage
import Glibc
import StrictJSON

/// Finds entries of an audit log by a text that they hold, without reading the rest as JSON.
///
/// The log may be written meanwhile. Segments are read from the newest to the oldest.
package struct AuditLookup: Sendable {
    /// One entry that was found.
    package struct Entry: Sendable {
        /// The line as it stands in the log, without its line feed.
        package let line: [UInt8]
        private let members: [String: String]

        /// The text of a member, `sig.key` for one inside of another; numbers as they are written.
        package func text(_ name: String) -> String? { members[name] }

        fileprivate init?(_ line: [UInt8]) {
            let document = JSONDocument()
            guard document.parse(line.span) == nil, let root = document.root else { return nil }
            var members: [String: String] = [:]
            func add(_ node: JSONNode, _ path: String) {
                for member in document.members(of: node) {
                    let name = path + (document.string(member.name, in: line.span) ?? "")
                    switch document.kind(of: member.value) {
                    case .object: add(member.value, name + ".")
                    case .string: members[name] = document.string(member.value, in: line.span)
                    case .number:
                        members[name] = document.textRange(of: member.value).map {
                            String(decoding: line[$0], as: UTF8.self)
                        }
                    case .array, .null, .true, .false: break
                    }
                }
            }
            add(root, "")
            self.line = line
            self.members = members
        }
    }

    private let paths: AuditPaths

    /// The log of `node` below the audit directory.
    package init(directory: String, node: String) { paths = AuditPaths(root: directory + "/" + node) }

    /// Entries whose member `name` is exactly `value`, oldest first; at most `limit` of them, the newest.
    ///
    /// `value` has to be text that JSON does not escape.
    package func entries(_ name: String, _ value: String, limit: Int = 64) throws(DeliveryFault) -> [Entry] {
        let needle = Array("\"\(name)\":\"\(value)\"".utf8)
        var found: [Entry] = []
        for segment in try segments().reversed() {
            let bytes = try contents(paths.segments + "/" + segment)
            var own: [Entry] = []
            var start = 0
            while let place = AuditLookup.find(needle, in: bytes, from: start) {
                let begin = bytes[..<place].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
                guard let end = bytes[place...].firstIndex(of: 0x0A) else { break }
                if let entry = Entry(Array(bytes[begin..<end])), entry.text(name) == value { own.append(entry) }
                start = end + 1
            }
            found = own + found
            if found.count >= limit { return Array(found.suffix(limit)) }
        }
        return found
    }

    private func segments() throws(DeliveryFault) -> [String] {
        guard let directory = opendir(paths.segments) else {
            throw DeliveryFault("\(paths.segments): cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if AuditPaths.number(name, suffix: ".jsonl") != nil { names.append(name) }
        }
        return names.sorted()
    }

    private func contents(_ path: String) throws(DeliveryFault) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw DeliveryFault("\(path): cannot be read: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw DeliveryFault("\(path): cannot be read") }
        var bytes = [UInt8](repeating: 0, count: max(Int(status.st_size), 0))
        var filled = 0
        while filled < bytes.count {
            let count = bytes.withUnsafeMutableBytes {
                read(file, $0.baseAddress?.advanced(by: filled), $0.count - filled)
            }
            guard count > 0 else { break }
            filled += count
        }
        bytes.removeLast(bytes.count - filled)
        return bytes
    }

    /// Horspool's search: most positions are skipped by a whole needle.
    private static func find(_ needle: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        var skips = [Int](repeating: needle.count, count: 256)
        for (index, byte) in needle.dropLast().enumerated() { skips[Int(byte)] = needle.count - 1 - index }
        var position = start
        while position + needle.count <= bytes.count {
            if bytes[position..<(position + needle.count)].elementsEqual(needle) { return position }
            position += skips[Int(bytes[position + needle.count - 1])]
        }
        return nil
    }
}
