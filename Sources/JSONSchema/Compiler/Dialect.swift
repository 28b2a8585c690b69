/// The rules one document or embedded resource is read by: its draft and its vocabularies.
struct Dialect: Equatable {
    var draft: SchemaDraft
    var hasApplicator = true
    var hasUnevaluated = true
    var hasValidation = true
    var hasFormat = true
    /// The format-assertion vocabulary of 2020-12 is in force, whatever the options say.
    var assertsFormat = false
    var hasContent = true

    init(_ draft: SchemaDraft) {
        self.draft = draft
    }

    /// The dialect of a meta-schema of its own, by its `$vocabulary`; `nil` when an unknown one is required.
    init?(_ draft: SchemaDraft, vocabularies: [(uri: String, isRequired: Bool)]) {
        self.draft = draft
        let prefix = "https://json-schema.org/draft/\(draft == .draft201909 ? "2019-09" : "2020-12")/vocab/"
        hasApplicator = false
        hasUnevaluated = false
        hasValidation = false
        hasFormat = false
        hasContent = false
        for (uri, isRequired) in vocabularies {
            guard uri.hasPrefix(prefix) else {
                if isRequired { return nil }
                continue
            }
            switch uri.dropFirst(prefix.count) {
            case "core", "meta-data": break
            case "applicator":
                hasApplicator = true
                if draft == .draft201909 { hasUnevaluated = true }
            case "unevaluated": hasUnevaluated = true
            case "validation": hasValidation = true
            case "format", "format-annotation": hasFormat = true
            case "format-assertion":
                hasFormat = true
                assertsFormat = true
            case "content": hasContent = true
            default: if isRequired { return nil }
            }
        }
    }

    /// The keyword that names a resource.
    var idKeyword: StaticString { draft == .draft4 ? "id" : "$id" }

    /// Before 2019-09 a reference hides everything beside it.
    var referenceHidesSiblings: Bool { draft <= .draft7 }

    /// Where subschemas stand below a keyword.
    enum Shape {
        case schema
        case list
        case map
        case schemaOrList
        /// A map whose values are schemas or lists of names.
        case dependencies
    }

    /// The keywords that hold subschemas, with the drafts that know them.
    static let applicators: [(name: StaticString, shape: Shape, from: SchemaDraft, to: SchemaDraft)] = [
        ("properties", .map, .draft4, .draft202012),
        ("patternProperties", .map, .draft4, .draft202012),
        ("additionalProperties", .schema, .draft4, .draft202012),
        ("items", .schemaOrList, .draft4, .draft201909),
        ("items", .schema, .draft202012, .draft202012),
        ("prefixItems", .list, .draft202012, .draft202012),
        ("additionalItems", .schema, .draft4, .draft201909),
        ("contains", .schema, .draft6, .draft202012),
        ("propertyNames", .schema, .draft6, .draft202012),
        ("dependencies", .dependencies, .draft4, .draft202012),
        ("dependentSchemas", .map, .draft201909, .draft202012),
        ("allOf", .list, .draft4, .draft202012),
        ("anyOf", .list, .draft4, .draft202012),
        ("oneOf", .list, .draft4, .draft202012),
        ("not", .schema, .draft4, .draft202012),
        ("if", .schema, .draft7, .draft202012),
        ("then", .schema, .draft7, .draft202012),
        ("else", .schema, .draft7, .draft202012),
        ("unevaluatedItems", .schema, .draft201909, .draft202012),
        ("unevaluatedProperties", .schema, .draft201909, .draft202012),
        ("contentSchema", .schema, .draft201909, .draft202012),
        ("definitions", .map, .draft4, .draft202012),
        ("$defs", .map, .draft201909, .draft202012),
    ]
}
