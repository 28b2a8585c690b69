package import AuditLog

/// What is known of one queued entry besides its bytes.
package struct RecordMark: Sendable {
    /// How many bytes, without the sequence number.
    package let count: Int
    /// Where the digits of the sequence number go.
    package let sequenceOffset: Int
    /// The class.
    package let kind: AuditRecordClass
    /// Whether somebody waits for it.
    package let waits: Bool
    /// The lane it came in on.
    package let lane: Int
    /// Its number within the lane.
    package let ticket: UInt64
    /// Whether values of it go into the sidecar.
    package let isSealed: Bool

    /// Makes a mark.
    package init(
        count: Int,
        sequenceOffset: Int,
        kind: AuditRecordClass,
        waits: Bool,
        lane: Int,
        ticket: UInt64,
        isSealed: Bool = false
    ) {
        self.isSealed = isSealed
        self.count = count
        self.sequenceOffset = sequenceOffset
        self.kind = kind
        self.waits = waits
        self.lane = lane
        self.ticket = ticket
    }
}

/// Queued entries: their bytes one behind the other, and a mark for each.
package struct RecordBatch: Sendable {
    /// The lines without their numbers.
    package internal(set) var bytes: [UInt8] = []
    /// One for each line, in order.
    package internal(set) var marks: [RecordMark] = []
    /// Values for the sidecar, by the entries that they belong to; mostly there are none.
    var sealed: [(owner: SealedOwner, values: [SealedValue])] = []

    /// An empty batch.
    package init() {}

    /// Whether nothing is queued.
    package var isEmpty: Bool { marks.isEmpty }

    /// Adds one line.
    package mutating func append(_ line: Span<UInt8>, _ mark: RecordMark) {
        line.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
        marks.append(mark)
    }

    /// Adds one line with values for the sidecar; its mark says that it has some.
    package mutating func append(_ line: Span<UInt8>, _ mark: RecordMark, sealed values: [SealedValue]) {
        append(line, mark)
        sealed.append((SealedOwner(mark), values))
    }

    /// Adds everything of another batch.
    package mutating func append(_ other: RecordBatch) {
        bytes.append(contentsOf: other.bytes)
        marks.append(contentsOf: other.marks)
        if !other.sealed.isEmpty { sealed += other.sealed }
    }

    /// Adds an entry of the writer's own.
    package mutating func append(_ entry: ControlEntry, as kind: AuditRecordClass = .control) {
        let line = entry.encode(into: &bytes)
        marks.append(
            RecordMark(
                count: line.count,
                sequenceOffset: line.sequenceOffset,
                kind: kind,
                waits: false,
                lane: 0,
                ticket: 0
            )
        )
    }

    /// Forgets everything but keeps the memory, up to a size that a normal batch can need.
    mutating func removeAll() {
        if !sealed.isEmpty { sealed = [] }
        if bytes.capacity > 8 << 20 {
            bytes = []
            marks = []
        } else {
            bytes.removeAll(keepingCapacity: true)
            marks.removeAll(keepingCapacity: true)
        }
    }
}
