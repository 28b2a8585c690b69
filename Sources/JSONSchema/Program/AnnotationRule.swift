/// What a keyword contributes to the annotations of a value.
enum AnnotationRule: Equatable {
    /// Nothing: it asserts, or belongs to the core.
    case none
    /// Its own value: `title`, `default`, `format`, and every keyword that is not known (2020-12 core, section 6.5).
    case value
    /// Its own value for strings only (2020-12 validation, section 8).
    case valueOfStrings
    /// The same beside `contentMediaType` only (section 8.5).
    case valueOfMedia
    /// Which members or elements it applied to.
    case result

    /// The rule of the keyword `name` in a dialect; a keyword of a vocabulary that is not in force is an unknown one.
    init(_ name: String, _ dialect: Dialect) {
        self = .value
        if Self.core.contains(name) || name == dialect.idKeyword.description {
            self = .none
        } else if let from = Self.validation[name] {
            if dialect.hasValidation, dialect.draft >= from { self = .none }
        } else if let from = Self.content[name] {
            guard dialect.hasContent, dialect.draft >= from else { return }
            self = name == "contentSchema" ? .valueOfMedia : .valueOfStrings
        } else if Self.isApplicator(name, dialect) {
            self = Self.results.contains(name) && dialect.draft >= .draft201909 ? .result : .none
        }
    }

    private static func isApplicator(_ name: String, _ dialect: Dialect) -> Bool {
        guard name.hasPrefix("unevaluated") ? dialect.hasUnevaluated : dialect.hasApplicator else { return false }
        return Dialect.applicators.contains { entry in
            entry.name.description == name && entry.from <= dialect.draft && dialect.draft <= entry.to
        }
    }

    private static let core: Set<String> = [
        "$schema", "$id", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$recursiveRef", "$recursiveAnchor",
        "$vocabulary", "$comment", "$defs", "definitions",
    ]

    private static let results: Set<String> = [
        "properties", "patternProperties", "additionalProperties", "prefixItems", "items", "additionalItems",
        "contains",
    ]

    private static let content: [String: SchemaDraft] = [
        "contentEncoding": .draft7, "contentMediaType": .draft7, "contentSchema": .draft201909,
    ]

    /// The keywords that assert, with the first draft that knows them.
    private static let validation: [String: SchemaDraft] = [
        "type": .draft4, "enum": .draft4, "const": .draft6, "multipleOf": .draft4, "maximum": .draft4,
        "exclusiveMaximum": .draft4, "minimum": .draft4, "exclusiveMinimum": .draft4, "maxLength": .draft4,
        "minLength": .draft4, "pattern": .draft4, "maxItems": .draft4, "minItems": .draft4, "uniqueItems": .draft4,
        "maxContains": .draft201909, "minContains": .draft201909, "maxProperties": .draft4, "minProperties": .draft4,
        "required": .draft4, "dependentRequired": .draft201909,
    ]
}
