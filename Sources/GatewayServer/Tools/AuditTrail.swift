import Glibc
import GatewayStorage
import StrictJSON

/// Reads back what a gateway has recorded, for the demo and for tests: the entries of requests, in order.
package struct AuditTrail: Sendable {
    /// The entry of one request.
    package struct Entry: Sendable {
        /// The member `kind`, for example `request.deny`.
        package let kind: String
        /// The request's id, the member `rid`.
        package let requestID: String
        /// The reason code; empty where there is none.
        package let reason: String
        /// The status that was sent; 0 where the entry has none.
        package let status: Int
        /// The line as it stands in the log, without its line feed.
        package let line: [UInt8]

        /// Whether this is the last entry of its request: whatever is not `request.admit`.
        package var isFinal: Bool { kind != "request.admit" }
    }

    /// Entries of requests in the order of the log.
    package let entries: [Entry]

    /// Reads the log of `node` below the audit directory; a line that is not complete yet is left out.
    package init(directory: String, node: String) throws(DeliveryFault) {
        let paths = AuditPaths(root: directory + "/" + node)
        var entries: [Entry] = []
        let document = JSONDocument()
        for name in try AuditTrail.segments(paths.segments) {
            let bytes = try AuditTrail.contents(paths.segments + "/" + name)
            var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            // Behind the last line feed: nothing, or a line that is being written.
            lines.removeLast()
            for line in lines {
                if let entry = AuditTrail.entry(Array(line), document) { entries.append(entry) }
            }
        }
        self.entries = entries
    }

    private static func segments(_ path: String) throws(DeliveryFault) -> [String] {
        guard let directory = opendir(path) else { throw DeliveryFault("\(path): cannot be read") }
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

    private static func contents(_ path: String) throws(DeliveryFault) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw DeliveryFault("\(path): cannot be read") }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = chunk.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
            guard count >= 0 else { throw DeliveryFault("\(path): cannot be read") }
            if count == 0 { return bytes }
            bytes += chunk[..<count]
        }
    }

    private static func entry(_ line: [UInt8], _ document: JSONDocument) -> Entry? {
        guard document.parse(line.span) == nil, let root = document.root else { return nil }
        func text(_ name: StaticString) -> String? {
            document.member(name, of: root, in: line.span).flatMap { document.string($0, in: line.span) }
        }
        guard let kind = text("kind"), kind.hasPrefix("request."), let requestID = text("rid") else { return nil }
        let status = document.member("status", of: root, in: line.span)
            .flatMap { document.integer($0, in: line.span) }
        return Entry(
            kind: kind,
            requestID: requestID,
            reason: text("reason") ?? "",
            status: Int(status ?? 0),
            line: line
        )
    }
}
