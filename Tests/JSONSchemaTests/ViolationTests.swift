import JSONSchema
import StrictJSON
import Testing

@Suite("CompiledSchema.violations")
struct ViolationTests {
    private func violations(_ schema: String, _ payload: String) throws -> [SchemaViolation] {
        var options = SchemaOptions()
        options.baseURI = "urn:test"
        let compiled = try CompiledSchema.compile(bytes: Array(schema.utf8), options: options)
        let document = JSONDocument()
        let bytes = Array(payload.utf8)
        #expect(document.parse(bytes.bytes, policy: .default) == nil)
        return compiled.violations(document, bytes.span, SchemaScratch())
    }

    @Test(
        "a violation names the value, the keyword and what was expected",
        arguments: [
            ("{\"type\":[\"string\",\"null\"]}", "1", "", "/type", "type null or string"),
            (
                "{\"properties\":{\"a~/b\":{\"minLength\":3}}}", "{\"a~/b\":\"x\"}", "/a~0~1b",
                "/properties/a~0~1b/minLength",
                "at least 3 characters"
            ),
            ("{\"required\":[\"a\"]}", "{}", "", "/required", "the member \"a\""),
            ("{\"items\":{\"maximum\":1.5}}", "[1,2]", "/1", "/items/maximum", "at most 1.5"),
            ("{\"additionalProperties\":false}", "{\"x\":1}", "/x", "/additionalProperties", "no member of this name"),
            ("{\"enum\":[1,2]}", "3", "", "/enum", "one of 2 admitted values"),
            ("{\"const\":1}", "3", "", "/const", "the one admitted value"),
            ("{\"pattern\":\"^a\"}", "\"b\"", "", "/pattern", "a match of the pattern"),
            ("{\"format\":\"ipv4\"}", "\"b\"", "", "/format", "the format ipv4"),
            ("{\"uniqueItems\":true}", "[1,1.0]", "", "/uniqueItems", "elements that all differ"),
            ("{\"oneOf\":[true,true]}", "1", "", "/oneOf", "exactly one of 2 schemas to hold, 2 do"),
            ("{\"not\":{}}", "1", "", "/not", "the schema not to hold"),
            ("{\"allOf\":[true,{\"type\":\"null\"}]}", "1", "", "/allOf/1/type", "type null"),
            ("{\"contains\":{\"type\":\"null\"}}", "[1]", "", "/contains", "at least 1 matching elements"),
            (
                "{\"propertyNames\":{\"maxLength\":1}}", "{\"ab\":1}", "/ab", "/propertyNames",
                "a member name that satisfies this schema"
            ),
            (
                "{\"properties\":{\"a\":{}},\"unevaluatedProperties\":false}", "{\"a\":1,\"ab\":1}", "/ab",
                "/unevaluatedProperties", "no member of this name"
            ),
            (
                "{\"unevaluatedProperties\":{\"type\":\"null\"}}", "{\"a\":null,\"ab\":1}", "/ab",
                "/unevaluatedProperties/type", "type null"
            ),
            (
                "{\"prefixItems\":[true],\"unevaluatedItems\":false}", "[1,2]", "/1", "/unevaluatedItems",
                "no element here"
            ),
        ]
    )
    func names(schema: String, payload: String, instance: String, keyword: String, expected: String) throws {
        let violation = SchemaViolation(
            instanceLocation: instance,
            keywordLocation: keyword,
            absoluteKeywordLocation: "urn:test#" + keyword,
            expected: expected
        )
        #expect(try violations(schema, payload) == [violation])
    }

    @Test("the keyword location goes through references, the absolute one does not")
    func references() throws {
        let schema = "{\"properties\":{\"a\":{\"$ref\":\"#/$defs/n\"}},\"$defs\":{\"n\":{\"type\":\"number\"}}}"
        let violation = try #require(try violations(schema, "{\"a\":\"secret\"}").first)
        #expect(violation.keywordLocation == "/properties/a/$ref/type")
        #expect(violation.absoluteKeywordLocation == "urn:test#/$defs/n/type")
    }

