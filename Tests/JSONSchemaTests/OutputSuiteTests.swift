import Foundation
import GatewayTestSupport
import JSONSchema
import StrictJSON
import Testing

/// The parts of the official suite about annotations and output, where the shared data has them.
@Suite("JSON-Schema-Test-Suite, annotations and output")
struct OutputSuiteTests {
    private static let root = "suites/JSON-Schema-Test-Suite/"

    private static func has(_ directory: String) -> Bool {
        FileManager.default.fileExists(atPath: (SharedData.root ?? "/nonexistent") + "/" + root + directory)
    }

    private static func files(_ directory: String) throws -> [String] {
        let path = try #require(SharedData.root) + "/" + root + directory
        return try FileManager.default.contentsOfDirectory(atPath: path).filter { $0.hasSuffix(".json") }.sorted()
    }

    /// The number that `compatibility` counts by.
    private static func number(_ draft: SchemaDraft) -> Int { draft.rawValue }

    /// Constraints such as `6,<=2019` or `=2020`; without a sign the least draft.
    private static func isCompatible(_ text: String?, _ draft: SchemaDraft) throws -> Bool {
        for constraint in (text ?? "").split(separator: ",") {
            let limit = try #require(Int(constraint.drop { !$0.isNumber }))
            if constraint.hasPrefix("<=") {
                if number(draft) > limit { return false }
            } else if constraint.hasPrefix("=") {
                if number(draft) != limit { return false }
            } else if number(draft) < limit {
                return false
            }
        }
        return true
    }

    @Test(
        "every annotation test gives what it expects",
        .enabled(if: has("annotations/tests"), "needs the annotation tests of the suite"),
        arguments: [
            (SchemaDraft.draft4, 17), (.draft6, 23), (.draft7, 31), (.draft201909, 62), (.draft202012, 84),
        ]
    )
    func annotations(draft: SchemaDraft, expected: Int) throws {
        var count = 0
        var failures: [String] = []
        for file in try Self.files("annotations/tests") {
            let data = try SharedData.read(Self.root + "annotations/tests/" + file)
            let suite = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
            for item in try #require(suite["suite"] as? [[String: Any]]) {
                guard try Self.isCompatible(item["compatibility"] as? String, draft) else { continue }
                let title = "\(file): \(item["description"] ?? "")"
                for test in try #require(item["tests"] as? [[String: Any]]) {
                    let found = try Self.run(item, test, draft)
                    for assertion in try #require(test["assertions"] as? [[String: Any]]) {
                        count += 1
                        if try !Self.holds(assertion, found) { failures.append("\(title): \(assertion) in \(found)") }
                    }
                }
            }
        }
        #expect(failures == [])
        #expect(count == expected)
    }

    private static func run(
        _ item: [String: Any],
        _ test: [String: Any],
        _ draft: SchemaDraft
    ) throws -> [SchemaAnnotation] {
        var options = SchemaOptions()
        options.draft = draft
        options.baseURI = "urn:suite"
        let schema = try CompiledSchema.compile(bytes: try text(item["schema"]), options: options)
        let document = JSONDocument()
        let bytes = try text(test["instance"])
        #expect(document.parse(bytes.bytes, policy: .default) == nil)
        return schema.annotations(document, bytes.span, SchemaScratch()).list
    }

    private static func text(_ value: Any?) throws -> [UInt8] {
        Array(try JSONSerialization.data(withJSONObject: try #require(value), options: [.fragmentsAllowed]))
    }

    /// Exactly the expected schema locations give the keyword at the location, each the expected value.
    private static func holds(_ assertion: [String: Any], _ found: [SchemaAnnotation]) throws -> Bool {
        let keyword = "/" + (try #require(assertion["keyword"] as? String))
        let expected = try #require(assertion["expected"] as? [String: Any])
        let matching = found.filter {
            $0.instanceLocation == assertion["location"] as? String && $0.keywordLocation.hasSuffix(keyword)
        }
        guard matching.count == expected.count else { return false }
        return try expected.allSatisfy { place, value in
            let wanted = try JSONSerialization.data(withJSONObject: value, options: [.fragmentsAllowed, .sortedKeys])
            return try matching.contains { annotation in
                let isPlace = isPlace(annotation.absoluteKeywordLocation, place + keyword)
                let value = try JSONSerialization.jsonObject(with: Data(annotation.value), options: .fragmentsAllowed)
                let given = try JSONSerialization.data(
                    withJSONObject: value,
                    options: [.fragmentsAllowed, .sortedKeys]
                )
                return isPlace && given == wanted
            }
        }
    }

    /// The suite writes places from the root of the schema, also in resources of their own below it.
    private static func isPlace(_ absolute: String, _ place: String) -> Bool {
        let fragment = absolute.drop { $0 != "#" }
        return fragment == place || fragment.count < place.count && place.hasSuffix(fragment.dropFirst())
    }

    @Test(
        "every output test accepts what 'basic' prints",
        .enabled(if: has("output-tests"), "needs the output tests of the suite"),
        arguments: [(SchemaDraft.draft201909, "draft2019-09"), (.draft202012, "draft2020-12")]
    )
    func output(draft: SchemaDraft, directory: String) throws {
        let place = "output-tests/" + directory
        let official = Array(try SharedData.read(Self.root + place + "/output-schema.json"))
        let document = JSONDocument()
        let scratch = SchemaScratch()
        var count = 0
        for file in try Self.files(place + "/content") {
            let data = try SharedData.read(Self.root + place + "/content/" + file)
            let cases = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
            for item in cases {
                var options = SchemaOptions()
                options.draft = draft
                let schema = try CompiledSchema.compile(bytes: try Self.text(item["schema"]), options: options)
                for test in try #require(item["tests"] as? [[String: Any]]) {
                    let bytes = try Self.text(test["data"])
                    #expect(document.parse(bytes.bytes, policy: .default) == nil)
                    let printed = Self.basic(schema, document, bytes, scratch)
                    let basic = try #require((test["output"] as? [String: Any])?["basic"])
                    options.documents = [
                        "https://json-schema.org/draft/\(directory.dropFirst(5))/output/schema": official
                    ]
                    let expectation = try CompiledSchema.compile(bytes: try Self.text(basic), options: options)
                    #expect(document.parse(printed.bytes, policy: .default) == nil)
                    #expect(expectation.validate(document, printed.bytes, scratch) == .valid, "\(file)")
                    count += 1
                }
            }
        }
        #expect(count == 4)
    }

    private static func basic(
        _ schema: CompiledSchema,
        _ document: JSONDocument,
        _ bytes: [UInt8],
        _ scratch: SchemaScratch
    ) -> [UInt8] {
        var writer = JSONWriter()
        if schema.validate(document, bytes.bytes, scratch) == .valid {
            SchemaOutput.basic.write(valid: schema.annotations(document, bytes.span, scratch).list, to: &writer)
        } else {
            SchemaOutput.basic.write(invalid: schema.violations(document, bytes.span, scratch), to: &writer)
        }
        return writer.bytes
    }
}
