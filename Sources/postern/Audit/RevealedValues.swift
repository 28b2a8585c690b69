import ArgumentParser
import AuditLog
import GatewayServer

/// The sealed values of one request, opened.
struct RevealedValues {
    private let values: [RedactionReader.Revealed]

    /// Opens them; the log has recorded that they are read.
    init(_ lines: [[UInt8]], _ log: AuditReading.Log, _ source: ConfigurationFile) throws {
        let reader = try RedactionOptions.reader(try log.configuration ?? source.load())
        do throws(GatewayStartFault) {
            values = try reader.reveal(lines, directory: log.directory, origin: log.origin)
        } catch {
            StandardError.line("postern: \(error)")
            throw ExitCodes.of(error)
        }
    }

    /// For people.
    func print() {
        Swift.print("\nSealed values")
        if values.isEmpty { Swift.print("  none") }
        for value in values {
            let text = value.value.map { EntryStory.clean(String(decoding: $0, as: UTF8.self), 400) }
            Swift.print("  entry \(value.sequence)  \(EntryStory.clean(value.path, 60)): \(text ?? "(\(value.state))")")
        }
    }

    /// One object a line.
    func printJSON() {
        for value in values {
            var line = JSONLine()
            line.add("seq", Int(clamping: value.sequence))
            line.add("path", value.path)
            line.add("state", value.state)
            line.add("value", value.value.map { String(decoding: $0, as: UTF8.self) })
            Swift.print(line.text)
        }
    }
}
