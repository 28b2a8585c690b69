import Foundation
import GatewayTestSupport
import JSONSchema
import StrictJSON
import Testing

/// Schemas, payloads and patterns changed at random places: whatever comes out is judged without a trap.
///
/// The seed is
/// fixed, so a failure repeats.
@Suite("Mutations", .enabled(if: SharedData.isAvailable, "needs ../shared/suites"))
struct MutationTests {
    private struct Generator {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % max(1, bound)
        }

        /// Overwrites, removes, doubles or exchanges a few stretches.
        mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
            var bytes = bytes
            let tokens = [
                "\"$ref\"", "\"#\"", "null", "true", "-1", "1e400", "[]", "{}", "\"\\ud800\"", "\"items\"", "(", "}",
                "9", "\"",
            ]
            for _ in 0...next(3) where bytes.count > 2 {
                let start = next(bytes.count)
                let length = min(next(12), bytes.count - start)
                switch next(4) {
                case 0: bytes.removeSubrange(start..<start + length)
                case 1: bytes.insert(contentsOf: Array(bytes[start..<start + length]), at: next(bytes.count))
                case 2: bytes.replaceSubrange(start..<start + length, with: Array(tokens[next(tokens.count)].utf8))
                default: bytes[start] = UInt8(next(256))
                }
            }
            return bytes
        }
    }

    private static let directory = "suites/JSON-Schema-Test-Suite/tests/"

    @Test(
        "changed schemas are compiled or refused, changed payloads judged",
        arguments: ["draft2020-12", "draft2019-09", "draft4"]
    )
    func schemas(draft: String) throws {
        var generator = Generator()
        let document = JSONDocument()
        let scratch = SchemaScratch()
        let root = try #require(SharedData.root) + "/" + Self.directory + draft
        var options = SchemaOptions()
        options.draft = draft == "draft4" ? .draft4 : draft == "draft2019-09" ? .draft201909 : .draft202012
        options.content = .assert
        for case let path as String in try #require(FileManager.default.enumerator(atPath: root))
        where path.hasSuffix(".json") {
            let data = try SharedData.read(Self.directory + draft + "/" + path)
            let file = try SuiteFile(Array(data))
            let cases = try #require(try JSONSerialization.jsonObject(with: data) as? [[String: Any]])
            for (number, item) in cases.enumerated() {
                for round in 0..<4 {
                    let text = round == 0 ? file.schema(number) : generator.mutate(file.schema(number))
                    guard let schema = try? CompiledSchema.compile(bytes: text, options: options) else { continue }
                    for position in (item["tests"] as? [Any] ?? []).indices {
                        let payload = generator.mutate(file.instance(number, position))
                        guard document.parse(payload.bytes, policy: .default) == nil else { continue }
                        let verdict = schema.validate(document, payload.bytes, scratch)
                        let violations = schema.violations(document, payload.span, scratch)
                        #expect(verdict == .budgetExhausted || violations.isEmpty == (verdict == .valid))
                    }
                }
            }
        }
    }

    @Test("changed patterns are compiled or refused")
    func patterns() {
        var generator = Generator()
        let patterns = [
            "^(a+)+$", "[a-z\\d]{2,5}|\\p{L}*", "(?<n>x)\\u{1F600}\\bfoo\\B", "^[^\\s-]+(?:\\.[\\w]+)*$", "a{0,3}?b|$",
        ]
        let text = Array("aaa foo 😀.x-1".utf8)
        for _ in 0..<3000 {
            let pattern = generator.mutate(Array(patterns[generator.next(patterns.count)].utf8))
            _ = try? PatternMatcher(pattern).matches(text)
        }
    }
}
