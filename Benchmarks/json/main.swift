// Times the parser and the validator: bytes in to verdict out, formats asserted, one thread.
//
// json-bench DIRECTORY            the race's payloads: NAME.draft7.schema.json and NAME_SIZE.VARIANT.json
// json-bench --lines SCHEMA FILE  a schema and payloads, one a line
// json-bench --events DIRECTORY   schemas/EVENT.schema.json and examples/EVENT.jsonl, payloads one a line
//
// Prints per payload the best of many passes in microseconds, parse alone and parse and validate, and how often memory
// was allocated in 1,000 passes after those (- without the counting library of race.py).

import Foundation
import JSONSchema
import StrictJSON

struct Subject {
    let name: String
    let schema: CompiledSchema
    let payloads: [[UInt8]]
}

func read(_ path: String) -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else {
        FileHandle.standardError.write(Data("json-bench: cannot read \(path)\n".utf8))
        exit(66)
    }
    return Array(data)
}

func compile(_ path: String) -> CompiledSchema {
    do throws(SchemaFault) {
        return try CompiledSchema.compile(bytes: read(path))
    } catch {
        FileHandle.standardError.write(Data("json-bench: \(error.problems)\n".utf8))
        exit(78)
    }
}

/// Seconds of CPU time of this process.
func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// The best of `passes` passes over all payloads, in microseconds a payload.
func best(_ payloads: [[UInt8]], passes: Int = 60, _ body: ([UInt8]) -> Bool) -> Double {
    var best = Double.infinity
    var rounds = 1
    for pass in 0..<passes {
        let start = cpuSeconds()
        for _ in 0..<rounds {
            for payload in payloads where !body(payload) {
                FileHandle.standardError.write(Data("json-bench: a payload was refused\n".utf8))
                exit(1)
            }
        }
        let spent = cpuSeconds() - start
        if spent < 0.004, pass < 20 {
            rounds *= 2
        } else {
            best = min(best, spent / Double(rounds * payloads.count) * 1e6)
        }
    }
    return best
}

/// How often 1,000 passes over the payloads allocate; - where nobody counts.
func allocations(_ payloads: [[UInt8]], _ body: ([UInt8]) -> Bool) -> String {
    guard let before = Allocations.count else { return "-" }
    for _ in 0..<1000 {
        for payload in payloads where !body(payload) { return "refused" }
    }
    guard let after = Allocations.count, before > 1000 else { return "not counted" }
    return String(after - before)
}

func subjects(_ arguments: [String]) -> [Subject] {
    if arguments.count == 4, arguments[1] == "--lines" {
        let lines = read(arguments[3]).split(separator: UInt8(ascii: "\n")).map { Array($0) }
        return [Subject(name: arguments[3], schema: compile(arguments[2]), payloads: lines)]
    }
    if arguments.count == 3, arguments[1] == "--events" { return events(arguments[2]) }
    guard arguments.count == 2 else {
        FileHandle.standardError.write(Data("json-bench: give the directory of the race's payloads\n".utf8))
        exit(64)
    }
    return ["cms", "pay", "hub"].flatMap { kind in
        ["1k", "16k"].map { size in
            Subject(
                name: "\(kind)_\(size).valid",
                schema: compile("\(arguments[1])/\(kind).draft7.schema.json"),
                payloads: [read("\(arguments[1])/\(kind)_\(size).valid.json")]
            )
        }
    }
}

/// One subject an event; the number of its payloads is behind its name.
func events(_ directory: String) -> [Subject] {
    let files = (try? FileManager.default.contentsOfDirectory(atPath: directory + "/examples")) ?? []
    return files.filter { $0.hasSuffix(".jsonl") }.sorted().map { file in
        let event = String(file.dropLast(6))
        let lines = read("\(directory)/examples/\(file)").split(separator: UInt8(ascii: "\n")).map { Array($0) }
        return Subject(
            name: "\(event):\(lines.count)",
            schema: compile("\(directory)/schemas/\(event).schema.json"),
            payloads: lines
        )
    }
}

let document = JSONDocument()
let scratch = SchemaScratch()
for subject in subjects(CommandLine.arguments) {
    let parse = best(subject.payloads) { document.parse($0.span) == nil }
    func judge(_ payload: [UInt8]) -> Bool {
        document.parse(payload.span) == nil
            && subject.schema.validate(document, payload.span, scratch) != .budgetExhausted
    }
    let total = best(subject.payloads) { judge($0) }
    let allocated = allocations(subject.payloads, judge)
    print("\(subject.name) \((parse * 100).rounded() / 100) \((total * 100).rounded() / 100) \(allocated)")
}
