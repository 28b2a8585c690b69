import JSONSchema

/// JSON Schemas that come with the program, by the name after `builtin:`.
package enum BuiltinSchemas {
    /// The text of a schema; `nil` for a name that none has.
    package static func text(_ name: String) -> String? {
        all.first { $0.name == name }?.schema.text.description
    }

    /// Names in the order of the reference.
    package static var allNames: [String] { all.map(\.name) }

    private static let all: [(name: String, schema: BuiltInSchema)] = [
        ("01software", .software01), ("cloudevents", .cloudEvents), ("standard", .standardWebhooks),
    ]
}
