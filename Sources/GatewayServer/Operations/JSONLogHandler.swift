import Glibc
package import Logging
import Synchronization

/// Writes log messages as JSON lines to standard error, apart from the audit log: constant messages, values in metadata.
package struct JSONLogHandler: LogHandler {
    package var metadata: Logger.Metadata = [:]
    private let label: String
    /// Shared by all copies, so that a reload changes the level of every part.
    private let level: SharedLevel

    private final class SharedLevel: Sendable {
        let value: Mutex<Logger.Level>

        init(_ level: Logger.Level) { value = Mutex(level) }
    }

    package var logLevel: Logger.Level {
        get { level.value.withLock { $0 } }
        set { level.value.withLock { $0 = newValue } }
    }

    /// A handler for the messages of one part of the gateway.
    package init(label: String, level: Logger.Level) {
        self.label = label
        self.level = SharedLevel(level)
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var line = "{\"ts\":\"\(LogTime.now())\",\"level\":\"\(event.level)\",\"part\":"
        JSONLogHandler.append(label, to: &line)
        line += ",\"msg\":"
        JSONLogHandler.append("\(event.message)", to: &line)
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            line += ","
            JSONLogHandler.append(key, to: &line)
            line += ":"
            JSONLogHandler.append("\(value)", to: &line)
        }
        line += "}\n"
        // One write per line, so that lines of several threads do not mix.
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Appends a JSON string: control bytes and quotes escaped, cut at 512 bytes.
    private static func append(_ text: String, to line: inout String) {
        line += "\""
        var count = 0
        for scalar in text.unicodeScalars {
            count += scalar.utf8.count
            if count > 512 {
                line += "..."
                break
            }
            switch scalar {
            case "\"": line += "\\\""
            case "\\": line += "\\\\"
            case "\n": line += "\\n"
            default:
                if scalar.value < 0x20 || scalar.value == 0x7f || (0x80...0x9f).contains(scalar.value) {
                    let hex = String(scalar.value, radix: 16)
                    line += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    line.unicodeScalars.append(scalar)
                }
            }
        }
        line += "\""
    }
}
