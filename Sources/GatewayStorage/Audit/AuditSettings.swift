package import AuditLog

/// Where and how one audit log is kept.
///
/// Every limit has its unit in its name.
package struct AuditSettings: Sendable {
    /// The directory of all logs, for example `/var/lib/postern/audit`; must exist.
    package var directory: String
    /// This instance's name: the directory below, and the end of the origin.
    package var node: String
    /// The first part of the log's name, for example `gw.example.com/audit`.
    package var origin: String
    /// This boot's id, 16 hexadecimal digits.
    package var boot: String
    /// How long answers wait.
    package var durability = AuditDurability.sync
    /// The file with the log's signing key, made at the first start with mode 0600; not where there is a `keyStore`.
    package var keyPath: String
    /// Where the log's signing key is kept instead of a file of its own.
    package var keyStore: (any AuditKeyStore)?
    /// Members of the entry `system.start` besides node and boot, for example the version.
    package var startMembers: [String: AuditValue] = [:]

    /// The kind of the first entry: `system.start` for a gateway, `audit.open` for a command that opens the log for one act.
    package var opening = EntryKind.systemStart
    /// How long entries are kept.
    package var retention = AuditRetention()
    /// What happens while the disk is full.
    package var onFull = AuditFailurePolicy.reject
    /// What happens while the disk cannot be written for another reason; `prune` is `reject` here.
    package var onError = AuditFailurePolicy.reject
    /// Places outside the log's directory that get every checkpoint, and hold the log to them at a start.
    package var witnesses: [AuditWitness] = []

    /// How many entries at least are kept in memory while deliveries pass unrecorded; twice as many at most.
    package var passedRecords = 10_000
    /// Free space, in percent of the disk, below which a warning is recorded, and below which it is critical.
    package var warnPercent: UInt64 = 10
    package var criticalPercent: UInt64 = 3

    /// Bytes after which a segment is closed.
    package var segmentBytes = 64 << 20
    /// Age after which a segment is closed.
    package var segmentSeconds: Int64 = 24 * 3600
    /// The most entries that wait, over all lanes.
    package var queueRecords = 65_536
    /// The most bytes that wait, over all lanes.
    package var queueBytes = 64 << 20
    /// How many lanes share the queue; one more is the writer's own.
    package var lanes = 1
    /// How long the writer lets a batch grow with durability `async`.
    package var lingerMicroseconds: Int64 = 1000
    /// How long a written outcome may stay undurable.
    package var outcomeSyncMilliseconds: Int64 = 50
    /// How long a denial, or anything with durability `async`, may stay undurable.
    package var denySyncMilliseconds: Int64 = 1000
    /// Undurable bytes after which the file is synced at once.
    package var unsyncedBytes = 4 << 20
    /// How long after a failure the writer tries again.
    package var retryMilliseconds: Int64 = 1000
    /// Unsigned entries after which a checkpoint is made.
    package var checkpointRecords: UInt64 = 1000
    /// Age of the first unsigned entry at which a checkpoint is made.
    package var checkpointMilliseconds: Int64 = 1000
    /// The shortest distance of two checkpoints that were not asked for by an entry.
    package var checkpointPauseMilliseconds: Int64 = 200
    /// The distance of heartbeats.
    package var heartbeatSeconds: Int64 = 15 * 60
    /// Free bytes below which only closing entries are written: this, or 1 % of the disk if that is less.
    package var stopBytes: UInt64 = 256 << 20
    /// The size of the file that is given up when the disk is nearly full; 0 for none.
    package var ballastBytes = 64 << 20
    /// The limits on single denials.
    package var flood = DenyFloodControl.Limits()

    /// Settings with the defaults of the format's description.
    package init(directory: String, node: String, origin: String, boot: String, keyPath: String) {
        self.directory = directory
        self.node = node
        self.origin = origin
        self.boot = boot
        self.keyPath = keyPath
    }

    /// Where the log's signing key is kept.
    func keyStore(_ files: any FileOperations) -> any AuditKeyStore {
        keyStore ?? AuditKeyFile(path: keyPath, files: files)
    }

    /// The directory of this log.
    package var path: String { "\(directory)/\(node)" }
    /// The name of this node's first log; one that was begun anew after a loss has `.2`, `.3`, … behind it.
    package var logOrigin: String { "\(origin)/\(node)" }
}

/// A point in time as the writer needs it.
package struct AuditInstant: Sendable, Equatable {
    /// Microseconds since 1970, for entries.
    package var wall: Int64
    /// Nanoseconds of a clock that never goes back, for deadlines.
    package var monotonic: Int64

    /// Makes an instant.
    package init(wall: Int64, monotonic: Int64) {
        self.wall = wall
        self.monotonic = monotonic
    }
}
