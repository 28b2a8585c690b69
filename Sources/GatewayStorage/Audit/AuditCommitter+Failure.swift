internal import AuditLog
internal import Logging

extension AuditCommitter {
    /// After a write that found no space: takes the file back to the last whole batch, and the entries with it.
    ///
    /// `false` where even that fails; the segment can then not be trusted.
    func takeBackUnwritten(_ now: AuditInstant) -> Bool {
        if let segment {
            do throws(FileFailure) {
                try files.truncate(segment.path, to: segment.size)
            } catch {
                return false
            }
        }
        keep(pendingMarks[writtenMarks...], now)
        pending.removeSubrange(writtenBytes...)
        pendingMarks.removeSubrange(writtenMarks...)
        tree = writtenTree
        sealer.takeBack(from: tree.size)
        return true
    }

    /// After a failed sync or an error on the device: goes on in a new segment with everything that is not durable.
    ///
    /// The old file is never synced again: the kernel may have dropped the pages and would report success (see
    /// PostgreSQL's fsync history). It is cut to what was durable; the same lines follow in the new file.
    func replaceSegment(_ failure: FileFailure, _ now: AuditInstant) -> Bool {
        logger.error("audit segment cannot be trusted any more", metadata: ["cause": "\(failure)"])
        dropSegment()
        let lostBytes = pending.count
        writtenTree = durableTree
        writtenBytes = 0
        do throws(FileFailure) {
            try beginSegment(now)
            try write(now)
            if !pendingMarks.isEmpty { try sync(now) }
        } catch {
            logger.error("a new audit segment cannot be written either", metadata: ["cause": "\(error)"])
            metrics.writeErrors += 1
            return false
        }
        retry.append(
            ControlEntry(
                .systemRecovered,
                time: now.wall,
                members: instanceMembers([
                    "recovered": .object([
                        "bytes": .integer(lostBytes), "cause": .string(failure.call),
                        "segment": .string(AuditPaths.digits(writtenTree.size)),
                    ])
                ])
            )
        )
        return true
    }

    /// Gives up what is pending: the tree goes back to what is durable, and entries nobody was told about are kept.
    func abandonPending(_ now: AuditInstant) {
        dropSegment()
        keep(pendingMarks[...], now)
        tree = durableTree
        writtenTree = durableTree
        sealer.takeBack(from: tree.size)
        forgetPending()
    }

    private func dropSegment() {
        guard let old = segment else { return }
        files.close(old.descriptor)
        segment = nil
        // A segment that is replaced before the one before it was cut holds nothing durable; it is set aside by name.
        if broken == nil { broken = old }
    }

    /// Keeps entries for the next try, and fails the admissions that wait.
    private func keep(_ marks: ArraySlice<PendingMark>, _ now: AuditInstant) {
        for (index, pendingMark) in zip(marks.indices, marks) {
            let mark = pendingMark.mark
            metrics.records[Int(mark.kind.rawValue)] -= 1
            let end = index + 1 < pendingMarks.count ? pendingMarks[index + 1].start : pending.count
            // The line as it came: without its digits and its line feed.
            var line = Array(pending[pendingMark.start..<(end - 1)])
            line.removeSubrange(mark.sequenceOffset..<(mark.sequenceOffset + pendingMark.digits))
            keepOrFail(line.span, mark, isCompleted: index < writtenMarks, now)
        }
    }

    /// Keeps entries of a batch that was not begun.
    func hold(_ batch: RecordBatch, from next: Int, offset: Int, now: AuditInstant) {
        var offset = offset
        for mark in batch.marks[next...] {
            keepOrFail(batch.bytes.span.extracting(offset..<(offset + mark.count)), mark, isCompleted: false, now)
            offset += mark.count
        }
        retryAt = max(retryAt, now.monotonic)
    }

    private func keepOrFail(_ line: Span<UInt8>, _ mark: RecordMark, isCompleted: Bool, _ now: AuditInstant) {
        // Whoever still waits for an admission is told no; whoever was told yes keeps its entry.
        let isAnswered = isCompleted && settings.durability == .written
        if mark.kind == .admit, mark.waits, !isAnswered {
            guard passes else {
                metrics.failedAdmissions += 1
                if mark.isSealed { sealer.forget(mark) }
                note(.failed(through: mark.ticket, refusal), mark.lane)
                return
            }
            note(.durable(through: mark.ticket), mark.lane)
        }
        if passes, retry.marks.count >= 2 * settings.passedRecords { loseOldest(now) }
        if retry.marks.count >= settings.queueRecords || retry.bytes.count >= settings.queueBytes {
            lose(mark, now)
            return
        }
        retry.append(line, mark)
    }

