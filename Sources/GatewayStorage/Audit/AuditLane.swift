package import AuditLog
internal import Glibc
internal import Synchronization

/// The way into the log for one event loop: a buffer under a short lock, emptied by the writer's thread.
///
/// Entries of one lane keep their order. Only one thread should hand entries in; the lock is there for the writer.
package final class AuditLane: Sendable {
    private struct State {
        var batch = RecordBatch()
        var lastTicket: UInt64 = 0
        var isClosed = false
    }

    /// The lane's number, from 1; 0 is the writer's own.
    package let index: Int
    let sink: (any AuditCompletionSink)?
    private let state = Mutex(State())
    private let gate: AuditGate
    private let maxRecords: Int
    private let maxBytes: Int

    init(index: Int, gate: AuditGate, settings: AuditSettings, sink: (any AuditCompletionSink)?) {
        self.index = index
        self.gate = gate
        self.sink = sink
        // An equal share for each lane, so that no count is shared between threads.
        maxRecords = max(settings.queueRecords / (settings.lanes + 1), 16)
        maxBytes = max(settings.queueBytes / (settings.lanes + 1), 16 * EncodedLine.maxLineBytes)
    }

    /// Hands in a line that `RequestLineEncoder` appended to `buffer`.
    ///
    /// With `notice: .completion` the lane's sink hears when the entry has reached what its class demands; with
    /// durability `async`, and for denials, nothing is worth waiting for and the answer is `.accepted`. An admission
    /// that is rejected here, or fails later, must not be forwarded. Entries that close something (outcomes,
    /// duplicates) find room in an eighth of the queue that others may not use. `sealed` goes into the sidecar, as
    /// durable as the entry.
    package func submit(
        _ line: EncodedLine,
        in buffer: [UInt8],
        as kind: AuditRecordClass,
        notice: AuditNotice,
        sealed: [SealedValue] = []
    ) -> AuditSubmission {
        if let refusal = gate.refusal(for: kind) { return .rejected(refusal) }
        let end = line.start + line.count
        guard line.start >= 0, end <= buffer.count, line.sequenceOffset <= line.count else {
            return .rejected(.failed)
        }
        let waits = gate.waits(for: kind, notice)
        let isClosing = kind == .outcome || kind == .duplicate || kind == .control
        let ticket: UInt64? = buffer.withUnsafeBufferPointer { bytes in
            state.withLock { state in
                if state.isClosed { return nil }
                let share = isClosing ? 8 : 7
                guard state.batch.marks.count < maxRecords / 8 * share,
                    state.batch.bytes.count + line.count <= maxBytes / 8 * share
                else { return nil }
                state.lastTicket += 1
                state.batch.bytes.append(contentsOf: bytes[line.start..<end])
                state.batch.marks.append(
                    RecordMark(
                        count: line.count,
                        sequenceOffset: line.sequenceOffset,
                        kind: kind,
                        waits: waits,
                        lane: index,
                        ticket: state.lastTicket,
                        isSealed: !sealed.isEmpty
                    )
                )
                if !sealed.isEmpty {
                    state.batch.sealed.append((SealedOwner(lane: index, ticket: state.lastTicket), sealed))
                }
                return state.lastTicket
            }
        }
        guard let ticket else {
            gate.noteDropped(kind)
            return .rejected(.queueFull)
        }
        gate.wake()
        return waits ? .waiting(ticket) : .accepted
    }

    /// Whether entries may be lost now, because the log cannot be written and is told to let deliveries pass.
    package var isLossy: Bool { gate.isLossy }

    /// Empties the lane into `batch`, which must be empty, by exchanging their memory.
    func take(into batch: inout RecordBatch) {
        state.withLock { swap(&$0.batch, &batch) }
    }

    /// Takes no more entries; those that are there can still be taken out.
    func close() { state.withLock { $0.isClosed = true } }

    /// How many entries wait.
    var queued: Int { state.withLock { $0.batch.marks.count } }
}
