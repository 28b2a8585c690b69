import JSONSchema
import StrictJSON
import Testing

/// Schemas and payloads made to be expensive: every one is refused or judged after bounded work.
@Suite("Hostile schemas and payloads")
struct HostileTests {
    private func compile(_ text: String) throws -> CompiledSchema {
        try CompiledSchema.compile(bytes: Array(text.utf8))
    }

    private func verdict(_ schema: String, _ payload: String) throws -> CompiledSchema.Verdict {
        let document = JSONDocument()
        let bytes = Array(payload.utf8).bytes
        #expect(document.parse(bytes, policy: .default) == nil)
        return try compile(schema).validate(document, bytes, SchemaScratch())
    }

    private func doubling(_ keyword: String, _ last: String) -> String {
        let levels = (0..<30).map {
            "\"l\($0)\":{\"\(keyword)\":[{\"$ref\":\"#/$defs/l\($0 + 1)\"},{\"$ref\":\"#/$defs/l\($0 + 1)\"}]}"
        }
        return "{\"$ref\":\"#/$defs/l0\",\"$defs\":{\(levels.joined(separator: ",")),\"l30\":\(last)}}"
    }

    @Test("thirty levels that double the work are remembered, not repeated")
    func doubling() throws {
        #expect(try verdict(doubling("allOf", "{\"type\":\"object\",\"minProperties\":0}"), "{}") == .valid)
        #expect(try verdict(doubling("anyOf", "{\"type\":\"object\",\"minProperties\":1}"), "{}") == .invalid)
    }

    @Test("a recursive anyOf on a deep value stays small")
    func recursiveAnyOf() throws {
        let schema =
            "{\"anyOf\":[{\"items\":{\"$ref\":\"#\"},\"maxItems\":0},{\"items\":{\"$ref\":\"#\"},\"type\":\"array\"}]}"
        let payload = String(repeating: "[", count: 60) + "1" + String(repeating: "]", count: 60)
        #expect(try verdict(schema, payload) != .budgetExhausted)
    }

    @Test(
        "a schema that applies to the same value through itself is refused at load",
        arguments: [
            "{\"$ref\":\"#\"}", "{\"allOf\":[{\"$ref\":\"#\"}]}", "{\"not\":{\"$ref\":\"#\"}}",
            "{\"$defs\":{\"a\":{\"$ref\":\"#/$defs/b\"},\"b\":{\"anyOf\":[{\"$ref\":\"#/$defs/a\"}]}},\"$ref\":\"#/$defs/a\"}",
            "{\"dependentSchemas\":{\"a\":{\"$ref\":\"#\"}}}",
        ]
    )
    func cycles(schema: String) {
        do throws(SchemaFault) {
            _ = try CompiledSchema.compile(bytes: Array(schema.utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.problems.map(\.text) == ["the schema applies to the same value again through itself"])
        }
    }

    @Test("a chain of 4,000 references is refused at load")
    func chains() throws {
        let links = (0..<4000).map { "\"d\($0)\":{\"$ref\":\"#/$defs/d\($0 + 1)\"}" }.joined(separator: ",")
        do throws(SchemaFault) {
            _ = try CompiledSchema.compile(
                bytes: Array("{\"$ref\":\"#/$defs/d0\",\"$defs\":{\(links),\"d4000\":{}}}".utf8)
            )
            Issue.record("accepted")
        } catch {
            #expect(error.problems.map(\.text) == ["more than 128 subschemas apply inside one another"])
        }
    }

    @Test("more subschemas than are allowed is one mistake, where the first one too many stands")
    func subschemas() {
        let members = (0..<60_000).map { "\"p\($0)\":{}" }.joined(separator: ",")
        do throws(SchemaFault) {
            _ = try CompiledSchema.compile(bytes: Array("{\"properties\":{\(members)}}".utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.problems.map(\.text) == ["more than 50000 subschemas"])
            #expect(error.problems.map(\.pointer) == ["/properties/p49999"])
        }
    }

    @Test("uniqueItems over 20,000 objects is hashed")
    func uniqueItems() throws {
        let items = (0..<20_000).map { "{\"a\":\($0),\"b\":{}}" }
        let schema = "{\"uniqueItems\":true}"
        #expect(try verdict(schema, "[\(items.joined(separator: ","))]") == .valid)
        #expect(try verdict(schema, "[\((items + ["{\"b\":{},\"a\":7.0}"]).joined(separator: ","))]") == .invalid)
    }

    @Test("a pattern that backtracks elsewhere is matched once over the text")
    func patterns() throws {
        let payload = "\"" + String(repeating: "a", count: 100_000) + "!\""
        #expect(try verdict("{\"pattern\":\"^(a+)+$\"}", payload) == .invalid)
        #expect(try verdict("{\"pattern\":\"^(a|a?)+\\\\b$\"}", payload) != .valid)
    }
}
