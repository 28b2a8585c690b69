/// Counters of the audit writer, copied out at any time by any thread.
package struct AuditMetrics: Sendable, Equatable {
    /// Entries written, by class (index: raw value).
    package var records = [UInt64](repeating: 0, count: AuditRecordClass.allCases.count)
    /// Batches written.
    package var batches: UInt64 = 0
    /// Entries of the last batch.
    package var lastBatchRecords = 0
    /// Bytes written.
    package var bytes: UInt64 = 0
    /// Completed calls of fdatasync.
    package var syncs: UInt64 = 0
    /// Failed calls of fdatasync.
    package var syncErrors: UInt64 = 0
    /// Failed writes and opens.
    package var writeErrors: UInt64 = 0
    /// Durations of write and fdatasync together: bucket n counts those below 2^n microseconds.
    package var commitMicroseconds = [UInt64](repeating: 0, count: 24)
    /// The sum of those durations, microseconds.
    package var commitMicrosecondsTotal: UInt64 = 0
    /// Entries in the log.
    package var treeSize: UInt64 = 0
    /// Entries that no checkpoint covers yet.
    package var unsignedRecords: UInt64 = 0
    /// The time of the newest checkpoint, microseconds since 1970; 0 where there is none.
    package var checkpointTime: Int64 = 0
    /// Checkpoints that could not be written.
    package var checkpointErrors: UInt64 = 0
    /// Free bytes of the disk at the last look.
    package var freeBytes: UInt64 = 0
    /// The size of the disk at the last look.
    package var totalBytes: UInt64 = 0
    /// How scarce space is.
    package var diskLevel = AuditDiskLevel.enough
    /// Notes that could not be handed to a witness.
    package var witnessErrors: UInt64 = 0
    /// Admissions that were refused because the log could not take them.
    package var failedAdmissions: UInt64 = 0
    /// Entries dropped because the log could not be written and the queue was full.
    package var lost: UInt64 = 0
    /// Entries waiting in the lanes now.
    package var queued = 0

    /// All zero.
    package init() {}

    /// Notes one commit.
    mutating func noteCommit(microseconds: Int64) {
        let value = UInt64(max(microseconds, 0))
        let bucket = min(UInt64.bitWidth - value.leadingZeroBitCount, commitMicroseconds.count - 1)
        commitMicroseconds[bucket] += 1
        commitMicrosecondsTotal += value
    }
}

/// Whether the log takes entries; read by every lane without a lock.
package enum AuditState: UInt8, Sendable {
    /// Everything is taken.
    case open = 0
    /// The disk is full or nearly so: admissions are refused, the rest is kept and written when it can be.
    case diskFull = 1
    /// The file cannot be written: admissions are refused, the rest is kept.
    case failed = 2
    /// The writer has stopped.
    case stopped = 3

    /// The reason given for a refusal; `nil` where everything is taken.
    package var refusal: AuditUnavailable? {
        switch self {
        case .open: nil
        case .diskFull: .diskFull
        case .failed: .failed
        case .stopped: .stopped
        }
    }
}
