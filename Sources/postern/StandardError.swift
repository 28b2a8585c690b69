import ArgumentParser
import Glibc

/// Messages for people go to standard error, results to standard output.
enum StandardError {
    /// Shows how far long work is, in the place of what was shown before; an empty text takes it away.
    static func progress(_ text: String) {
        let bytes = Array("\r\u{1B}[K\(text)".utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    /// Writes a line for each mistake in a file, and ends the command.
    static func end(_ file: String, _ mistakes: [String], with code: ExitCode) throws -> Never {
        for mistake in mistakes { line("\(file):\(mistake)") }
        throw code
    }

    /// Writes one line.
    static func line(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
