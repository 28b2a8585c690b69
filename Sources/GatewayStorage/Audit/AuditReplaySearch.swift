package import AuditLog
internal import Glibc
internal import StrictJSON

/// Finds deliveries in the log by what an operator knows of them: request id, event id or replay key.
///
/// Reads every line since a time; for commands, never on the wire path.
package struct AuditReplaySearch: Sendable {
    /// A delivery that was found.
    package struct Match: Sendable, Equatable {
        /// The replay key.
        package let key: ReplayKeyBytes
        /// The configured source.
        package let source: String
        /// The newest request about it.
        package var requestID: UUIDv7
        /// When that was, microseconds since 1970.
        package var time: Int64
    }

    private let reader: AuditReplayReader

    /// Takes the directory of one node's log.
    package init(directory: String) { reader = AuditReplayReader(directory: directory) }

    /// The deliveries whose request id, event id or replay key is `event`, newest first, at most `limit`.
    ///
    /// Every entry of a delivery counts: the request id of any attempt or repeat finds it.
    package func find(_ event: String, since: Int64, limit: Int) throws(FileFailure) -> [Match] {
        var found: [ReplayKeyBytes: Match] = [:]
        let wanted = Array(event.utf8)
        guard !wanted.isEmpty else { return [] }
        let document = JSONDocument()
        _ = try reader.readLines(since: since) { line, entry in
            if var known = found[entry.key] {
                known.requestID = entry.requestID
                known.time = entry.time
                found[entry.key] = known
            } else if AuditReplaySearch.names(line, wanted, document) {
                found[entry.key] = Match(
                    key: entry.key,
                    source: entry.source,
                    requestID: entry.requestID,
                    time: entry.time
                )
            }
        }
        return Array(found.values.sorted { $0.time > $1.time }.prefix(limit))
    }

    /// Whether a line names the event in one of its three places.
    private static func names(_ line: Span<UInt8>, _ wanted: [UInt8], _ document: JSONDocument) -> Bool {
        guard document.parse(line) == nil else { return false }
        for pointer in places {
            guard let node = document.find(pointer, in: line) else { continue }
            if document.copyString(node, in: line) == wanted { return true }
        }
        return false
    }

    private static let places = ["/rid", "/rk", "/event/id"].compactMap { JSONPointer($0) }
}
