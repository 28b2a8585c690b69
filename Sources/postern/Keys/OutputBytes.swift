import ArgumentParser
import Glibc

/// Results that are no text.
enum OutputBytes {
    /// Writes all bytes to standard output.
    static func write(_ bytes: [UInt8]) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(STDOUT_FILENO, buffer.baseAddress.map { $0 + offset }, buffer.count - offset)
            }
            guard count > 0 else {
                StandardError.line("postern: standard output cannot be written: \(String(cString: strerror(errno)))")
                throw ExitCodes.inputOutput
            }
            offset += count
        }
    }
}
