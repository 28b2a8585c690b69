/// How scarce space for the log is.
package enum AuditDiskLevel: Int, Sendable, Comparable {
    /// More than any mark.
    case enough = 0
    /// Below `warn`, 10 % of the disk: recorded and logged.
    case warn = 1
    /// Below `critical`, 3 %.
    case critical = 2
    /// Below `stop`, 1 % or 256 MiB: only closing entries are written.
    case stop = 3

    /// Judges what is free.
    init(free: UInt64, total: UInt64, stop: UInt64, settings: AuditSettings) {
        if free < stop {
            self = .stop
        } else if free < total / 100 * settings.criticalPercent {
            self = .critical
        } else if free < total / 100 * settings.warnPercent {
            self = .warn
        } else {
            self = .enough
        }
    }

    package static func < (left: AuditDiskLevel, right: AuditDiskLevel) -> Bool { left.rawValue < right.rawValue }
}
