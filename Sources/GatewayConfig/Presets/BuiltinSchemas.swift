/// JSON Schemas that come with the program, by the name after `builtin:`.
package enum BuiltinSchemas {
    /// The text of a schema; `nil` for a name that none has.
    package static func text(_ name: String) -> String? { all.first { $0.name == name }?.text }

    /// Names in the order of the reference.
    package static var allNames: [String] { all.map(\.name) }

    private static let all: [(name: String, text: String)] = [
        ("01software", software01), ("cloudevents", cloudEvents), ("standard", standard),
    ]

    /// The envelope of 01.software's webhooks; unknown members are allowed.
    private static let software01 = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "01.software webhook event",
          "type": "object",
          "required": ["collection", "operation", "data"],
          "properties": {
            "collection": {"type": "string", "minLength": 1, "maxLength": 256},
            "operation": {"enum": ["create", "update"]},
            "data": {"type": "object"},
            "timestamp": {"type": "string", "format": "date-time"},
            "eventType": {"type": "string"},
            "change": {
              "type": "object",
              "properties": {"scope": {"type": "object"}, "moved": {"type": "object"}}
            }
          }
        }
        """

    /// A structured CloudEvent 1.0: https://github.com/cloudevents/spec, section "Required attributes".
    private static let cloudEvents = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "CloudEvents 1.0, structured mode",
          "type": "object",
          "required": ["specversion", "id", "source", "type"],
          "properties": {
            "specversion": {"const": "1.0"},
            "id": {"type": "string", "minLength": 1},
            "source": {"type": "string", "minLength": 1, "format": "uri-reference"},
            "type": {"type": "string", "minLength": 1},
            "datacontenttype": {"type": ["string", "null"], "minLength": 1},
            "dataschema": {"type": ["string", "null"], "minLength": 1, "format": "uri"},
            "subject": {"type": ["string", "null"], "minLength": 1},
            "time": {"type": ["string", "null"], "minLength": 1, "format": "date-time"},
            "data_base64": {"type": ["string", "null"]}
          },
          "not": {"required": ["data", "data_base64"]}
        }
        """

    /// The payload that Standard Webhooks recommends.
    private static let standard = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "Standard Webhooks payload",
          "type": "object",
          "required": ["type", "timestamp", "data"],
          "properties": {
            "type": {"type": "string", "minLength": 1, "maxLength": 256},
            "timestamp": {"type": "string", "format": "date-time"},
            "data": {"type": "object"}
          }
        }
        """
}
