import AuditLog
import GatewayStorage
import WebhookVerification

/// Does what `audit redact` asks for, and lets sealed values go whose time is over.
struct AuditRedactionRunner {
    private let settings: AuditSettings
    private let keyring: KeyringAccess?

    /// Takes the settings of the log, and the keyring where there is one.
    init(settings: AuditSettings, keyring: KeyringAccess?) {
        self.settings = settings
        self.keyring = keyring
    }

    /// Erases and says what was erased.
    func run(_ request: AuditRedaction.Request, at desk: some AuditDesk, actor: AuditActor) -> AuditActRunner.Reply {
        let redaction = AuditRedaction(directory: settings.path)
        do throws(AuditRedaction.Fault) {
            let outcome: AuditRedaction.Outcome
            if let text = request.month {
                guard let month = AuditEpoch(text) else { throw .month(text) }
                guard isThere(month) else {
                    return .fault(1, "nothing to erase: \(text) has neither keys nor sealed values, or none any more")
                }
                outcome = try erase(month, .all, request, redaction, desk, actor.members)
            } else {
                outcome = try redaction.run(request, at: desk, actor: actor.members)
            }
            return AuditRedactionRunner.reply(outcome, request)
        } catch {
            return AuditRedactionRunner.fault(error)
        }
    }

    /// Whether a month still has a key or a sealed value.
    private func isThere(_ month: AuditEpoch) -> Bool {
        let files = (try? SealedFiles(directory: settings.path).months().contains(month)) ?? true
        guard let keyring, let master = try? keyring.master(), let opened = try? keyring.file.read(master: master)
        else {
            // Who cannot look finds out when the keys are to be destroyed.
            return true
        }
        return files
            || Keyring.EpochUse.allCases.contains { use in
                ((try? opened.keyring.epochKey(use, month.text)) ?? nil) != nil
            }
    }

    private static func reply(
        _ outcome: AuditRedaction.Outcome,
        _ request: AuditRedaction.Request
    ) -> AuditActRunner.Reply {
        if request.month == nil, outcome.values == 0 {
            let held = outcome.held.first.map { "the hold '\($0.hold)' keeps \(outcome.held.count) of these entries" }
            return .fault(1, held ?? "nothing to erase: these entries have no sealed values, or none any more")
        }
        var line = JSONLine()
        line.add("dry_run", request.isDryRun)
        if let month = request.month {
            line.add("month", month)
            line.add("files", outcome.values)
        } else {
            line.add("values", outcome.values)
            line.add("of_entries", outcome.sequences.count)
            line.add("held", outcome.held.count)
            if let first = outcome.held.first { line.add("held_by", first.hold) }
        }
        if let entry = outcome.entries.first { line.add("entry", Int(clamping: entry)) }
        return AuditActRunner.Reply(code: 0, text: line.text)
    }

    private static func fault(_ fault: AuditRedaction.Fault) -> AuditActRunner.Reply {
        switch fault {
        case .month(let text):
            .fault(1, "'\(text)' is not a month that is over (YYYY-MM, UTC): name entries instead")
        case .held(let hold):
            .fault(1, "the hold '\(hold)' concerns entries of the month: name entries instead, or release it")
        case .keys(let text): .fault(74, "the keys of the month are not destroyed: \(text); give the command again")
        case .unavailable: AuditActRunner.unavailable
        case .file(let failure): .fault(74, "\(failure)")
        }
    }

    private func erase(
        _ month: AuditEpoch,
        _ keys: AuditRedaction.Keys,
        _ request: AuditRedaction.Request,
        _ redaction: AuditRedaction,
        _ desk: some AuditDesk,
        _ actor: [String: AuditValue]
    ) throws(AuditRedaction.Fault) -> AuditRedaction.Outcome {
        guard keyring != nil else { throw .keys("the configuration has no 'keys'") }
        return try redaction.erase(
            month,
            keys,
            request,
            at: desk,
            actor: actor,
            now: GatewayClock.now().microseconds
        ) { (month, keys) throws(AuditRedaction.Fault) in try destroy(month, keys) }
    }

    private func destroy(_ month: AuditEpoch, _ keys: AuditRedaction.Keys) throws(AuditRedaction.Fault) {
        guard let keyring else { return }
        let now = GatewayClock.now()
        let uses: [Keyring.EpochUse] = keys == .all ? [.mac, .seal] : [.seal]
        do throws(KeyringFileFault) {
            let opened = try keyring.file.update(master: try keyring.master(), now: now) {
                (ring) throws(KeyringFault) in
                var acts: [KeyringAct] = []
                for use in uses {
                    guard let id = try ring.destroyEpochKey(use, month.text) else { continue }
                    let entry = Keyring.epochEntry(use, month.text)
                    acts.append(RedactionRollover.act(.keyDestroy, id.text, entry, "its month was erased", now))
                }
                return acts
            }
            try? keyring.file.note(opened)
        } catch {
            throw .keys("\(error)")
        }
    }

    /// Destroys the keys of sealed values of months that are older than `audit.retention.sealed`; the months.
    ///
    /// Called when the log is pruned. A month that a hold concerns waits.
    func eraseOld(at desk: some AuditDesk, actor: AuditActor) -> [String] {
        let now = GatewayClock.now()
        let cutoff = now.microseconds - settings.retention.sealed * 1_000_000
        var done: [String] = []
        for month in monthsWithSealKeys().compactMap({ AuditEpoch($0) }) where month.end <= cutoff {
            let request = AuditRedaction.Request(legalBasis: "audit.retention.sealed")
            let redaction = AuditRedaction(directory: settings.path)
            let isDone = (try? erase(month, .seal, request, redaction, desk, actor.members)) != nil
            if isDone { done.append(month.text) }
        }
        return done
    }

    private func monthsWithSealKeys() -> [String] {
        guard let keyring, let master = try? keyring.master(), let opened = try? keyring.file.read(master: master)
        else {
            return []
        }
        return opened.keyring.epochs(.seal).filter { ((try? opened.keyring.epochKey(.seal, $0)) ?? nil) != nil }
    }
}
