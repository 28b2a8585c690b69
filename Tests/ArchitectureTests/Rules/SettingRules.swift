/// Nothing that can be set is silently ignored: what a configuration says is read by somebody.
enum SettingRules {
    /// The models of the configuration, with the names under which their values are held where they are read.
    static let holders: [String: Set<String>] = [
        "Limits": ["limits", "Limits"],
        "ConnectionLimits": ["limits", "ConnectionLimits"],
        "AuditLogConfiguration": ["audit"],
        "ReplayStoreConfiguration": ["replay"],
        "TelemetryConfiguration": ["telemetry"],
    ]

    /// Printing a setting is not heeding it.
    private static let printing = "Sources/GatewayConfig/Publishing/"

    /// The stored properties of those models that no source reads as `holder.property`.
    static func check(_ sources: [SwiftSource]) -> [Finding] {
        var readings: Set<[String]> = []
        for source in sources where !source.path.hasPrefix(printing) {
            for index in source.tokens.indices where source.tokens[index].text == "." {
                guard let holder = source.token(index, -1), let property = source.token(index, 1) else { continue }
                // `holder.property = value` writes; `==` reads.
                if source.token(index, 2)?.text == "=", source.token(index, 3)?.text != "=" { continue }
                readings.insert([holder.text, property.text])
            }
        }
        return sources.flatMap { source in
            DeclarationReader.read(source).compactMap { declaration in
                guard declaration.kind == .stored, let names = holders[declaration.owner] else { return nil }
                if names.contains(where: { readings.contains([$0, declaration.name]) }) { return nil }
                let text = "\(declaration.owner).\(declaration.name) can be set, and nobody reads it"
                return Finding(path: source.path, line: declaration.line, text: text)
            }
        }
    }
}
