import Glibc

/// Messages for people go to standard error, results to standard output.
enum StandardError {
    /// Writes one line.
    static func line(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
