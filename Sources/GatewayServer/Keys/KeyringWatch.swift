import AuditLog
import GatewayConfig
import GatewayStorage
import Glibc
import Logging
import NIOPosix
import StrictJSON
import Synchronization
import WebhookVerification

/// Keeps a running gateway at the newest keyring, and the evidence of what its keys were used for.
///
/// One thread: it waits for changes of the directory, takes them, and every second adds up counters, completes rotations
/// whose new key was used, ends overlaps and says which keys expire. Source: `docs/keys.md`, rotation.
final class KeyringWatch: Sendable {
    /// How long after its date a retiring key may still match a delivery that was on its way, in seconds.
    static let grace: Int64 = 360

    private struct State {
        var collector: KeyUseCollector
        /// Why the newest file was not taken; `nil` while all is well.
        var fault: String?
        var saved: Int64 = 0
        /// Expiries that were said already: the key's id and the days.
        var warned: Set<String> = []
    }

    let access: KeyringAccess
    private let node: String
    private let logger: Logger
    private let pool = NIOThreadPool(numberOfThreads: 1)
    private let watch: DirectoryWatch?
    private let rollover = RedactionRollover()
    private let state: Mutex<State>

    init(_ access: KeyringAccess, node: String, logger: Logger) {
        self.access = access
        self.node = node
        self.logger = logger
        watch = DirectoryWatch(access.file.paths.directory)
        let paths = access.file.paths
        let bytes = try? SystemFileOperations().readFile(paths.usage(node: node), limit: 64 << 20)
        state = Mutex(State(collector: KeyUseCollector(bytes.flatMap(KeyUsage.init) ?? KeyUsage())))
    }

    /// Starts the thread; `gateway` is held weakly and ends it when it is gone.
    func start(_ gateway: Gateway) {
        if watch == nil {
            logger.warning("the directory of the keyring cannot be watched: it is looked at every second")
        }
        let view = AdminView()
        view.attach(gateway)
        pool.start()
        pool.submit { [self] _ in
            while true {
                let names = watch?.wait(milliseconds: 1_000)
                if watch == nil { sleep(1) } else if names == nil { break }
                guard let gateway = view.gateway else { break }
                if let names { changed(names, gateway) } else { gateway.takeKeyring() }
                tick(gateway)
            }
        }
    }

    /// Ends the thread and keeps what was counted.
    func stop(_ gateway: Gateway) {
        watch?.stop()
        collect(gateway, now: GatewayClock.now())
        save()
        try? pool.syncShutdownGracefully()
    }

    private func changed(_ names: Set<String>, _ gateway: Gateway) {
        let paths = access.file.paths
        let acts = paths.acts.split(separator: "/").last.map(String.init) ?? ""
        // An act without a change can be the leave to take a file that was refused.
        guard names.contains(paths.name) || names.contains(acts) else { return }
        gateway.takeKeyring()
        if let opened = gateway.keyring, names.contains(acts) { recordActs(opened, gateway) }
    }

    /// What the newest file said; the old keys stay where it was refused.
    func note(fault: String?) { state.withLock { $0.fault = fault } }

    /// Why the newest file was not taken.
    var fault: String? { state.withLock { $0.fault } }

    /// Records the acts of commands that led to what is loaded.
    func recordActs(_ opened: KeyringFile.Opened, _ gateway: Gateway) {
        do throws(KeyringFileFault) {
            try access.file.drainActs(current: opened.digest) { acts in
                for act in acts { gateway.record(act.kind, act.members, at: act.time) }
                return true
            }
        } catch {
            logger.warning("acts on keys are not recorded yet", metadata: ["reason": "\(error)"])
        }
    }

    /// Takes the counters of a loop; called for every loop each second, and before its keys change.
    func take(_ samples: [KeyUseSample], loop: Int, now: Timestamp, _ gateway: Gateway) {
        let first = state.withLock { $0.collector.take(samples, loop: loop, now: now) }
        guard let opened = gateway.keyring else { return }
        for (key, source) in first {
            guard let found = try? opened.keyring.find(key.text) else { continue }
            gateway.record(.keyFirstUse, KeyringWatch.members(found.key, source))
        }
    }

    private func collect(_ gateway: Gateway, now: Timestamp) {
        gateway.sampleKeyUse { samples, loop in take(samples, loop: loop, now: now, gateway) }
    }

    private func tick(_ gateway: Gateway) {
        let now = GatewayClock.now()
        collect(gateway, now: now)
        if let opened = gateway.keyring {
            advance(opened, gateway, now)
            rollover.tick(gateway, access, gateway.keyring ?? opened, now: now, logger: logger)
            warnOfExpiry(opened.keyring, gateway, now)
        }
        let isDue = state.withLock { state in
            guard now.seconds - state.saved >= 60 else { return false }
            state.saved = now.seconds
            return true
        }
        if isDue { save() }
    }

    private func save() {
        let usage = usage
        guard !usage.records.isEmpty else { return }
        do throws(FileFailure) {
            try usage.write(access.file.paths, node: node)
        } catch {
            logger.warning("the use of keys cannot be kept", metadata: ["reason": "\(error)"])
        }
    }

    /// What this node has counted.
    var usage: KeyUsage { state.withLock { $0.collector.usage } }

    // MARK: what time and use bring

