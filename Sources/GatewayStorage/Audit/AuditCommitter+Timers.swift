internal import AuditLog
internal import GatewayCrypto
internal import Logging

extension AuditCommitter {
    /// Whether free space is below the stop mark at the last look.
    var isNearlyFull: Bool { metrics.freeBytes > 0 && metrics.freeBytes < stopMark }

    /// Whether there is space for more than what closes what is under way: what the ballast gave is not for admissions.
    var hasRoom: Bool { hasBallast || metrics.freeBytes > stopMark + UInt64(2 * ballastSize) }

    /// As set, but at most a sixteenth of the disk.
    private var ballastSize: Int { min(settings.ballastBytes, Int(clamping: metrics.totalBytes / 16)) }

    private var stopMark: UInt64 { min(settings.stopBytes, metrics.totalBytes / 100) }

    /// Does what is due besides entries: syncs, checkpoints, heartbeats, closing an old segment, looking at the disk.
    package func tick(now: AuditInstant) {
        noteClock(now)
        if now.monotonic >= nextDiskLook { lookAtDisk(now) }
        if now.monotonic >= nextHeartbeat { heartbeat(now) }
        if !retry.isEmpty, now.monotonic >= retryAt { commit(RecordBatch(), now: now) }
        do throws(FileFailure) {
            if state == .open {
                try rotateIfOld(now)
                try syncIfDue(now)
                if isCheckpointDue(now) {
                    try sync(now)
                    writeCheckpoint(now, isBoundary: false)
                }
            }
        } catch {
            refusal = error.isOutOfSpace ? .diskFull : .failed
            if !replaceSegment(error, now) {
                abandonPending(now)
                degrade(error.isOutOfSpace ? .diskFull : .failed, error, now)
            }
        }
        metrics.unsignedRecords = tree.size - signedSize
    }

    /// When `tick` has something to do next, on the monotonic clock.
    package func nextDeadline() -> Int64 {
        var deadline = min(nextDiskLook, nextHeartbeat)
        if let syncDeadline { deadline = min(deadline, syncDeadline) }
        if let unsignedSince, state == .open {
            deadline = min(
                deadline,
                max(unsignedSince, lastCheckpoint) + settings.checkpointMilliseconds * 1_000_000
            )
        }
        if !retry.isEmpty { deadline = min(deadline, retryAt) }
        return deadline
    }

    /// Appends the entries of a start: what was cut at recovery, and the start itself, the first of this boot.
    func start(_ opened: AuditRecovery.Opened, now: AuditInstant) {
        nextHeartbeat = now.monotonic + settings.heartbeatSeconds * 1_000_000_000
        var batch = RecordBatch()
        if tree.size == 0, !opened.previous.isEmpty {
            let members = instanceMembers(["previous": .object(opened.previous)])
            batch.append(ControlEntry(.auditOpen, time: now.wall, members: members))
        }
        let members = instanceMembers(settings.startMembers)
        batch.append(ControlEntry(settings.opening, time: now.wall, members: members))
        // A crash came between the new key and the entry that announces it.
        if let key = opened.unannouncedKey { batch.append(logKeyEntry(key, until: nil, actor: [:], now)) }
        for piece in opened.cut {
            let recovered: [String: AuditValue] = ["bytes": .integer(piece.bytes), "sha256": .string(piece.hash)]
            batch.append(
                ControlEntry(
                    .systemRecovered,
                    time: now.wall,
                    members: instanceMembers(["recovered": .object(recovered)])
                )
            )
        }
        commit(batch, now: now)
        tick(now: now)
    }

    /// Appends the entry that proves the log was running.
    private func heartbeat(_ now: AuditInstant) {
        nextHeartbeat = now.monotonic + settings.heartbeatSeconds * 1_000_000_000
        var batch = RecordBatch()
        batch.append(ControlEntry(.systemHeartbeat, time: now.wall, members: instanceMembers([:])))
        commit(batch, now: now)
    }

