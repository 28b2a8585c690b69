import ArgumentParser
import GatewayServer
import GatewayStorage

/// Makes the index anew.
struct AuditReindexCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Make the index that searches use anew, from the entries.",
        discussion: """
            The index is never part of the proof and may be deleted at any time. The gateway keeps it up to date while \
            it runs. Exit 0: made. 65: an entry is not where it should be. 66: no log. 74: it cannot be written.
            """
    )

    @OptionGroup var reading: AuditReading

    func run() throws {
        let log = try reading.open(nil)
        let start = GatewayClock.monotonic()
        var bar = ProgressBar("entries")
        var stage = "entries"
        let count: UInt64
        do throws(AuditIndexFault) {
            count = try AuditReindex(directory: log.directory).run(origin: log.origin) { name, done, total in
                if name != stage {
                    bar.end()
                    stage = name
                    bar = ProgressBar(name)
                }
                bar.show(done, of: total)
            }
        } catch {
            bar.end()
            throw AuditReading.fail(error)
        }
        bar.end()
        let seconds = max(Double(GatewayClock.monotonic() - start) / 1e9, 0.001)
        if reading.json {
            var line = JSONLine()
            line.add("entries", Int(clamping: count))
            line.add("milliseconds", Int(seconds * 1000))
            print(line.text)
        } else {
            print("\(count) entries indexed in \(Int(seconds * 1000)) ms (\(Int(Double(count) / seconds)) a second)")
        }
    }
}
