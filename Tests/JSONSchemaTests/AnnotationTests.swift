import JSONSchema
import StrictJSON
import Testing

@Suite("CompiledSchema.annotations")
struct AnnotationTests {
    private static let older = ##""$schema":"https://json-schema.org/draft/2019-09/schema""##
    private static let seventh = ##""$schema":"http://json-schema.org/draft-07/schema#""##

    private func annotations(_ schema: String, _ payload: String) throws -> SchemaAnnotations {
        var options = SchemaOptions()
        options.baseURI = "urn:test"
        let compiled = try CompiledSchema.compile(bytes: Array(schema.utf8), options: options)
        let document = JSONDocument()
        let bytes = Array(payload.utf8)
        #expect(document.parse(bytes.bytes, policy: .default) == nil)
        return compiled.annotations(document, bytes.span, SchemaScratch())
    }

    /// Each as `instance keyword value`.
    private func lines(_ schema: String, _ payload: String) throws -> [String] {
        try annotations(schema, payload).list.map {
            "\($0.instanceLocation) \($0.keywordLocation) \(String(decoding: $0.value, as: UTF8.self))"
        }
    }

    @Test(
        "keywords that describe a value give their own value, with the text of its numbers",
        arguments: [
            (#"{"title":"T","description":"D"}"#, "1", [#" /title "T""#, #" /description "D""#]),
            (#"{"default":{"a": [1.10, null]}}"#, "1", [#" /default {"a":[1.10,null]}"#]),
            (#"{"default":100000000000000000001}"#, "1", [" /default 100000000000000000001"]),
            (#"{"deprecated":true,"readOnly":true}"#, "1", [" /deprecated true", " /readOnly true"]),
            (#"{"writeOnly":false,"examples":[1 , 2]}"#, "1", [" /writeOnly false", " /examples [1,2]"]),
            (#"{"format":"email"}"#, #""a@b.c""#, [#" /format "email""#]),
            (#"{"x-owner":"team/a","$comment":"no"}"#, "1", [#" /x-owner "team/a""#]),
            (#"{"a/b~c":1}"#, "1", [" /a~1b~0c 1"]),
            (#"{"contentEncoding":"base64"}"#, #""YQ==""#, [#" /contentEncoding "base64""#]),
            (#"{"contentEncoding":"base64"}"#, "1", []),
            (#"{"contentSchema":{"type":"null"}}"#, #""1""#, []),
            (
                #"{"contentMediaType":"application/json","contentSchema":{"type": "null"}}"#, #""1""#,
                [#" /contentMediaType "application/json""#, #" /contentSchema {"type":"null"}"#]
            ),
            (#"{"type":"integer","minimum":0,"enum":[1],"const":1,"multipleOf":1}"#, "1", []),
            (#"{"$id":"urn:x","$anchor":"a","$defs":{"a":{"title":"no"}},"definitions":{}}"#, "1", []),
            ("true", "1", []),
        ] as [(String, String, [String])]
    )
    func values(schema: String, payload: String, expected: [String]) throws {
        #expect(try lines(schema, payload) == expected)
    }

    @Test(
        "applicators say which members they applied to",
        arguments: [
            (#"{"properties":{"a":{},"b":{}}}"#, #"{"a":1,"c":2}"#, [#" /properties ["a"]"#]),
            (#"{"properties":{"a":{}}}"#, "{}", [" /properties []"]),
            (#"{"properties":{"a":{}}}"#, "[]", []),
            (
                #"{"patternProperties":{"^a":{},"b$":{}},"additionalProperties":{}}"#, #"{"ab":1,"c":2}"#,
                [#" /patternProperties ["ab"]"#, #" /additionalProperties ["c"]"#]
            ),
            (
                #"{"properties":{"a":{"title":"A"}},"unevaluatedProperties":{"title":"U"}}"#, #"{"a":1,"é\"":2}"#,
                [
                    #" /properties ["a"]"#, #"/a /properties/a/title "A""#, #" /unevaluatedProperties ["é\""]"#,
                    #"/é" /unevaluatedProperties/title "U""#,
                ]
            ),
            (
                #"{"dependentSchemas":{"a":{"properties":{"b":{}}}},"unevaluatedProperties":{}}"#, #"{"a":1,"b":2}"#,
                [#" /dependentSchemas/a/properties ["b"]"#, #" /unevaluatedProperties ["a"]"#]
            ),
            (
                #"{"oneOf":[{"properties":{"a":{"type":"null"}}},{"properties":{"b":{}}}],"unevaluatedProperties":{}}"#,
                #"{"a":1,"b":2}"#, [#" /oneOf/1/properties ["b"]"#, #" /unevaluatedProperties ["a"]"#]
            ),
            ("{\(seventh),\"properties\":{\"a\":{\"title\":\"A\"}}}", #"{"a":1}"#, [#"/a /properties/a/title "A""#]),
        ] as [(String, String, [String])]
    )
    func members(schema: String, payload: String, expected: [String]) throws {
        #expect(try lines(schema, payload) == expected)
    }

    @Test(
        "applicators say which elements they applied to",
        arguments: [
            (#"{"prefixItems":[{},{}],"items":{}}"#, "[1]", [" /prefixItems true"]),
            (#"{"prefixItems":[{},{}],"items":{}}"#, "[1,2,3]", [" /prefixItems 1", " /items true"]),
            (#"{"prefixItems":[{}],"items":{}}"#, "[]", []),
            (#"{"contains":{"const":1}}"#, "[1,2,1]", [" /contains [0,2]"]),
            (#"{"contains":{"const":1}}"#, "[1,1]", [" /contains true"]),
            (#"{"contains":{},"minContains":0}"#, "[]", [" /contains []"]),
            (
                #"{"prefixItems":[{}],"unevaluatedItems":{"title":"U"}}"#, "[1,2]",
                [" /prefixItems 0", " /unevaluatedItems true", #"/1 /unevaluatedItems/title "U""#]
            ),
            (#"{"contains":{"const":1},"unevaluatedItems":false}"#, "[1]", [" /contains true"]),
            ("{\(older),\"items\":[{}],\"additionalItems\":{}}", "[1,2]", [" /items 0", " /additionalItems true"]),
            ("{\(older),\"items\":{},\"additionalItems\":{}}", "[1,2]", [" /items true"]),
            ("{\(older),\"contains\":{\"title\":\"C\"}}", "[1]", [#"/0 /contains/title "C""#]),
        ] as [(String, String, [String])]
    )
    func elements(schema: String, payload: String, expected: [String]) throws {
        #expect(try lines(schema, payload) == expected)
    }

    @Test(
        "annotations come from subschemas that hold, and never from below 'not'",
        arguments: [
            (#"{"anyOf":[{"type":"null","title":"N"},{"title":"A"},true]}"#, [#" /anyOf/1/title "A""#]),
            (#"{"not":{"not":{"title":"N"}},"title":"T"}"#, [#" /title "T""#]),
            (
                #"{"if":{"title":"I"},"then":{"title":"T"},"else":{"title":"E"}}"#,
                [#" /if/title "I""#, #" /then/title "T""#]
            ),
            (#"{"if":{"type":"null","title":"I"},"then":{"title":"T"},"else":{"title":"E"}}"#, [#" /else/title "E""#]),
            (#"{"if":{"title":"I"}}"#, [#" /if/title "I""#]),
            (##"{"$ref":"#/$defs/a","$defs":{"a":{"title":"A"}}}"##, [#" /$ref/title "A""#]),
            ("{\(seventh),\"$ref\":\"#/definitions/a\",\"title\":\"hidden\",\"definitions\":{\"a\":{}}}", []),
            (#"{"title":"T","type":"null"}"#, []),
        ] as [(String, [String])]
    )
    func branches(schema: String, expected: [String]) throws {
        #expect(try lines(schema, "1") == expected)
    }

    @Test("a dynamic reference leads to the outermost anchor")
    func dynamic() throws {
        let schema = ##"""
            {"$id":"urn:outer","$ref":"urn:list","$defs":{
              "i":{"$dynamicAnchor":"item","title":"outer"},
              "l":{"$id":"urn:list","items":{"$dynamicRef":"#item"},"$defs":{"i":{"$dynamicAnchor":"item","title":"inner"}}}
            }}
            """##
        let list = try annotations(schema, "[1]").list
        #expect(list.map(\.keywordLocation) == ["/$ref/items", "/$ref/items/$dynamicRef/title"])
        #expect(list.map(\.absoluteKeywordLocation) == ["urn:list#/items", "urn:outer#/$defs/i/title"])
    }

    @Test("the absolute location is a URI: what a fragment cannot hold is in percent form")
    func percentForm() throws {
        let schema = #"{"patternProperties":{"^é ~/":{"title":"T"}}}"#
        let found = try #require(try annotations(schema, #"{"é ~/":1}"#).list.last)
        #expect(found.instanceLocation == "/é ~0~1")
        #expect(found.keywordLocation == "/patternProperties/^é ~0~1/title")
        #expect(found.absoluteKeywordLocation == "urn:test#/patternProperties/%5E%C3%A9%20~0~1/title")
    }

    @Test("a schema that doubles its work is cut off, and the result says so")
    func doubling() throws {
        var definitions = (0..<22).map {
            "\"d\($0)\":{\"allOf\":[{\"$ref\":\"#/$defs/d\($0 + 1)\"},{\"$ref\":\"#/$defs/d\($0 + 1)\"}]}"
        }
        definitions.append("\"d22\":{\"title\":\"T\"}")
        let schema = "{\"$ref\":\"#/$defs/d0\",\"$defs\":{\(definitions.joined(separator: ","))}}"
        let found = try annotations(schema, "1")
        #expect(!found.isComplete)
        #expect(found.list.count <= 10_000 && !found.list.isEmpty)
        let many = try annotations(
            #"{"items":{"title":"T"}}"#,
            "[" + repeatElement("1", count: 20_000).joined(separator: ",") + "]"
        )
        #expect(!many.isComplete)
        #expect(many.list.count == 10_000)
        #expect(try annotations(#"{"items":{"title":"T"}}"#, "[1,2]").isComplete)
    }

    @Test("the deepest document that is read is walked to its end")
    func deep() throws {
        let schema =
            ##"{"$ref":"#/$defs/a","$defs":{"a":{"anyOf":[{"$ref":"#/$defs/b"}]},"b":{"items":{"$ref":"#"},"title":"B"}}}"##
        let payload = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        let found = try annotations(schema, payload)
        #expect(found.isComplete)
        #expect(found.list.count { $0.value == Array("\"B\"".utf8) } == 64)
    }

    @Test("'basic' gives one unit an annotation, 'flag' only the verdict")
    func output() throws {
        let list = try annotations(#"{"readOnly":true}"#, "1").list
        var writer = JSONWriter()
        SchemaOutput.basic.write(valid: list, to: &writer)
        let expected =
            #"{"annotations":[{"absoluteKeywordLocation":"urn:test#/readOnly","annotation":true,"instanceLocation":"","#
            + #""keywordLocation":"/readOnly","valid":true}],"valid":true}"#
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
        writer = JSONWriter()
        SchemaOutput.flag.write(valid: list, to: &writer)
        #expect(String(decoding: writer.bytes, as: UTF8.self) == #"{"valid":true}"#)
    }
}
