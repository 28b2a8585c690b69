import Foundation
import GatewayTestSupport
import JSONSchema
import StrictJSON
import Testing

/// The official test suite, github.com/json-schema-org/JSON-Schema-Test-Suite: every test of five drafts, none skipped.
@Suite("JSON-Schema-Test-Suite", .enabled(if: SharedData.isAvailable, "needs ../shared/suites"))
struct SuiteTests {
    private static let directory = "suites/JSON-Schema-Test-Suite"

    /// Drafts with their directory and the number of tests in it.
    static let drafts: [(SchemaDraft, String, Int)] = [
        (.draft202012, "draft2020-12", 2225), (.draft201909, "draft2019-09", 2174), (.draft7, "draft7", 1721),
        (.draft6, "draft6", 1270), (.draft4, "draft4", 937),
    ]

    /// The documents that schemas of the suite refer to, by the URI the suite gives them.
    private static let remotes: [String: [UInt8]] = {
        var documents: [String: [UInt8]] = [:]
        let root = (SharedData.root ?? "") + "/" + directory + "/remotes"
        for case let path as String in FileManager.default.enumerator(atPath: root) ?? .init()
        where path.hasSuffix(".json") {
            guard let data = FileManager.default.contents(atPath: root + "/" + path) else { continue }
            documents["http://localhost:1234/" + path] = Array(data)
        }
        return documents
    }()

    private static func files(_ directory: String) -> [String] {
        let root = (SharedData.root ?? "") + "/" + directory
        var files: [String] = []
        for case let path as String in FileManager.default.enumerator(atPath: root) ?? .init()
        where path.hasSuffix(".json") {
            files.append(path)
        }
        return files.sorted()
    }

    private static func options(_ draft: SchemaDraft, _ file: String) -> SchemaOptions {
        var options = SchemaOptions()
        options.draft = draft
        options.documents = remotes
        // The suite asserts formats and content in the optional directory only.
        options.format =
            file.hasPrefix("optional/format/") || file == "optional/format-assertion.json" ? .assert : .annotate
        options.content = file == "optional/content.json" ? .assert : .annotate
        return options
    }

    @Test("every test of the draft gives the expected verdict", arguments: drafts)
    func runs(draft: SchemaDraft, directory: String, count: Int) throws {
        var passed = 0
        var failures: [String] = []
        let document = JSONDocument()
        let scratch = SchemaScratch()
        for file in Self.files(Self.directory + "/tests/" + directory) {
            let data = Array(try SharedData.read(Self.directory + "/tests/\(directory)/\(file)"))
            let cases = try #require(try JSONSerialization.jsonObject(with: Data(data)) as? [[String: Any]])
            let exact = try SuiteFile(data)
            for (number, item) in cases.enumerated() {
                let title = "\(file): \(item["description"] ?? "")"
                let schema: CompiledSchema
                do throws(SchemaFault) {
                    schema = try CompiledSchema.compile(bytes: exact.schema(number), options: Self.options(draft, file))
                } catch {
                    failures.append("\(title): \(error.problems)")
                    continue
                }
                for (position, test) in (item["tests"] as? [[String: Any]] ?? []).enumerated() {
                    let bytes = exact.instance(number, position)
                    #expect(document.parse(bytes.bytes, policy: .rfc8259) == nil)
                    let verdict = schema.validate(document, bytes.bytes, scratch)
                    if verdict == (test["valid"] as? Bool == true ? .valid : .invalid) {
                        passed += 1
                    } else {
                        failures.append("\(title): \(test["description"] ?? "") gave \(verdict)")
                    }
                    if verdict == .valid, !annotates(schema, document, bytes, scratch) {
                        failures.append("\(title): \(test["description"] ?? ""): broken annotations")
                    }
                }
            }
        }
        #expect(failures == [])
        #expect(passed == count)
    }

    /// Whether the annotations are complete, each is one JSON text, and each names a value of the document.
    private func annotates(
        _ schema: CompiledSchema,
        _ document: JSONDocument,
        _ bytes: [UInt8],
        _ scratch: SchemaScratch
    ) -> Bool {
        let annotations = schema.annotations(document, bytes.span, scratch)
        let value = JSONDocument()
        return annotations.isComplete
            && annotations.list.allSatisfy { annotation in
                guard let pointer = JSONPointer(annotation.instanceLocation) else { return false }
                return value.parse(annotation.value.bytes, policy: .rfc8259) == nil
                    && document.find(pointer, in: bytes.span) != nil
            }
    }
}

/// Takes schemas and instances out of a file of the suite byte by byte, so that no number is rounded on the way.
struct SuiteFile {
    private let document = JSONDocument()
    private let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        if let fault = document.parse(bytes.span, policy: .rfc8259) { throw fault }
    }

    /// The text of the schema of the case.
    func schema(_ number: Int) -> [UInt8] { text("/\(number)/schema") }

    /// The text of an instance.
    func instance(_ number: Int, _ test: Int) -> [UInt8] { text("/\(number)/tests/\(test)/data") }

    private func text(_ pointer: String) -> [UInt8] {
        guard let pointer = JSONPointer(pointer), let node = document.find(pointer, in: bytes.span) else { return [] }
        var writer: [UInt8] = []
        write(node, &writer)
        return writer
    }

    private func write(_ node: JSONNode, _ output: inout [UInt8]) {
        switch document.kind(of: node) {
        case .null, .false, .true, .number:
            output += bytes[document.textRange(of: node) ?? 0..<0]
        case .string: quote(node, &output)
        case .array:
            output.append(UInt8(ascii: "["))
            for (position, element) in document.elements(of: node).enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                write(element, &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object:
            output.append(UInt8(ascii: "{"))
            for (position, member) in document.members(of: node).enumerated() {
                if position > 0 { output.append(UInt8(ascii: ",")) }
                quote(member.name, &output)
                output.append(UInt8(ascii: ":"))
                write(member.value, &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    private func quote(_ node: JSONNode, _ output: inout [UInt8]) {
        var writer = JSONWriter()
        writer.string(document.copyString(node, in: bytes.span) ?? [])
        output += writer.bytes
    }
}

extension JSONDocument {
    func parse(_ bytes: ArrayBytes, policy: JSONPolicy) -> JSONFault? { parse(bytes.array.span, policy: policy) }
}

extension CompiledSchema {
    func validate(_ document: JSONDocument, _ bytes: ArrayBytes, _ scratch: SchemaScratch) -> Verdict {
        validate(document, bytes.array.span, scratch)
    }
}

/// An array in a box: the macros of Testing take no `Span`.
struct ArrayBytes {
    let array: [UInt8]
}

extension [UInt8] {
    var bytes: ArrayBytes { ArrayBytes(array: self) }
}
