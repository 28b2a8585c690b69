import Foundation
import GatewayTestSupport
import JSONSchema
import StrictJSON
import Testing

/// Real GitHub deliveries and their schemas (github.com/octokit/webhooks).
@Suite("GitHub payloads", .enabled(if: SharedData.isAvailable, "needs ../shared/payloads"))
struct GitHubPayloadTests {
    private static let directory = "payloads/github"

    @Test("every payload has the expected verdict, with formats asserted and not", arguments: [true, false])
    func verdicts(assertsFormat: Bool) throws {
        let data = try SharedData.read(Self.directory + "/expected.json")
        let expected = try #require(try JSONSerialization.jsonObject(with: data) as? [String: [String: Bool]])
        let root = try #require(SharedData.root) + "/" + Self.directory + "/examples"
        let document = JSONDocument()
        let scratch = SchemaScratch()
        var judged = 0
        for file in try FileManager.default.contentsOfDirectory(atPath: root).sorted() where file.hasSuffix(".jsonl") {
            let event = String(file.dropLast(6))
            var options = SchemaOptions()
            options.format = assertsFormat ? .assert : .annotate
            let text = Array(try SharedData.read(Self.directory + "/schemas/\(event).schema.json"))
            let schema = try CompiledSchema.compile(bytes: text, options: options)
            let lines = try SharedData.read(Self.directory + "/examples/" + file).split(separator: UInt8(ascii: "\n"))
            let names = try SharedData.read(Self.directory + "/examples/\(event).names")
                .split(separator: UInt8(ascii: "\n"))
            for (line, name) in zip(lines, names) {
                let key = event + "/" + String(decoding: name, as: UTF8.self)
                let bytes = Array(line).bytes
                #expect(document.parse(bytes, policy: .default) == nil, "\(key)")
                let isValid = schema.validate(document, bytes, scratch) == .valid
                #expect(isValid == expected[key]?[assertsFormat ? "format" : "noformat"], "\(key)")
                judged += 1
            }
        }
        #expect(judged > 90)
    }
}
