package import AuditLog

/// Entries as rows of 80 columns.
package struct EntryTable: Sendable {
    private let table = TextTable([
        .init("ENTRY", width: 9, side: .right), .init("TIME (UTC)", width: 19), .init("SOURCE", width: 12),
        .init("WHAT HAPPENED", width: 37),
    ])

    /// A table of entries.
    package init() {}

    /// The line of titles.
    package var header: String { table.header }

    /// The row of one entry.
    package func row(_ entry: EntryView) -> String {
        table.row([String(entry.sequence), EntryTable.time(entry.time), entry.text("source") ?? "-", what(entry)])
    }

    /// Date and time to the second, as people write them.
    package static func time(_ text: String) -> String { String(text.prefix(19)).replacing("T", with: " ") }

    /// An address, or the first digits of a field MAC that stands for it.
    private static func short(_ text: String) -> String {
        FieldMAC.epoch(of: text) == nil ? text : "m1..\(text.dropFirst(11).prefix(8))"
    }

    private func what(_ entry: EntryView) -> String {
        let client = entry.text("client", "ip").map { " \(EntryTable.short($0))" } ?? ""
        switch entry.knownKind {
        case .requestAdmit: return "admit" + client + (entry.text("event", "type").map { " \($0)" } ?? "")
        case .requestDeny: return "deny \(entry.text("reason") ?? "")" + client
        case .requestDuplicate: return "duplicate \(entry.text("reason") ?? "")" + client
        default: return EntryStory.headline(entry)
        }
    }
}
