/// Schemas that come with the program, by the name configurations use.
package enum BuiltInSchema: String, CaseIterable, Sendable {
    /// The envelope of 01.software events; members beyond those it names are allowed.
    case software01 = "01software"
    /// CloudEvents 1.0 in structured JSON mode (CloudEvents JSON event format, section 3).
    case cloudEvents = "cloudevents"
    /// The payload that Standard Webhooks recommends (specification, "Payload structure").
    case standardWebhooks = "standard-webhooks"

    /// The schema's text.
    package var text: StaticString {
        switch self {
        case .software01:
            """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "$id": "urn:postern:schema:01software",
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
        case .cloudEvents:
            """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "$id": "urn:postern:schema:cloudevents",
              "type": "object",
              "required": ["id", "source", "specversion", "type"],
              "properties": {
                "id": {"type": "string", "minLength": 1},
                "source": {"type": "string", "minLength": 1, "format": "uri-reference"},
                "specversion": {"const": "1.0"},
                "type": {"type": "string", "minLength": 1},
                "datacontenttype": {"type": ["string", "null"], "minLength": 1},
                "dataschema": {"type": ["string", "null"], "minLength": 1, "format": "uri"},
                "subject": {"type": ["string", "null"], "minLength": 1},
                "time": {"type": ["string", "null"], "format": "date-time"},
                "data_base64": {"type": ["string", "null"], "contentEncoding": "base64"}
              },
              "propertyNames": {"pattern": "^([a-z0-9]+|data_base64)$"},
              "not": {"required": ["data", "data_base64"]}
            }
            """
        case .standardWebhooks:
            """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "$id": "urn:postern:schema:standard-webhooks",
              "type": "object",
              "required": ["type", "timestamp", "data"],
              "properties": {
                "type": {"type": "string", "pattern": "^[a-zA-Z0-9_]+(\\\\.[a-zA-Z0-9_]+)*$"},
                "timestamp": {"type": "string", "format": "date-time"},
                "data": {"type": "object"}
              }
            }
            """
        }
    }

    /// The compiled schema.
    package func compile(options: SchemaOptions = SchemaOptions()) throws(SchemaFault) -> CompiledSchema {
        try CompiledSchema.compile(bytes: Array(text.description.utf8), options: options)
    }
}
