package import AuditLog
internal import Synchronization
package import Logging

/// Where acts on a log are done: by the running writer on its own thread, or by a command that opened the log itself.
package protocol AuditDesk: Sendable {
    /// Runs `act` as the only one who writes; `nil` where the log has stopped.
    func perform<Result: Sendable>(_ act: @escaping @Sendable (AuditCommitter, AuditInstant) -> Result) -> Result?
}

/// The desk of a command: the log is opened, used and closed by one thread, behind the same lock as any writer.
package final class AuditCommandDesk: AuditDesk, @unchecked Sendable {
    // `@unchecked`: the committer is only used under `lock`.
    private let lock = Mutex<Void>(())
    private let committer: AuditCommitter

    /// Opens the log.
    ///
    /// `actor` says in its entry `audit.open` who did so. Throws as `AuditCommitter.open` does.
    package init(
        settings given: AuditSettings,
        actor: [String: AuditValue],
        logger: Logger
    ) throws(AuditOpenFault) {
        var settings = given
        settings.opening = .auditOpen
        settings.startMembers = ["actor": .object(actor)]
        committer = try AuditCommitter.open(
            settings: settings,
            files: SystemFileOperations(),
            now: AuditClock.now(),
            logger: logger
        )
    }

    package func perform<Result: Sendable>(
        _ act: @escaping @Sendable (AuditCommitter, AuditInstant) -> Result
    ) -> Result? {
        lock.withLock { _ in
            let result = act(committer, AuditClock.now())
            committer.tick(now: AuditClock.now())
            return result
        }
    }

    /// Signs and closes the log.
    package func close() {
        lock.withLock { _ in
            committer.close(now: AuditClock.now())
            committer.publishToWitnesses()
        }
    }
}