    @Test(
        "keywords are named as the schema writes them",
        arguments: [
            ("{\"$ref\":\"#/$defs/a\",\"$defs\":{\"a\":{\"type\":\"null\"}}}", "1", "/$ref/type"),
            (
                "{\"$dynamicRef\":\"#n\",\"$defs\":{\"a\":{\"$dynamicAnchor\":\"n\",\"type\":\"null\"}}}", "1",
                "/$dynamicRef/type"
            ),
            (
                "{\"$ref\":\"#/$defs/b\",\"$dynamicRef\":\"#n\",\"allOf\":[true],\"$defs\":{\"b\":{},"
                    + "\"a\":{\"$dynamicAnchor\":\"n\",\"type\":\"null\"}}}", "1", "/$dynamicRef/type"
            ),
            (
                "{\"$schema\":\"https://json-schema.org/draft/2019-09/schema\",\"type\":[\"array\",\"null\"],"
                    + "\"items\":{\"$recursiveRef\":\"#\"}}", "[1]", "/items/$recursiveRef/type"
            ),
            (
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"dependencies\":{\"a\":[\"b\"]}}",
                "{\"a\":1}", "/dependencies"
            ),
            (
                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\","
                    + "\"dependencies\":{\"a\":{\"maxProperties\":0}}}", "{\"a\":1}", "/dependencies/a/maxProperties"
            ),
            ("{\"dependentRequired\":{\"a\":[\"b\"]}}", "{\"a\":1}", "/dependentRequired"),
            ("{\"dependencies\":{\"a\":[\"b\"]},\"dependentRequired\":{}}", "{\"a\":1}", "/dependencies"),
        ]
    )
    func written(schema: String, payload: String, keyword: String) throws {
        #expect(try violations(schema, payload).map(\.keywordLocation) == [keyword])
    }

    @Test("no more than sixteen are reported, and none for a valid document")
    func limits() throws {
        let list = "[" + Array(repeating: "\"x\"", count: 100).joined(separator: ",") + "]"
        #expect(try violations("{\"items\":{\"type\":\"null\"}}", list).count == 16)
        #expect(try violations("{\"items\":{\"type\":\"string\"}}", list).isEmpty)
    }

    @Test("a reference that leads nowhere is one mistake, and no cycle")
    func nowhere() {
        do throws(SchemaFault) {
            _ = try CompiledSchema.compile(bytes: Array("{\"$ref\":\"#/$defs/x\"}".utf8))
            Issue.record("accepted")
        } catch {
            #expect(error.problems.map(\.pointer) == ["/$ref"])
        }
    }

    @Test("every mistake of a schema is reported with its place")
    func schemaFaults() {
        let schema =
            "{\n  \"type\": \"nope\",\n  \"properties\": {\"a\": {\"$ref\": \"#/x\"}},\n  \"pattern\": \"(\"\n}"
        do throws(SchemaFault) {
            _ = try CompiledSchema.compile(bytes: Array(schema.utf8))
            Issue.record("accepted")
        } catch {
            let places = Set(error.problems.map { "\($0.line) \($0.pointer)" })
            #expect(places == ["2 /type", "3 /properties/a/$ref", "4 /pattern"])
        }
    }

    @Test("the output formats of 2020-12")
    func output() throws {
        let violations = try violations("{\"type\":\"null\"}", "1")
        var writer = JSONWriter()
        SchemaOutput.basic.write(invalid: violations, to: &writer)
        let expected =
            "{\"errors\":[{\"absoluteKeywordLocation\":\"urn:test#/type\",\"error\":\"expected type null\","
            + "\"instanceLocation\":\"\",\"keywordLocation\":\"/type\",\"valid\":false}],\"valid\":false}"
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        writer = JSONWriter()
        SchemaOutput.flag.write(valid: [], to: &writer)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == "{\"valid\":true}")
    }
}
