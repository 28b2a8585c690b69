import ArgumentParser
import GatewayServer
import GatewayStorage
import Glibc
import WebhookVerification

/// Prints what a key let in.
struct KeyBlastReport {
    let tool: KeyTool
    let json: Bool
    let export: String?

    private static let table = TextTable([
        .init("SOURCE", width: 16), .init("ADDRESS", width: 18), .init("EVENT", width: 18), .init("OUTCOME", width: 7),
        .init("EVENTS", width: 8, side: .right), .init("ALONE", width: 8, side: .right),
    ])

    func print(_ key: String, since: Timestamp) throws {
        guard let directory = tool.auditDirectory else {
            StandardError.line(
                "postern: the configuration has no usable 'audit', where what the key let in is recorded"
            )
            throw ExitCodes.configuration
        }
        let radius: KeyBlastRadius
        do throws(FileFailure) {
            radius = try KeyBlastRadius(key: key, since: since, auditDirectory: directory)
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.noInput
        }
        if let export { try write(radius, to: export) }
        if json {
            for event in radius.events { Swift.print(KeyBlastReport.line(event)) }
            return
        }
        let (all, whole) = (KeyTimes.grouped(UInt64(radius.events.count)), KeyTimes.grouped(UInt64(radius.admitted)))
        Swift.print("let in since \(KeyTimes.short(since)) UTC: \(all) of \(whole) events")
        let alone = KeyTimes.grouped(UInt64(radius.alone.count))
        Swift.print("of these, let in by this key alone, no other accepted key fitting: \(alone)")
        for line in rows(radius) { Swift.print(line) }
    }

    private func rows(_ radius: KeyBlastRadius) -> [String] {
        guard !radius.events.isEmpty else { return [] }
        var counts: [[String]: (all: UInt64, alone: UInt64)] = [:]
        for event in radius.events {
            let outcome = event.outcome.isEmpty ? "-" : event.outcome
            counts[[event.source, event.address, event.type, outcome], default: (0, 0)].all += 1
            guard event.others.isEmpty else { continue }
            counts[[event.source, event.address, event.type, outcome], default: (0, 0)].alone += 1
        }
        // The most first, what this key alone let in before the rest.
        let sorted = counts.sorted {
            ($1.value.alone, $1.value.all, $0.key.joined()) < ($0.value.alone, $0.value.all, $1.key.joined())
        }
        return [KeyBlastReport.table.header, KeyBlastReport.table.rule]
            + sorted.map { key, count in
                KeyBlastReport.table.row(key + [KeyTimes.grouped(count.all), KeyTimes.grouped(count.alone)])
            }
    }

    private static func line(_ event: KeyBlastRadius.Event) -> String {
        var line = JSONLine()
        line.add("rid", event.requestID)
        line.add("ts", event.time)
        line.add("source", event.source)
        line.add("ip", event.address)
        line.add("type", event.type)
        line.add("event", event.event)
        line.add("outcome", event.outcome)
        line.add("status", Int(event.status))
        line.add("signatures", Int(event.signatures))
        line.add("alone", event.others.isEmpty)
        line.add("other_keys", event.others.joined(separator: " "))
        return line.text
    }

    private func write(_ radius: KeyBlastRadius, to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            StandardError.line("postern: \(path): cannot be made: \(String(cString: strerror(errno)))")
            throw ExitCodes.cannotCreate
        }
        defer { close(file) }
        for event in radius.events {
            let bytes = Array((KeyBlastReport.line(event) + "\n").utf8)
            guard bytes.withUnsafeBytes({ Glibc.write(file, $0.baseAddress, $0.count) }) == bytes.count else {
                StandardError.line("postern: \(path): cannot be written: \(String(cString: strerror(errno)))")
                throw ExitCodes.inputOutput
            }
        }
        StandardError.line("\(path): \(radius.events.count) events")
    }
}
