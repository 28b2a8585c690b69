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

    @Test("'--jsonl' counts every line, and a line that is no JSON is an output unit where the others are")
    func lineNumbers() throws {
        let files = ["s.json": Self.schema, "d.jsonl": "{\"a\":4}\n\n{\"a\":1}\n{bad"]
        let text = try run(files, ["validate", "--schema", "s.json", "--jsonl", "d.jsonl"])
        #expect(text.ending == .exited(65))
        let lines = [
            "d.jsonl:1: valid", "d.jsonl:3: invalid", "  /a: at least 3",
            "d.jsonl:4: not JSON: unexpected byte at byte 1",
        ]
        #expect(text.output == lines.joined(separator: "\n") + "\n")
        let flag = try run(files, ["validate", "--schema", "s.json", "--jsonl", "--output", "flag", "d.jsonl"])
        #expect(
            flag.output == """
                {"valid":true}
                {"valid":false}
                {"error":"not JSON: unexpected byte at byte 1","valid":false}

                """
        )
    }

    @Test("'--output basic' gives the annotations of a valid document and the errors of an invalid one")
    func basic() throws {
        let schema = #"{"$id":"https://x.example/s","properties":{"a":{"title":"A","type":"integer"}}}"#
        let files = ["s.json": schema, "d.jsonl": "{\"a\":1}\n{\"a\":\"secret\"}\n"]
        let result = try run(files, ["validate", "--schema", "s.json", "--jsonl", "--output", "basic", "d.jsonl"])
        #expect(result.ending == .exited(1))
        let expected =
            #"{"annotations":[{"absoluteKeywordLocation":"https://x.example/s#/properties","annotation":["a"],"#
            + #""instanceLocation":"","keywordLocation":"/properties","valid":true},"#
            + #"{"absoluteKeywordLocation":"https://x.example/s#/properties/a/title","annotation":"A","#
            + #""instanceLocation":"/a","keywordLocation":"/properties/a/title","valid":true}],"valid":true}"# + "\n"
            + #"{"errors":[{"absoluteKeywordLocation":"https://x.example/s#/properties/a/type","#
            + #""error":"expected type integer","instanceLocation":"/a","keywordLocation":"/properties/a/type","#
            + #""valid":false}],"valid":false}"# + "\n"
        #expect(result.output == expected)
    }

    @Test("schemas that come with the program are known by name, drafts by number or year")
    func names() throws {
        let event = #"{"id":"1","source":"/a","specversion":"1.0","type":"t"}"#
        let files = ["e.json": event, "r.json": #"{"required":[]}"#]
        let built = try run(files, ["validate", "--schema", "builtin:cloudevents", "e.json"])
        #expect(built.output == "e.json: valid\n")
        let unknown = try run(files, ["check", "builtin:nothing"])
        #expect(unknown.ending == .exited(66))
        #expect(unknown.errors.contains("builtin:01software, builtin:cloudevents, builtin:standard"))
        for draft in ["4", "2019", "2019-09", "2020-12"] {
            let checked = try run(files, ["check", "--draft", draft, "r.json"])
            #expect(checked.ending == .exited(draft == "4" ? 78 : 0), "\(draft)")
        }
        #expect(try run(files, ["check", "--draft", "5", "r.json"]).ending == .exited(64))
    }

    @Test("a mistake in a document that a reference leads to is named with that document")
    func otherDocument() throws {
        let directory = try TestDirectory()
        try directory.write("s.json", #"{"$ref":"https://x.example/a"}"#)
        try FileManager.default.createDirectory(atPath: directory.path + "/base", withIntermediateDirectories: true)
        try directory.write("base/a.json", #"{"type":"strin"}"#)
        let base = "https://x.example=\(directory.path)/base"
        let arguments = [GatewayProcess.binary, "schema", "check", "--base", base, directory.path + "/s.json"]
        let result = try ChildProcess.run(arguments)
        #expect(result.ending == .exited(78))
        #expect(result.errors.contains("s.json: https://x.example/a:1:9: #/type: "))
    }

    @Test("'schema check' names more mistakes than a validation would")
    func many() throws {
        let members = (0..<40).map { "\"m\($0)\":{\"title\":1}" }.joined(separator: ",")
        let result = try run(["s.json": "{\"properties\":{\(members)}}"], ["check", "s.json"])
        #expect(result.errors.split(separator: "\n").count == 40)
    }

    @Test("'schema infer' wants at least one sample")
    func noSample() throws {
        let result = try run(["empty.jsonl": "\n \n"], ["infer", "empty.jsonl"])
        #expect(result.ending == .exited(65))
        #expect(result.errors == "empty.jsonl: no sample: give one JSON text a line\n")
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
