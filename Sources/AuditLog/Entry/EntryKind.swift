/// What kind of act an audit entry records; the value of its `kind` member.
///
/// Source: `docs/audit-log-format.md`, kinds. A kind never changes its meaning.
package enum EntryKind: String, Sendable, CaseIterable {
    case requestAdmit = "request.admit"
    case requestOutcome = "request.outcome"
    case requestDeny = "request.deny"
    case requestDuplicate = "request.duplicate"
    case requestChallenge = "request.challenge"
    case requestDenySummary = "request.deny_summary"
    case keyAdd = "key.add"
    case keyImport = "key.import"
    case keyActivate = "key.activate"
    case keyPromote = "key.promote"
    case keyRetire = "key.retire"
    case keySuspend = "key.suspend"
    case keyRevoke = "key.revoke"
    case keyDestroy = "key.destroy"
    case keyExport = "key.export"
    case keyFirstUse = "key.first_use"
    case keyExpiring = "key.expiring"
    case keyRewrap = "key.rewrap"
    case keyringLoad = "keyring.load"
    case keyringReject = "keyring.reject"
    case configLoad = "config.load"
    case configReload = "config.reload"
    case configReject = "config.reject"
    case auditOpen = "audit.open"
    case auditLogKey = "audit.log_key"
    case auditGap = "audit.gap"
    case auditPrune = "audit.prune"
    case auditPruned = "audit.pruned"
    case auditHold = "audit.hold"
    case auditRelease = "audit.release"
    case auditRedact = "audit.redact"
    case auditReview = "audit.review"
    case auditAccess = "audit.access"
    case auditExport = "audit.export"
    case auditAlert = "audit.alert"
    case systemStart = "system.start"
    case systemStop = "system.stop"
    case systemHeartbeat = "system.heartbeat"
    case systemRecovered = "system.recovered"
    case systemClockStep = "system.clock_step"
    case systemDegraded = "system.degraded"
    case systemRestored = "system.restored"
    case adminLogin = "admin.login"
    case adminLoginFailed = "admin.login_failed"
    case adminAction = "admin.action"

    /// Whether entries of this kind name the instance and its boot (`node`, `boot`).
    package var namesInstance: Bool {
        switch self {
        case .systemStart, .systemStop, .systemHeartbeat, .systemRecovered, .systemClockStep, .systemDegraded,
            .systemRestored, .auditOpen:
            true
        default: false
        }
    }
}
