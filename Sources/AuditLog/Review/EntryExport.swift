internal import StrictJSON

/// Turns entries into the lines of other systems' formats; one line each, without a line feed.
///
/// What a format has no field for is left out or goes into its place for the rest; the verbatim line is the record.
package enum EntryExport: String, Sendable, CaseIterable {
    /// The line as it stands.
    case jsonl
    /// Comma-separated values (RFC 4180).
    case csv
    /// Open Cybersecurity Schema Framework 1.3.
    case ocsf
    /// Elastic Common Schema 8.
    case ecs
    /// ArcSight Common Event Format, version 0.
    case cef

    /// The first line of the file; `nil` where the format has none.
    package var header: String? { self == .csv ? CSVExport.header : nil }

    /// The line of an entry; `version` is that of the program.
    package func line(_ entry: EntryView, version: String) -> [UInt8] {
        switch self {
        case .jsonl: entry.line
        case .csv: CSVExport.line(entry)
        case .ocsf: OCSFExport.line(entry, version: version)
        case .ecs: ECSExport.line(entry, version: version)
        case .cef: Array(CEFExport.line(entry, version: version).utf8)
        }
    }
}

/// A JSON object of another format, built member by member; what is absent is left out.
struct ExportObject {
    private var writer = JSONWriter()

    init() { writer.beginObject() }

    mutating func add(_ name: String, _ value: String?) {
        guard let value, !value.isEmpty else { return }
        writer.name(name)
        writer.string(value)
    }

    mutating func add(_ name: String, _ value: Int?) {
        guard let value else { return }
        writer.name(name)
        writer.integer(value)
    }

    mutating func add(_ name: String, _ values: [String]) {
        guard !values.isEmpty else { return }
        writer.name(name)
        writer.beginArray()
        for value in values { writer.string(value) }
        writer.endArray()
    }

    /// Adds a list of objects, also an empty one.
    mutating func addList<Element>(
        _ name: String,
        _ elements: [Element],
        _ fill: (inout ExportObject, Element) -> Void
    ) {
        writer.name(name)
        writer.beginArray()
        for element in elements {
            var inner = ExportObject()
            fill(&inner, element)
            writer.raw(inner.bytes)
        }
        writer.endArray()
    }

    /// Adds an object that `fill` makes; nothing where it stays empty.
    mutating func add(_ name: String, _ fill: (inout ExportObject) -> Void) {
        var inner = ExportObject()
        fill(&inner)
        let bytes = inner.bytes
        guard bytes.count > 2 else { return }
        writer.name(name)
        writer.raw(bytes)
    }

    /// The object.
    var bytes: [UInt8] {
        var whole = writer
        whole.endObject()
        return whole.bytes
    }
}