    private func lookAtDisk(_ now: AuditInstant) {
        nextDiskLook = now.monotonic + 1_000_000_000
        guard let space = try? files.space(paths.root) else { return }
        metrics.freeBytes = space.free
        metrics.totalBytes = space.total
        noteDisk(AuditDiskLevel(free: space.free, total: space.total, stop: stopMark, settings: settings), now)
        if isNearlyFull {
            if state == .open { degrade(.diskFull, nil, now) }
            return
        }
        // Wide enough a distance that giving up the ballast is not taken for space that came back.
        guard hasRoom else { return }
        if state == .diskFull, retry.isEmpty, now.monotonic >= retryAt { recovered(now) }
        if state == .open, !hasBallast { makeBallast() }
    }

    private func makeBallast() {
        hasBallast = true
        guard ballastSize > 0, let descriptor = try? files.open(paths.ballast, .replace(mode: 0o640)) else {
            return
        }
        defer { files.close(descriptor) }
        do throws(FileFailure) {
            try files.allocate(descriptor, size: ballastSize)
        } catch {
            logger.warning("no ballast file for the audit log", metadata: ["cause": "\(error)"])
            try? files.unlink(paths.ballast)
        }
    }

    private func isCheckpointDue(_ now: AuditInstant) -> Bool {
        guard tree.size > signedSize else { return false }
        if now.monotonic - lastCheckpointFailure < settings.checkpointMilliseconds * 1_000_000 { return false }
        if wantsCheckpoint { return true }
        let sinceLast = now.monotonic - lastCheckpoint
        if tree.size - signedSize >= settings.checkpointRecords,
            sinceLast >= settings.checkpointPauseMilliseconds * 1_000_000
        {
            return true
        }
        guard let unsignedSince else { return false }
        return now.monotonic >= max(unsignedSince, lastCheckpoint) + settings.checkpointMilliseconds * 1_000_000
    }

    /// Signs what is durable and publishes it; a failure is reported and tried again, entries are not held up by it.
    func writeCheckpoint(_ now: AuditInstant, isBoundary: Bool) {
        guard durableTree.size > signedSize || isBoundary, durableTree.size > 0 else { return }
        lastCheckpoint = now.monotonic
        do {
            let root = durableTree.root(with: hasher)
            let checkpoint = Checkpoint(origin: signer.origin, size: durableTree.size, root: root)
            let note = try signer.sign(checkpoint, time: now.wall)
            try AuditCheckpointFiles(paths: paths, files: files).publish(note.bytes, size: durableTree.size)
            newestNote = (note.bytes, durableTree.size)
            keeper?.carry(note.bytes, size: durableTree.size, origin: signer.origin)
            signedSize = durableTree.size
            unsignedSince = tree.size > signedSize ? now.monotonic : nil
            wantsCheckpoint = false
            metrics.checkpointTime = now.wall
            metrics.unsignedRecords = tree.size - signedSize
            logger.info(
                "audit checkpoint",
                metadata: [
                    "origin": "\(signer.origin)", "size": "\(checkpoint.size)", "root": "\(root.hex)",
                    "signatures": "\(note.signatureTexts.joined(separator: " "))",
                ]
            )
        } catch {
            metrics.checkpointErrors += 1
            lastCheckpointFailure = now.monotonic
            logger.error("audit checkpoint not written", metadata: ["cause": "\(error)"])
        }
    }

    /// Writes and syncs everything, signs it and lets go of the files; the last act of a writer.
    package func close(now: AuditInstant) {
        commit(RecordBatch(), now: now)
        do throws(FileFailure) {
            try sync(now)
        } catch {
            logger.error("audit log not durable at its end", metadata: ["cause": "\(error)"])
        }
        writeCheckpoint(now, isBoundary: false)
        if let segment { files.close(segment.descriptor) }
        segment = nil
        sealer.closeFiles()
        files.unlock(lock)
        files.close(lock)
        state = .stopped
    }
}
