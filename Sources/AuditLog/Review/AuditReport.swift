internal import GatewayCrypto

/// A report on a period of one log, for the standard that its reader works by.
///
/// Made from entries that were verified in the same reading. The JSON is what is signed; the page shows the same.
package struct AuditReport: Sendable {
    /// The standards whose requirements a report can be laid out by.
    package enum Standard: String, Sendable, CaseIterable {
        /// PCI DSS 4.0, requirement 10.
        case pci
        /// SOC 2, common criteria.
        case soc2
        /// ISO/IEC 27001:2022, annex A.
        case iso

        /// Its full name.
        package var title: String {
            switch self {
            case .pci: "PCI DSS 4.0, requirement 10"
            case .soc2: "SOC 2, common criteria CC6.1, CC7.2, CC7.3, CC8.1"
            case .iso: "ISO/IEC 27001:2022, A.8.15 to A.8.17"
            }
        }
    }

    /// One requirement and what the log shows for it.
    package struct Evidence: Sendable, Equatable {
        /// Its number.
        package let requirement: String
        /// What it asks.
        package let asks: String
        /// What is there.
        package let shows: String
        /// Whether a reviewer has to look.
        package let needsAttention: Bool
    }

    /// The standard.
    package let standard: Standard
    /// What was counted.
    package let tally: ReportTally
    /// What verified, at the time of the report.
    package let origin: String
    /// Entries in the log, those that a signature covers, and the root.
    package let size: UInt64
    /// As above.
    package let signedSize: UInt64
    /// As above, in base64.
    package let root: String
    /// Who signed.
    package let signers: [String]
    /// Gaps that the log declares.
    package let declaredGaps: Int
    /// When the report was made, microseconds since 1970.
    package let made: Int64
    /// The program's version.
    package let version: String

    /// A report on a verified log.
    package init(
        standard: Standard,
        tally: ReportTally,
        origin: String,
        size: UInt64,
        signedSize: UInt64,
        root: String,
        signers: [String],
        declaredGaps: Int,
        made: Int64,
        version: String
    ) {
        self.standard = standard
        self.tally = tally
        self.origin = origin
        self.size = size
        self.signedSize = signedSize
        self.root = root
        self.signers = signers
        self.declaredGaps = declaredGaps
        self.made = made
        self.version = version
    }

    /// The requirements of the standard with what the log shows.
    package var evidence: [Evidence] {
        let total = tally.total
        let acts =
            "\(tally.administration.count) acts on keys, log and gateway, \(tally.changes.count) of configuration"
        let access = "\(tally.accesses.count) readings and exports of the log, each by name"
        let denied = "\(total.denied) refusals under \(tally.reasons.count) reasons"
        let times = "\(tally.incidents.filter { $0.kind == "system.clock_step" }.count) clock steps"
        let chain = "all \(size) entries verified against signed checkpoints, \(signedSize) signed"
        let unreviewed = tally.entries - tally.reviewedEntries
        let review = "\(tally.reviewedEntries) of \(tally.entries) entries signed off, \(unreviewed) not"
        let failures = "\(tally.incidents.count) failures, gaps and degradations; \(declaredGaps) gaps in the whole log"
        let isWhole = tally.incidents.isEmpty
        func make(_ number: String, _ asks: String, _ shows: String, _ needs: Bool = false) -> Evidence {
            Evidence(requirement: number, asks: asks, shows: shows, needsAttention: needs)
        }
        switch standard {
        case .pci:
            return [
                make("10.2.1.2", "Actions with administrative access", acts),
                make("10.2.1.3", "Access to audit logs", access), make("10.2.1.4", "Invalid access attempts", denied),
                make("10.2.1.6", "Starting, stopping and pausing of logs", failures, !isWhole),
                make("10.3.2", "Logs are protected from modification", chain),
                make("10.4.1", "Logs are reviewed", review, unreviewed > 0),
                make("10.6", "Time is synchronised", times, !times.hasPrefix("0 ")),
                make("10.7.2", "Failures of logging are detected", failures, !isWhole),
            ]
        case .soc2:
            return [
                make("CC6.1", "Logical access: keys and who may send", "\(tally.keys.count) keys in use; \(acts)"),
                make("CC7.2", "Anomalies are monitored", "\(denied); \(failures)", !isWhole),
                make("CC7.3", "Events are evaluated", review, unreviewed > 0),
                make("CC8.1", "Changes are authorised and recorded", "\(tally.changes.count) configuration changes"),
            ]
        case .iso:
            return [
                make("A.8.15", "Logs are kept, protected and analysed", "\(chain); \(review)", unreviewed > 0),
                make("A.8.16", "Activities are monitored", "\(denied); \(failures)", !isWhole),
                make("A.8.17", "Clocks are synchronised", times, !times.hasPrefix("0 ")),
            ]
        }
    }

    /// The text of the note that is signed over the JSON: never of the form of a checkpoint.
    package static func noteText(origin: String, json: [UInt8], made: Int64) -> [UInt8] {
        let hash = SHA256.hash(json.span).hex
        return Array(
            "postern-audit-report/1\norigin \(origin)\nsha256 \(hash)\nbytes \(json.count)\nmade \(EntryTime.text(made))\n"
                .utf8
        )
    }
}
