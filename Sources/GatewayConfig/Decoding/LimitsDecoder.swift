/// Decodes `limits`.
enum LimitsDecoder {
    /// The limits; where nothing valid is written, the default holds.
    static func decode(_ reader: MappingReader) -> Limits {
        var limits = Limits()
        read(Limits.table, from: reader, into: &limits)
        if let json = reader.mapping("json") { read(Limits.jsonTable, from: json, into: &limits) }
        return limits
    }

    private static func read(_ rows: [Limits.Row], from reader: MappingReader, into limits: inout Limits) {
        for row in rows where reader.has(row.name) {
            let value: Int?
            switch row.unit {
            case .bytes: value = reader.size(row.name)
            case .milliseconds: value = reader.duration(row.name).map(Int.init)
            case .count: value = reader.integer(row.name)
            }
            if let value { limits[keyPath: row.field] = value }
        }
    }
}
