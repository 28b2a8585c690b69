import GatewayStorage
import StrictJSON

/// Finds entries of an audit log by a text that they hold, without reading the rest as JSON.
///
/// The log may be written meanwhile; compressed segments are read as well.
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

    private let directory: String

    /// The log of `node` below the audit directory.
    package init(directory: String, node: String) { self.directory = directory + "/" + node }

    /// Entries whose member `name` is exactly `value`, oldest first; at most `limit` of them, the newest.
    ///
    /// `value` has to be text that JSON does not escape.
    package func entries(_ name: String, _ value: String, limit: Int = 64) throws(DeliveryFault) -> [Entry] {
        let needle = Needle("\"\(name)\":\"\(value)\"")
        var found: [Entry] = []
        do {
            let reader = AuditSegmentReader(directory: directory)
            guard try !reader.segments().isEmpty else { throw DeliveryFault("\(directory): there is no audit log") }
            _ = try reader.read { (line: Span<UInt8>, _) -> AuditSegmentReader.Next in
                guard needle.occurs(in: line), let entry = Entry([UInt8](copying: line)), entry.text(name) == value
                else {
                    return .goOn
                }
                found.append(entry)
                if found.count > limit { found.removeFirst() }
                return .goOn
            }
        } catch let fault as DeliveryFault {
            throw fault
        } catch {
            throw DeliveryFault("\(directory): cannot be read: \(error)")
        }
        return found
    }

    /// Horspool's search: most positions are skipped by a whole needle.
    private struct Needle {
        private let bytes: [UInt8]
        private var skips: [Int]

        init(_ text: String) {
            bytes = Array(text.utf8)
            skips = [Int](repeating: bytes.count, count: 256)
            for (index, byte) in bytes.dropLast().enumerated() { skips[Int(byte)] = bytes.count - 1 - index }
        }

        func occurs(in line: Span<UInt8>) -> Bool {
            var position = 0
            while position + bytes.count <= line.count {
                var index = bytes.count - 1
                while index >= 0, line[position + index] == bytes[index] { index -= 1 }
                if index < 0 { return true }
                position += skips[Int(line[position + bytes.count - 1])]
            }
            return false
        }
    }
}

extension [UInt8] {
    /// A copy of the bytes of a span.
    fileprivate init(copying bytes: Span<UInt8>) {
        self = []
        reserveCapacity(bytes.count)
        for index in bytes.indices { append(bytes[index]) }
    }
}
