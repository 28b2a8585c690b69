import AuditLog
import GatewayStorage
import Logging
import Synchronization
import WebhookVerification

/// Makes the monthly keys of audit entries ahead of time, under the lock of the keyring, and says when there is none.
///
/// Where several nodes share a keyring the first one makes the key and the others find it. Source:
/// `docs/audit-log-format.md`, redaction.
final class RedactionRollover: Sendable {
    /// How long before its month a key is made, in microseconds: three days.
    private static let ahead: Int64 = 3 * 86_400_000_000
    /// How long after a failure the next attempt is made, in seconds.
    private static let pause: Int64 = 60

    private struct State {
        var nextAttempt: Int64 = 0
        /// Since when the current month has no key.
        var degradedSince: Int64?
    }

    private let state = Mutex(State())

    /// The months that need keys at a time.
    static func months(at now: Timestamp) -> [AuditEpoch] {
        let current = AuditEpoch(containing: now.microseconds)
        let isNear = current.end - now.microseconds <= ahead
        return isNear ? [current, current.next] : [current]
    }

    /// The months that need keys and never had one, or whose key cannot be used and is not destroyed.
    static func missing(_ keyring: Keyring, at now: Timestamp) -> [AuditEpoch] {
        months(at: now).filter { month in
            Keyring.EpochUse.allCases.contains { !keyring.epochs($0).contains(month.text) }
        }
    }

    /// Makes what is missing; the keyring as it is then.
    static func fill(
        _ access: KeyringAccess,
        _ opened: KeyringFile.Opened,
        now: Timestamp
    ) throws(KeyringFileFault) -> KeyringFile.Opened {
        guard !missing(opened.keyring, at: now).isEmpty else { return opened }
        let master = try access.master()
        return try access.file.update(master: master, now: now) { (keyring) throws(KeyringFault) in
            var acts: [KeyringAct] = []
            for month in missing(keyring, at: now) {
                for use in Keyring.EpochUse.allCases {
                    guard let id = try keyring.makeEpochKey(use, month.text, now: now) else { continue }
                    acts.append(act(.keyAdd, id.text, Keyring.epochEntry(use, month.text), "made for its month", now))
                }
            }
            return acts
        }
    }

    /// An act of the gateway on a monthly key.
    static func act(_ kind: EntryKind, _ key: String, _ entry: String, _ detail: String, _ now: Timestamp) -> KeyringAct
    {
        KeyringAct(kind, key: key, of: entry, detail: detail, time: now)
    }

    /// The keyring for a start, with the keys of the month where they can be made.
    static func open(_ access: KeyringAccess, logger: Logger) throws(GatewayStartFault) -> KeyringFile.Opened {
        let opened = try access.open()
        do throws(KeyringFileFault) {
            let filled = try fill(access, opened, now: GatewayClock.now())
            if filled.digest != opened.digest { try? access.file.note(filled) }
            return filled
        } catch {
            // The start does not depend on it: values are left out, and entries say so.
            logger.error("the month's keys for audit entries cannot be made", metadata: ["reason": "\(error)"])
            return opened
        }
    }

    /// Looks once a second whether keys are missing.
    func tick(_ gateway: Gateway, _ access: KeyringAccess, _ opened: KeyringFile.Opened, now: Timestamp, logger: Logger)
    {
        if !RedactionRollover.missing(opened.keyring, at: now).isEmpty, mayAttempt(now) {
            do throws(KeyringFileFault) {
                _ = try RedactionRollover.fill(access, opened, now: now)
                gateway.takeKeyring()
            } catch {
                logger.error("the month's keys for audit entries cannot be made", metadata: ["reason": "\(error)"])
            }
        }
        note(gateway, now)
    }

    private func mayAttempt(_ now: Timestamp) -> Bool {
        state.withLock { state in
            guard now.seconds >= state.nextAttempt else { return false }
            state.nextAttempt = now.seconds + RedactionRollover.pause
            return true
        }
    }

    /// Records when the current month has no usable key, and when it has one again.
    private func note(_ gateway: Gateway, _ now: Timestamp) {
        let isWhole = gateway.snapshot.redaction?.isWhole(at: now) ?? true
        let since: Int64?? = state.withLock { state in
            guard isWhole != (state.degradedSince == nil) else { return .none }
            let since = state.degradedSince
            state.degradedSince = isWhole ? nil : now.microseconds
            return .some(since)
        }
        guard let since else { return }
        let degraded: [String: AuditValue] = [
            "since": .string(EntryTime.text(since ?? now.microseconds)), "what": .string("redaction"),
        ]
        gateway.record(isWhole ? .systemRestored : .systemDegraded, ["degraded": .object(degraded)])
    }
}
