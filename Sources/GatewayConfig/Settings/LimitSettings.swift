/// The keys under `limits`, made from the table of limits.
enum LimitSettings {
    /// The section `limits`.
    static let section = Section("limits", Limits.table.map(setting) + [json])
    /// The section `limits.json`.
    static let jsonSection = Section("limits.json", Limits.jsonTable.map(setting))

    private static let json = Setting(
        "json",
        .section(jsonSection),
        "Limits of the strict JSON parser."
    )

    private static func setting(_ limit: Limits.Row) -> Setting {
        let shape: Setting.Shape
        let standard: String
        switch limit.unit {
        case .bytes:
            shape = .size(limit.range)
            standard = Units.text(bytes: limit.standard)
        case .milliseconds:
            shape = .duration(Int64(limit.range.lowerBound)...Int64(limit.range.upperBound))
            standard = Units.text(milliseconds: Int64(limit.standard))
        case .count:
            shape = .integer(limit.range)
            standard = String(limit.standard)
        }
        return Setting(limit.name, shape, standard: standard, limit.about)
    }
}
