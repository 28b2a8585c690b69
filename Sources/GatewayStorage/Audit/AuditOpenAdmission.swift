package import AuditLog

/// An admission of which the log does not say what became of it.
package struct AuditOpenAdmission: Sendable, Equatable {
    /// The request.
    package let requestID: String
    /// The configured source.
    package let source: String
    /// The replay key; empty where the source has none.
    package let replayKey: String
    /// The entry.
    package let sequence: UInt64

    /// An exchange takes far less than this; what is older was reported by an earlier start.
    private static let window: Int64 = 3_600_000_000

    /// The entry that says that nobody knows.
    package func outcome(time: Int64) -> ControlEntry {
        var members: [String: AuditValue] = [
            "rid": .string(requestID),
            "up": .object([
                "err": .string("the process ended before the outcome was recorded"), "state": .string("unknown"),
                "try": .integer(1),
            ]),
        ]
        if !source.isEmpty { members["source"] = .string(source) }
        if !replayKey.isEmpty { members["rk"] = .string(replayKey) }
        return ControlEntry(.requestOutcome, time: time, members: members)
    }

    /// Those of the last hour of the log, oldest first; at most 65,536.
    package static func find(
        directory: String,
        files: any FileOperations = SystemFileOperations()
    ) throws(FileFailure) -> [AuditOpenAdmission] {
        let lines = SegmentLines(directory: directory, files: files)
        guard let start = try firstSegment(lines) else { return [] }
        let admit = Array("\"kind\":\"request.admit\"".utf8)
        let outcome = Array("\"kind\":\"request.outcome\"".utf8)
        var open: [String: AuditOpenAdmission] = [:]
        try lines.read(from: start) { line, sequence in
            let isAdmission = AuditHold.contains(line, admit)
            guard isAdmission || AuditHold.contains(line, outcome) else { return }
            guard let scanned = ScannedLine(line), let id = text(scanned.requestID, line) else { return }
            if !isAdmission {
                open[id] = nil
            } else if open.count < 65_536 {
                open[id] = AuditOpenAdmission(
                    requestID: id,
                    source: text(scanned.source, line) ?? "",
                    replayKey: text(scanned.replayKey, line) ?? "",
                    sequence: sequence
                )
            }
        }
        return open.values.sorted { $0.sequence < $1.sequence }
    }

    /// The last segment that begins an hour before the last one does, or the first.
    private static func firstSegment(_ lines: SegmentLines) throws(FileFailure) -> UInt64? {
        let all = try lines.segments()
        guard let last = all.last, let newest = try lines.firstTime(last) else { return nil }
        for segment in all.reversed() {
            if let time = try lines.firstTime(segment), time < newest - window { return segment }
        }
        return all.first
    }

    private static func text(_ range: Range<Int>?, _ line: Span<UInt8>) -> String? {
        guard let range else { return nil }
        return line.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
