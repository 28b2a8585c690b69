import GatewayStorage

/// A desk over a committer that the test drives.
final class TestDesk: AuditDesk, @unchecked Sendable {
    // `@unchecked`: not changed, and only one thread uses it; no lock.
    private let committer: AuditCommitter
    private let now: AuditInstant

    init(_ committer: AuditCommitter, _ now: AuditInstant) { (self.committer, self.now) = (committer, now) }

    func perform<Result: Sendable>(
        _ act: @escaping @Sendable (AuditCommitter, AuditInstant) -> Result
    ) -> Result? { act(committer, now) }
}