    /// Whether deliveries are let through although they cannot be recorded.
    private var passes: Bool { (refusal == .diskFull ? settings.onFull : settings.onError) == .pass }

    /// Of the entries that are kept while deliveries pass, the older half gives way.
    private func loseOldest(_ now: AuditInstant) {
        var rest = RecordBatch()
        var offset = 0
        for (index, mark) in retry.marks.enumerated() {
            if index < settings.passedRecords {
                lose(mark, now)
            } else {
                rest.append(retry.bytes.span.extracting(offset..<(offset + mark.count)), mark)
            }
            offset += mark.count
        }
        retry = rest
    }

    /// Counts entries that found no room in the lanes; denials among them are lost, admissions were refused.
    func noteDropped(_ counts: [UInt64], now: AuditInstant) {
        for kind in AuditRecordClass.allCases where counts[Int(kind.rawValue)] > 0 {
            let count = counts[Int(kind.rawValue)]
            if kind == .admit {
                metrics.failedAdmissions += count
                continue
            }
            if lostByClass.allSatisfy({ $0 == 0 }) { lostFrom = now.wall }
            lostTo = now.wall
            lostByClass[Int(kind.rawValue)] += Int(count)
            metrics.lost += count
        }
    }

    /// Counts an entry that nothing can keep.
    func lose(_ mark: RecordMark, _ now: AuditInstant) {
        if mark.isSealed { sealer.forget(mark) }
        if lostByClass.allSatisfy({ $0 == 0 }) { lostFrom = now.wall }
        lostTo = now.wall
        lostByClass[Int(mark.kind.rawValue)] += 1
        metrics.lost += 1
    }

    /// Refuses admissions from now on, and says when to try again.
    func degrade(_ state: AuditState, _ failure: FileFailure?, _ now: AuditInstant) {
        retryAt = now.monotonic + settings.retryMilliseconds * 1_000_000
        if self.state != state {
            let cause = failure.map { "\($0)" } ?? "watermark"
            logger.error("audit log refuses admissions", metadata: ["state": "\(state)", "cause": "\(cause)"])
        }
        if degradedSince == nil { degradedSince = now.wall }
        self.state = state
        // Space for the entries that close what is under way.
        if state == .diskFull, settings.ballastBytes > 0 {
            try? files.unlink(paths.ballast)
            hasBallast = false
            // The last look may be a second old, and said that there was space.
            if let space = try? files.space(paths.root) { metrics.freeBytes = space.free }
        }
    }

    /// Takes admissions again, and records since when it did not and what was lost.
    func recovered(_ now: AuditInstant) {
        state = .open
        let since = degradedSince ?? now.wall
        degradedSince = nil
        logger.notice("audit log takes admissions again")
        var batch = RecordBatch()
        batch.append(
            ControlEntry(
                .systemRestored,
                time: now.wall,
                members: instanceMembers([
                    "degraded": .object(["since": .string(EntryTime.text(since)), "what": .string("audit")])
                ])
            )
        )
        if lostByClass.contains(where: { $0 > 0 }) { batch.append(gapEntry(now)) }
        retry.append(batch)
    }

    private func gapEntry(_ now: AuditInstant) -> ControlEntry {
        var byClass: [String: AuditValue] = [:]
        for kind in AuditRecordClass.allCases where lostByClass[Int(kind.rawValue)] > 0 {
            byClass["\(kind)"] = .integer(lostByClass[Int(kind.rawValue)])
        }
        let gap: [String: AuditValue] = [
            "by_decision": .object(byClass), "from": .string(EntryTime.text(lostFrom)),
            "lost": .integer(lostByClass.reduce(0, +)), "to": .string(EntryTime.text(lostTo)),
        ]
        lostByClass = lostByClass.map { _ in 0 }
        return ControlEntry(.auditGap, time: now.wall, members: ["gap": .object(gap)])
    }

    /// The members that name this instance, with others.
    func instanceMembers(_ others: [String: AuditValue]) -> [String: AuditValue] {
        others.merging(["node": .string(settings.node), "boot": .string(settings.boot)]) { own, _ in own }
    }
}
