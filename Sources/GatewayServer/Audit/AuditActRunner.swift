import AuditLog
package import GatewayStorage
import GatewayCrypto
import WebhookVerification
import StrictJSON

/// Does what an operator asks of the log, at a running writer or at one that a command opened.
package struct AuditActRunner: Sendable {
    /// What came of it.
    package struct Reply: Sendable, Equatable {
        /// The exit code of the command.
        package var code: Int32
        /// One JSON object.
        package var text: String

        /// Makes a reply.
        package init(code: Int32, text: String) {
            self.code = code
            self.text = text
        }

        /// The signed note in the reply to a checkpoint, as it stands; `nil` in others.
        package var note: [UInt8]? {
            let document = JSONDocument()
            let bytes = Array(text.utf8)
            guard document.parse(bytes.span) == nil, let root = document.root,
                let node = document.member("note", of: root, in: bytes.span)
            else { return nil }
            return document.string(node, in: bytes.span).map { Array($0.utf8) }
        }

        static func fault(_ code: Int32, _ text: String) -> Reply {
            var line = JSONLine()
            line.add("error", text)
            return Reply(code: code, text: line.text)
        }
    }

    private let settings: AuditSettings
    private let redaction: AuditRedactionRunner

    /// Takes the settings of the log, and the keyring where there is one.
    package init(settings: AuditSettings, keyring: KeyringAccess? = nil) {
        self.settings = settings
        redaction = AuditRedactionRunner(settings: settings, keyring: keyring)
    }

    /// Does it.
    package func run(_ act: AuditAct, at desk: some AuditDesk, actor: AuditActor) -> Reply {
        switch act {
        case .checkpoint: checkpoint(desk, closes: false)
        case .closeSegment: checkpoint(desk, closes: true)
        case .rotateKey(let overlap): rotate(desk, overlap, actor)
        case .prune(let before, let isDryRun): prune(desk, before, isDryRun: isDryRun, actor)
        case .hold(let hold): add(hold, desk, actor)
        case .release(let id, let reference): release(id, reference, desk, actor)
        case .redact(let request): redaction.run(request, at: desk, actor: actor)
        case .record(let kind, let members): record(kind, members, desk, actor)
        }
    }

    static let unavailable = Reply.fault(75, "the audit log takes nothing now: see its state in /readyz")

    private func checkpoint(_ desk: some AuditDesk, closes: Bool) -> Reply {
        let result: (bytes: [UInt8], size: UInt64)?? = desk.perform {
            (committer: AuditCommitter, now: AuditInstant) -> (bytes: [UInt8], size: UInt64)? in
            if closes { _ = committer.closeSegment(now: now) }
            return committer.checkpoint(now: now)
        }
        guard let found = result, let note = found else { return AuditActRunner.unavailable }
        var line = JSONLine()
        line.add("size", Int(clamping: note.size))
        if closes { line.add("closed", true) }
        line.add("note", String(decoding: note.bytes, as: UTF8.self))
        return Reply(code: 0, text: line.text)
    }

    private func rotate(_ desk: some AuditDesk, _ overlap: Int64, _ actor: AuditActor) -> Reply {
        let members = actor.members
        let result = desk.perform { (committer: AuditCommitter, now: AuditInstant) -> Result<String, AuditOpenFault> in
            do throws(AuditOpenFault) {
                let until = now.wall + overlap * 1_000_000
                return .success(try committer.rotateKey(until: until, actor: members, now: now))
            } catch {
                return .failure(error)
            }
        }
        switch result {
        case .none: return AuditActRunner.unavailable
        case .failure(let fault): return .fault(74, "the key file cannot be written: \(fault)")
        case .success(let key):
            var line = JSONLine()
            line.add("vkey", key)
            line.add("overlap_seconds", Int(overlap))
            return Reply(code: 0, text: line.text)
        }
    }

    private func prune(_ desk: some AuditDesk, _ before: Int64?, isDryRun: Bool, _ actor: AuditActor) -> Reply {
        let pruning = AuditPruning(directory: settings.path, retention: settings.retention)
        do throws(AuditPruning.Fault) {
            let plan = try pruning.plan(before: before, now: GatewayClock.now().microseconds)
            var line = JSONLine()
            line.add("dry_run", isDryRun)
            line.add("from", Int(plan.from))
            line.add("to", Int(plan.to))
            line.add("segments", plan.segments.count)
            line.add("bytes", plan.bytes)
            line.add("before", EntryTime.text(plan.before))
            line.add("held_by", plan.heldBy)
            line.add("kept_for", plan.keptFor)
            if plan.waitsForExport { line.add("waits_for_export", true) }
            if plan.to > plan.from, !isDryRun {
                line.add("entry", Int(try pruning.run(plan, at: desk, actor: actor.members)))
            }
            let erased = isDryRun ? [] : redaction.eraseOld(at: desk, actor: actor)
            if !erased.isEmpty { line.add("sealed_erased", erased.joined(separator: " ")) }
            return Reply(code: 0, text: line.text)
        } catch {
            switch error {
            case .tooYoung(let earliest):
                return .fault(1, "nothing younger than \(EntryTime.text(earliest)) may go ('retention.min')")
            case .notSigned(let size):
                return .fault(1, "the entries below \(size) are not what was signed: see 'postern audit verify'")
            case .unavailable: return AuditActRunner.unavailable
            case .file(let failure): return .fault(74, "\(failure)")
            }
        }
    }

    private func add(_ hold: AuditHold, _ desk: some AuditDesk, _ actor: AuditActor) -> Reply {
        do throws(FileFailure) {
            let holds = try AuditHold.inForce(directory: settings.path)
            if holds.contains(where: { $0.id == hold.id }) {
                return .fault(1, "a hold '\(hold.id)' is in force already: release it first, or choose another id")
            }
        } catch {
            return .fault(74, "\(error)")
        }
        return append(desk) { hold.entry(time: $0, actor: actor.members) }
    }

    private func release(_ id: String, _ reference: String, _ desk: some AuditDesk, _ actor: AuditActor) -> Reply {
        do throws(FileFailure) {
            guard var hold = try AuditHold.inForce(directory: settings.path).first(where: { $0.id == id }) else {
                return .fault(1, "no hold '\(id)' is in force: see 'postern audit hold list'")
            }
            if !reference.isEmpty { hold.reference = reference }
            let released = hold
            return append(desk) { released.release(time: $0, actor: actor.members) }
        } catch {
            return .fault(74, "\(error)")
        }
    }

    private func record(
        _ kind: EntryKind,
        _ members: [String: AuditValue],
        _ desk: some AuditDesk,
        _ actor: AuditActor
    ) -> Reply {
        var all = members
        all["actor"] = .object(actor.members)
        let named = all
        return append(desk) { ControlEntry(kind, time: $0, members: named) }
    }

    private func append(_ desk: some AuditDesk, _ entry: @escaping @Sendable (Int64) -> ControlEntry) -> Reply {
        let result: UInt64?? = desk.perform { (committer: AuditCommitter, now: AuditInstant) -> UInt64? in
            guard let number = committer.append(entry(now.wall), now: now), committer.checkpoint(now: now) != nil else {
                return nil
            }
            return number
        }
        guard let found = result, let number = found else { return AuditActRunner.unavailable }
        var line = JSONLine()
        line.add("entry", Int(clamping: number))
        return Reply(code: 0, text: line.text)
    }
}
