import Glibc

/// Writes what a command makes: never over what is there, readable by its owner and group.
enum OutputFile {
    /// Writes a new file; says what is wrong and ends the command with 73 where it is there or cannot be made.
    static func write(_ bytes: [UInt8], to path: String) throws {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw fail(path, "cannot be made") }
        defer { close(file) }
        try append(bytes, to: file, path)
    }

    /// Writes all bytes to an open file.
    static func append(_ bytes: [UInt8], to file: Int32, _ path: String) throws {
        var offset = 0
        while offset < bytes.count {
            let count = bytes[offset...].withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if errno == EINTR { continue }
                StandardError.line("postern: \(path): cannot be written: \(String(cString: strerror(errno)))")
                throw ExitCodes.inputOutput
            }
            offset += count
        }
    }

    /// Says what is wrong with an output.
    static func fail(_ path: String, _ what: String) -> any Error {
        StandardError.line("postern: \(path): \(what): \(String(cString: strerror(errno)))")
        return ExitCodes.cannotCreate
    }
}
