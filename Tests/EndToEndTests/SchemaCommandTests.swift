import Foundation
import GatewayTestSupport
import Testing

@Suite("Schema commands")
struct SchemaCommandTests {
    private static let schema = #"{"type":"object","required":["a"],"properties":{"a":{"type":"integer","minimum":3}}}"#

    private func run(_ files: [String: String], _ arguments: [String]) throws -> ChildProcess.Result {
        let directory = try TestDirectory()
        for (name, text) in files { try directory.write(name, text) }
        let prefixed = arguments.map { files[$0] == nil ? $0 : directory.path + "/" + $0 }
        return try ChildProcess.run([GatewayProcess.binary, "schema"] + prefixed).without(directory.path + "/")
    }

    @Test("'schema check' names the place and pointer of every mistake, exit 78")
    func check() throws {
        let broken = #"{"type":"objekt","properties":{"a":{"minimum":"x"}}}"#
        let result = try run(["good.json": Self.schema, "bad.json": broken], ["check", "good.json", "bad.json"])
        #expect(result.ending == .exited(78))
        #expect(result.output == "good.json: ok\n")
        #expect(result.errors.contains("bad.json:1:9: #/type: "))
        #expect(result.errors.contains("bad.json:1:47: #/properties/a/minimum: "))
    }

    @Test("'schema check' holds schemas against the meta-schema of their draft, each mistake once")
    func metaSchema() throws {
        let broken = #"{"title":1,"properties":{"a":{"minLength":-1,"readOnly":3}}}"#
        let fourth = ##"{"$schema":"http://json-schema.org/draft-04/schema#","required":[]}"##
        let result = try run(["a.json": broken, "four.json": fourth], ["check", "a.json", "four.json"])
        #expect(result.ending == .exited(78))
        let places = result.errors.split(separator: "\n").map {
            $0.split(separator: " ").prefix(2).joined(separator: " ")
        }
        #expect(
            places == [
                "a.json:1:10: #/title:", "a.json:1:43: #/properties/a/minLength:",
                "a.json:1:57: #/properties/a/readOnly:", "four.json:1:65: #/required:",
            ]
        )
    }

    @Test(
        "'schema validate' tells valid, invalid and not JSON apart by its exit code",
        arguments: [
            (#"{"a":4}"#, Int32(0), "d.json: valid\n"), (#"{"a":1}"#, 1, "d.json: invalid\n  /a: at least 3\n"),
            (#"{"a":1,"\u0061":2}"#, 65, "d.json: not JSON: duplicate member name at byte 16\n"),
        ]
    )
    func validate(_ document: String, _ code: Int32, _ output: String) throws {
        let files = ["s.json": Self.schema, "d.json": document]
        let result = try run(files, ["validate", "--schema", "s.json", "d.json"])
        #expect(result.ending == .exited(code))
        #expect(result.output == output)
    }

    @Test("'schema validate --jsonl' gives one verdict a line")
    func lines() throws {
        let files = ["s.json": Self.schema, "d.jsonl": "{\"a\":4}\n{\"a\":1}\n"]
        let result = try run(files, ["validate", "--schema", "s.json", "--jsonl", "--output", "flag", "d.jsonl"])
        #expect(result.ending == .exited(1))
        #expect(result.output == "{\"valid\":true}\n{\"valid\":false}\n")
    }

    @Test("what 'schema infer' prints accepts its samples and refuses what none of them had")
    func infer() throws {
        let samples = #"{"a":3,"t":"2026-01-01T00:00:00Z"}"# + "\n" + #"{"a":5}"# + "\n"
        let inferred = try run(["samples.jsonl": samples], ["infer", "samples.jsonl"])
        #expect(inferred.ending == .exited(0))
        let files = ["s.json": inferred.output, "samples.jsonl": samples, "other.json": #"{"a":3,"x":1}"#]
        let accepted = try run(files, ["validate", "--schema", "s.json", "--jsonl", "samples.jsonl"])
        #expect(accepted.ending == .exited(0))
        let refused = try run(files, ["validate", "--schema", "s.json", "other.json"])
        #expect(refused.ending == .exited(1))
    }

    @Test("a file that is not there ends the command with 66")
    func missing() throws {
        let result = try run(["s.json": Self.schema], ["validate", "--schema", "s.json", "nothing.json"])
        #expect(result.ending == .exited(66))
    }
}