    /// Completes rotations whose new key was used, and ends retirements whose time is over.
    private func advance(_ opened: KeyringFile.Opened, _ gateway: Gateway, _ now: Timestamp) {
        let usage = usage
        let used = opened.keyring.entries.compactMap(\.candidate).filter { usage.records[$0.id.text] != nil }
        let overdue = opened.keyring.overdue(now: now, grace: KeyringWatch.grace)
        guard !used.isEmpty || !overdue.isEmpty else { return }
        do throws(KeyringFileFault) {
            let master = try access.master()
            _ = try access.file.update(master: master, now: now) { (keyring) throws(KeyringFault) in
                var acts: [KeyringAct] = []
                for key in used { acts += try complete(key.id, &keyring, now) }
                for (name, key) in overdue where (try? keyring.find(key.id.text))?.key.state == .retiring {
                    try keyring.finishRetirement(key.id.text)
                    acts.append(end(key, name, usage, now))
                }
                return acts
            }
            gateway.takeKeyring()
        } catch {
            logger.error("the keyring cannot be brought forward", metadata: ["reason": "\(error)"])
        }
    }

    private func complete(
        _ id: KeyID,
        _ keyring: inout Keyring,
        _ now: Timestamp
    ) throws(KeyringFault) -> [KeyringAct] {
        // Another node may have been faster.
        guard let found = try? keyring.find(id.text), found.key.rotation != nil else { return [] }
        let old = try keyring.completeRotation(to: id, now: now)
        var acts = [act(.keyPromote, id, found.entry.name, "the sender uses it", now)]
        if let old {
            let until = keyring.entries.flatMap(\.keys).first { $0.id == old }?.notAfter
            let text = "accepted until \(until.map(KeyringTime.text) ?? "")"
            acts.append(act(.keyRetire, old, found.entry.name, text, now))
        }
        return acts
    }

    private func end(_ key: KeyringKey, _ name: String, _ usage: KeyUsage, _ now: Timestamp) -> KeyringAct {
        let count = usage.records[key.id.text]?.day(before: now) ?? 0
        if count > 0 {
            logger.warning(
                "a key was still used when its time ended",
                metadata: ["source": "\(name)", "key": "\(key.id)", "events": "\(count)"]
            )
        }
        let total = usage.day(ofSource: name, before: now)
        return act(.keyRetire, key.id, name, "time is over; verified \(count) of \(total) events in 24 h", now)
    }

    private func act(_ kind: EntryKind, _ id: KeyID, _ name: String, _ detail: String, _ now: Timestamp) -> KeyringAct {
        KeyringAct(kind, key: id.text, of: name, detail: detail, time: now)
    }

    private func warnOfExpiry(_ keyring: Keyring, _ gateway: Gateway, _ now: Timestamp) {
        let maxAge = gateway.configuration.keyring?.maxAge
        for entry in keyring.entries {
            for key in entry.keys where key.isAccepting {
                guard let due = key.due(maxAge: maxAge) else { continue }
                let days = (due.seconds - now.seconds + 86_399) / 86_400
                guard let step = [0, 1, 7, 30].first(where: { days <= $0 }) else { continue }
                let isNew = state.withLock { $0.warned.insert("\(key.id) \(step)").inserted }
                guard isNew else { continue }
                let count = days == 1 ? "1 day" : "\(days) days"
                let text =
                    key.isDueByAge(maxAge: maxAge)
                    ? days > 0 ? "reaches 'keys: max_age' in \(count)" : "is older than 'keys: max_age'"
                    : days > 0 ? "expires in \(count)" : "has expired"
                logger.warning(
                    "a key \(days > 0 ? "expires soon" : "has expired")",
                    metadata: ["key": "\(key.id)", "source": "\(entry.name)", "reason": "\(text)"]
                )
                gateway.record(.keyExpiring, KeyringWatch.members(key, entry.name, text))
            }
        }
    }

    /// The members of an entry about a key that nobody changed.
    private static func members(_ key: KeyringKey, _ source: String, _ text: String? = nil) -> [String: AuditValue] {
        var members: [String: AuditValue] = [
            "actor": .object(KeyringAct.gateway), "key": KeyringAct.about(key, of: source, from: key.state),
            "source": .string(source),
        ]
        if let text { members["detail"] = .string(text) }
        return members
    }

    // MARK: what others see

    /// The state as the admin listener gives it to commands.
    func report(_ gateway: Gateway) -> String {
        collect(gateway, now: GatewayClock.now())
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("digest")
        writer.string(gateway.keyring?.digest ?? "")
        writer.name("fault")
        if let fault { writer.string(fault) } else { writer.null() }
        writer.name("node")
        writer.string(node)
        writer.name("revision")
        writer.integer(gateway.keyring?.keyring.revision ?? 0)
        writer.name("usage")
        writer.raw(usage.encoded().dropLast())
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    /// The metrics of a keyring.
    func metrics(_ opened: KeyringFile.Opened, maxAge: Int64?) -> KeyMetrics {
        let usage = usage
        let keys = opened.keyring.entries.flatMap { entry in
            entry.keys.filter { $0.state != .destroyed }.map { key in
                KeyMetrics.Key(
                    source: entry.name,
                    id: key.id.text,
                    lastUsed: usage.records[key.id.text]?.last,
                    verifications: usage.records[key.id.text]?.total ?? 0,
                    expires: key.isAccepting ? key.due(maxAge: maxAge)?.seconds : nil
                )
            }
        }
        return KeyMetrics(revision: opened.keyring.revision, isCurrent: fault == nil, keys: keys)
    }
}
