import ArgumentParser
import Glibc

/// Reads what commands are given: files, or standard input.
enum InputFile {
    private static let bytesMax = 256 << 20

    /// The whole of a file; `-` is standard input.
    static func read(_ path: String) throws -> [UInt8] {
        let file = try open(path)
        defer { if file != STDIN_FILENO { close(file) } }
        var bytes: [UInt8] = []
        while let chunk = try next(file, path) {
            bytes.append(contentsOf: chunk)
            if bytes.count > bytesMax { throw unreadable(path, "larger than 256 MiB") }
        }
        return bytes
    }

    /// Each line as soon as it is there, without its line feed, and its number from 1; empty lines are passed over.
    ///
    /// A line longer than 256 MiB ends the command: nothing that is read is that long.
    static func eachLine(_ path: String, _ body: ([UInt8], Int) -> Void) throws {
        let file = try open(path)
        defer { if file != STDIN_FILENO { close(file) } }
        var number = 1
        var rest: [UInt8] = []
        while let chunk = try next(file, path) {
            var start = chunk.startIndex
            while let end = chunk[start...].firstIndex(of: UInt8(ascii: "\n")) {
                rest.append(contentsOf: chunk[start..<end])
                if !rest.isEmpty { body(rest, number) }
                rest.removeAll(keepingCapacity: true)
                number += 1
                start = end + 1
            }
            rest.append(contentsOf: chunk[start...])
            if rest.count > bytesMax { throw unreadable(path, "a line is longer than 256 MiB") }
            fflush(nil)
        }
        if !rest.isEmpty { body(rest, number) }
    }

    /// The files below a directory, as paths relative to it.
    static func names(below directory: String) throws -> [String] {
        guard let stream = opendir(directory) else {
            throw unreadable(directory, "cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasPrefix(".") { continue }
            if entry.pointee.d_type == UInt8(DT_DIR) {
                names += try InputFile.names(below: directory + "/" + name).map { name + "/" + $0 }
            } else {
                names.append(name)
            }
        }
        return names.sorted()
    }

    private static func open(_ path: String) throws -> Int32 {
        if path == "-" { return STDIN_FILENO }
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw unreadable(path, "cannot be read: \(String(cString: strerror(errno)))")
        }
        return file
    }

    /// Says what is wrong with an input file; the error ends the command with 66.
    private static func unreadable(_ path: String, _ what: String) -> ExitCode {
        StandardError.line("\(path): \(what)")
        return ExitCodes.noInput
    }

    /// Some bytes, or `nil` at the end; an interrupted read is tried again.
    private static func next(_ file: Int32, _ path: String) throws -> [UInt8]? {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        var count = 0
        repeat {
            count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        if count < 0 { throw unreadable(path, "cannot be read: \(String(cString: strerror(errno)))") }
        return count > 0 ? Array(chunk[..<count]) : nil
    }
}
