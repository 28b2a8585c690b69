/// The JSON Schemas that the demo writes beside its configuration.
enum DemoSchemas {
    /// File names and texts.
    static let all: [(file: String, text: String)] = [
        ("order.json", order), ("github-event.json", github), ("billing-event.json", billing),
    ]

    private static let order = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "An event of the collection orders",
          "properties": {
            "data": {
              "type": "object",
              "required": ["id", "total"],
              "properties": {
                "id": {"type": "string", "minLength": 1},
                "total": {"type": "number", "minimum": 0}
              }
            }
          }
        }

        """

    private static let github = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "What all events of a repository have",
          "type": "object",
          "required": ["repository", "sender"],
          "properties": {
            "repository": {"type": "object", "required": ["id", "full_name"]},
            "sender": {"type": "object", "required": ["login"]}
          }
        }

        """

    private static let billing = """
        {
          "$schema": "https://json-schema.org/draft/2020-12/schema",
          "title": "An event of the billing system",
          "type": "object",
          "required": ["id", "type", "created", "data"],
          "properties": {
            "id": {"type": "string", "minLength": 1},
            "type": {"type": "string", "minLength": 1},
            "created": {"type": "integer"},
            "data": {"type": "object"}
          }
        }

        """
}
