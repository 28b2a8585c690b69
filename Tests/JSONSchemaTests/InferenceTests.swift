import JSONSchema
import StrictJSON
import Testing

@Suite("SchemaInference and BuiltInSchema")
struct InferenceTests {
    private func verdict(_ schema: CompiledSchema, _ payload: String) -> CompiledSchema.Verdict {
        let document = JSONDocument()
        let bytes = Array(payload.utf8).bytes
        #expect(document.parse(bytes, policy: .default) == nil)
        return schema.validate(document, bytes, SchemaScratch())
    }

    private func infer(_ samples: [String]) -> [UInt8] {
        var inference = SchemaInference()
        let document = JSONDocument()
        for sample in samples {
            let bytes = Array(sample.utf8)
            #expect(document.parse(bytes.bytes, policy: .default) == nil)
            inference.add(document, bytes.span)
        }
        return inference.schema()
    }

    private static let samples = [
        "{\"op\":\"create\",\"n\":1,\"at\":\"2026-01-01T00:00:00Z\",\"tags\":[\"a\"],\"x\":null}",
        "{\"op\":\"create\",\"n\":2.5,\"at\":\"2026-01-02T00:00:00Z\",\"tags\":[],\"x\":{\"y\":true}}",
        "{\"op\":\"create\",\"n\":-3,\"at\":\"2026-01-03T00:00:00Z\"}",
    ]

    @Test("the inferred schema is the tightest of its keywords")
    func infers() {
        let expected = """
            {
              "$schema": "https://json-schema.org/draft/2020-12/schema",
              "type": "object",
              "required": ["op", "n", "at"],
              "properties": {
                "op": {
                  "type": "string",
                  "enum": ["create"]
                },
                "n": {
                  "type": "number",
                  "minimum": -3,
                  "maximum": 2.5
                },
                "at": {
                  "type": "string",
                  "format": "date-time"
                },
                "tags": {
                  "type": "array",
                  "minItems": 0,
                  "maxItems": 1,
                  "items": {
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 1
                  }
                },
                "x": {
                  "type": ["null", "object"],
                  "required": ["y"],
                  "properties": {
                    "y": {
                      "type": "boolean"
                    }
                  },
                  "additionalProperties": false
                }
              },
              "additionalProperties": false
            }

            """
        #expect(String(decoding: infer(Self.samples), as: UTF8.self) == expected)
    }

    @Test("the inferred schema accepts its samples and refuses what differs")
    func accepts() throws {
        let schema = try CompiledSchema.compile(bytes: infer(Self.samples))
        for sample in Self.samples { #expect(verdict(schema, sample) == .valid) }
        #expect(verdict(schema, "{\"op\":\"delete\",\"n\":1,\"at\":\"2026-01-01T00:00:00Z\"}") == .invalid)
        #expect(verdict(schema, "{\"op\":\"create\",\"n\":3,\"at\":\"2026-01-01T00:00:00Z\"}") == .invalid)
        #expect(verdict(schema, "{\"op\":\"create\",\"n\":1,\"at\":\"today\"}") == .invalid)
    }

    @Test("the 01.software envelope allows members it does not know")
    func software01() throws {
        let schema = try BuiltInSchema.software01.compile()
        let event = "{\"collection\":\"orders\",\"operation\":\"create\",\"data\":{}"
        #expect(verdict(schema, event + "}") == .valid)
        let change = "\"change\":{\"scope\":{\"kind\":\"join\"},\"moved\":{}}"
        #expect(verdict(schema, event + ",\"extra\":1," + change + "}") == .valid)
        #expect(verdict(schema, event + ",\"timestamp\":\"yesterday\"}") == .invalid)
        #expect(verdict(schema, "{\"collection\":\"orders\",\"operation\":\"delete\",\"data\":{}}") == .invalid)
    }

    @Test("CloudEvents and Standard Webhooks envelopes")
    func others() throws {
        let cloud = try BuiltInSchema.cloudEvents.compile()
        let event = "{\"id\":\"1\",\"source\":\"/a\",\"specversion\":\"1.0\",\"type\":\"t\""
        #expect(verdict(cloud, event + ",\"data\":{},\"ext\":1}") == .valid)
        #expect(verdict(cloud, event + ",\"data\":1,\"data_base64\":\"AA==\"}") == .invalid)
        #expect(verdict(cloud, event + ",\"Ext\":1}") == .invalid)
        let standard = try BuiltInSchema.standardWebhooks.compile()
        #expect(verdict(standard, "{\"type\":\"a.b\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":{}}") == .valid)
        #expect(verdict(standard, "{\"type\":\"a..b\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"data\":{}}") == .invalid)
    }
}
