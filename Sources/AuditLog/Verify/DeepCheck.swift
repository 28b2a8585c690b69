internal import GatewayCrypto
internal import StrictJSON

/// What a log says beyond its hashes: whether its lines have the form they are written in, and whether its story is whole.
///
/// Owned by one thread. Source: `docs/audit-log-format.md`, deep verification.
package final class DeepCheck {
    /// What was found.
    package struct Findings: Sendable, Equatable {
        /// Lines that are not in the form of RFC 8785, or of a kind that is not known; the first of them.
        package var foreignLines = 0
        /// The first such line.
        package var firstForeign: UInt64?
        /// Admissions whose outcome the log does not say: after a crash, or still under way at the end.
        package var openAdmissions = 0
        /// The first such admission.
        package var firstOpen: UInt64?
        /// Starts without a stop before them: the process was ended from outside.
        package var crashes = 0
        /// Times of more than two heartbeats without an entry while the process had not stopped.
        package var silences = 0
        /// The entry before the first such time.
        package var firstSilence: UInt64?
        /// Entries whose time lies more than five seconds before that of an earlier one.
        package var backwards = 0

        /// Nothing.
        package init() {}
    }

    private static let silence: Int64 = 2 * 15 * 60 * 1_000_000
    private static let step: Int64 = 5_000_000
    private var findings = Findings()
    private var open: [[UInt8]: UInt64] = [:]
    private var isRunning = false
    private var lastTime: Int64 = 0
    private var lastSequence: UInt64 = 0
    private let document = JSONDocument()
    private var canonical: [UInt8] = []

    /// Starts with nothing seen.
    package init() {}

    /// Looks at the next line.
    package func add(_ line: Span<UInt8>, sequence: UInt64) {
        let bytes = Array(copying: line)
        guard document.parse(bytes.span) == nil, let root = document.root, isCanonical(bytes) else {
            return foreign(sequence)
        }
        func text(_ name: StaticString) -> String? {
            document.member(name, of: root, in: bytes.span).flatMap { document.string($0, in: bytes.span) }
        }
        guard let kind = text("kind").flatMap(EntryKind.init(rawValue:)),
            let time = text("ts").flatMap({ EntryTime.parse(Array($0.utf8).span) })
        else { return foreign(sequence) }
        noteTime(time, kind, sequence)
        switch kind {
        case .systemStart:
            if isRunning { findings.crashes += 1 }
            isRunning = true
        case .systemStop: isRunning = false
        case .requestAdmit: if let rid = text("rid") { open[Array(rid.utf8)] = sequence }
        case .requestOutcome: if let rid = text("rid") { open[Array(rid.utf8)] = nil }
        default: break
        }
    }

    private func noteTime(_ time: Int64, _ kind: EntryKind, _ sequence: UInt64) {
        if isRunning, kind != .systemStart, lastTime > 0, time - lastTime > DeepCheck.silence {
            findings.silences += 1
            if findings.firstSilence == nil { findings.firstSilence = lastSequence }
        }
        if time < lastTime - DeepCheck.step { findings.backwards += 1 }
        lastTime = max(lastTime, time)
        lastSequence = sequence
    }

    private func foreign(_ sequence: UInt64) {
        findings.foreignLines += 1
        if findings.firstForeign == nil { findings.firstForeign = sequence }
    }

    /// Whether the line is what the canonical writer makes of it.
    private func isCanonical(_ line: [UInt8]) -> Bool {
        guard let root = document.root else { return false }
        canonical.removeAll(keepingCapacity: true)
        JSONCanonicalizer.append(document, root, in: line.span, to: &canonical)
        return canonical == line
    }

    /// Everything that was found.
    package func finish() -> Findings {
        findings.openAdmissions = open.count
        findings.firstOpen = open.values.min()
        return findings
    }
}

extension Array where Element == UInt8 {
    /// The bytes of a span.
    fileprivate init(copying span: Span<UInt8>) {
        self.init(capacity: span.count) { output in
            var index = 0
            while index < span.count {
                output.append(span[index])
                index &+= 1
            }
        }
    }
}
