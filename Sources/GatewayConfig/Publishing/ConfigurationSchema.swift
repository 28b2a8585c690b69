/// The published JSON Schema of the configuration, for editors and other tools; made from `SettingCatalog`.
///
/// Accepts what the loader accepts, and refuses what it refuses as far as a schema can: ranges of sizes and durations,
/// overlaps, files and the scheme compiler's rules stay with the loader.
package enum ConfigurationSchema {
    /// The schema's identifier.
    package static let identifier = "https://postern.example/schema/postern.schema.json"

    /// The text of the schema: JSON Schema 2020-12.
    package static var document: String {
        var definitions: [(String, JSONText)] = [
            ("reference", .object([("type", .string("string")), ("pattern", .string("\\$\\{(env|file):"))])),
            ("off", off),
        ]
        for section in SettingCatalog.allSections where !section.path.isEmpty {
            definitions.append((name(section), object(section)))
        }
        guard case .object(let root) = object(SettingCatalog.root) else { return "" }
        let head: [(String, JSONText)] = [
            ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
            ("$id", .string(identifier)),
            ("title", .string("Postern configuration, version 1")),
        ]
        return JSONText.object(head + root + [("$defs", .object(definitions))]).text
    }

    /// A setting that is not built may be written where it only says that the feature is off.
    private static let off = JSONText.object([
        (
            "anyOf",
            .array([
                .object([("type", .string("null"))]),
                .object([("const", .boolean(false))]),
                .object([("type", .string("array")), ("maxItems", .integer(0))]),
                .object([
                    ("type", .string("object")),
                    ("additionalProperties", .object([("$ref", .string("#/$defs/off"))])),
                ]),
            ])
        )
    ])

    /// The name of a section among the definitions: its path without the characters that pointers would escape.
    private static func name(_ section: Section) -> String {
        section.path.replacing("*", with: "NAME").replacing("[]", with: "")
    }

    private static func object(_ section: Section) -> JSONText {
        var members: [(String, JSONText)] = [
            ("type", .string("object")),
            ("properties", .object(section.settings.map { ($0.name, property($0)) })),
        ]
        let required = section.settings.filter(\.isRequired).map(\.name)
        if !required.isEmpty { members.append(("required", .strings(required))) }
        members.append(("additionalProperties", .boolean(false)))
        return .object(members + SchemaRules.extra(section.path))
    }

    private static func property(_ setting: Setting) -> JSONText {
        switch setting.state {
        case .notBuilt:
            return .object([
                ("description", .string("Not built yet. " + setting.about)), ("$ref", .string("#/$defs/off")),
            ])
        case .built:
            guard case .object(let members) = schema(setting.shape) else { return schema(setting.shape) }
            return .object([("description", .string(setting.about))] + members)
        }
    }

    private static func schema(_ shape: Setting.Shape) -> JSONText {
        switch shape {
        case .text(let hint):
            var members: [(String, JSONText)] = [("type", .string("string"))]
            if let pattern = SchemaRules.pattern(hint) { members.append(("pattern", .string(pattern))) }
            return .object(members)
        case .choice(let words, _): return scalar(("enum", .strings(words)))
        case .boolean: return scalar(("type", .string("boolean")))
        case .integer(let range):
            return scalar(
                ("type", .string("integer")),
                ("minimum", .integer(range.lowerBound)),
                ("maximum", .integer(range.upperBound))
            )
        case .size:
            return .object([
                ("type", .string("string")), ("pattern", .string("^(0|[1-9][0-9]*)(B|KiB|MiB|GiB)$|\\$\\{")),
            ])
        case .duration:
            return .object([("type", .string("string")), ("pattern", .string("^(0|[1-9][0-9]*)(ms|s|m|h|d)$|\\$\\{"))])
        case .list(let element, let mayBeEmpty):
            let members: [(String, JSONText)] = [("type", .string("array")), ("items", schema(element))]
            return .object(members + (mayBeEmpty ? [] : [("minItems", .integer(1))]))
        case .section(let section): return .object([("$ref", .string("#/$defs/" + name(section)))])
        case .map(let element, let keys):
            var members: [(String, JSONText)] = [
                ("type", .string("object")), ("minProperties", .integer(1)), ("additionalProperties", schema(element)),
            ]
            if let pattern = keys.pattern {
                members.append(("propertyNames", .object([("pattern", .string(pattern))])))
            }
            return .object(members)
        case .either(let shapes, _): return .object([("anyOf", .array(shapes.map(schema)))])
        }
    }

    /// A scalar, or a reference that stands for one.
    private static func scalar(_ members: (String, JSONText)...) -> JSONText {
        .object([("anyOf", .array([.object(members), .object([("$ref", .string("#/$defs/reference"))])]))])
    }
}
