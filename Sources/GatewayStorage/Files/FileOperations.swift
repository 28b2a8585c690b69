/// The calls by which files are made durable; a seam, so that a test can let the n-th one fail.
///
/// Every call maps to one system call of the same name and throws what it reported; none retries, except for EINTR.
package protocol FileOperations: Sendable {
    /// Opens for appending and creates where `mode` says so; never follows a symbolic link, never inherited.
    func open(_ path: String, _ mode: FileOpenMode) throws(FileFailure) -> Int32
    /// Closes a descriptor; errors are of no use to anybody.
    func close(_ descriptor: Int32)
    /// Writes some of the bytes; returns how many.
    func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileFailure) -> Int
    /// Reads up to `count` bytes at `offset`; empty at the end.
    func read(_ descriptor: Int32, count: Int, at offset: Int) throws(FileFailure) -> [UInt8]
    /// Makes the data of a file durable.
    func fdatasync(_ descriptor: Int32) throws(FileFailure)
    /// Makes the entries of a directory durable.
    func syncDirectory(_ path: String) throws(FileFailure)
    /// Sets the length of a file and makes that durable.
    func truncate(_ path: String, to size: Int) throws(FileFailure)
    /// Renames within one file system, replacing what was there.
    func rename(_ from: String, _ to: String) throws(FileFailure)
    /// Gives a file a second name; an existing one is left alone.
    func link(_ from: String, _ to: String) throws(FileFailure)
    /// Removes a file; one that is not there is no failure.
    func unlink(_ path: String) throws(FileFailure)
    /// Makes a directory with mode 0750; one that exists is no failure.
    func makeDirectory(_ path: String) throws(FileFailure)
    /// Sets the permission bits of an open file.
    func setMode(_ descriptor: Int32, _ mode: UInt32) throws(FileFailure)
    /// The permission bits of an open file.
    func mode(_ descriptor: Int32) throws(FileFailure) -> UInt32
    /// The length of an open file.
    func size(_ descriptor: Int32) throws(FileFailure) -> Int
    /// The names in a directory, sorted by byte.
    func list(_ path: String) throws(FileFailure) -> [String]
    /// Takes the exclusive lock of a file; `false` where another process has it.
    func lock(_ descriptor: Int32) throws(FileFailure) -> Bool
    /// Gives the lock back at once, also where a process that was just forked still holds the descriptor.
    func unlock(_ descriptor: Int32)
    /// Reserves space for a file.
    func allocate(_ descriptor: Int32, size: Int) throws(FileFailure)
    /// Free and total bytes of the file system that holds `path`.
    func space(_ path: String) throws(FileFailure) -> (free: UInt64, total: UInt64)
}

/// How a file is opened.
package enum FileOpenMode: Sendable, Equatable {
    /// For reading.
    case read
    /// For appending to a file that must not exist yet, mode 0640.
    case appendNew
    /// For appending to a file that exists.
    case appendExisting
    /// For writing a file anew, mode as given.
    case replace(mode: UInt32)
    /// For writing a file that must not exist yet, mode as given.
    case createNew(mode: UInt32)
    /// For locking: created where it is not there, mode 0640.
    case lock
}

extension FileOperations {
    /// Writes all bytes.
    package func writeAll(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileFailure) {
        var offset = 0
        while offset < bytes.count {
            let written = try write(descriptor, bytes.extracting(offset..<bytes.count))
            guard written > 0 else { throw FileFailure(call: "write", path: "", code: 5) }
            offset += written
        }
    }

    /// Replaces a small file so that after a crash either the old or the new one is there, whole.
    package func replaceFile(
        _ name: String,
        in directory: String,
        with bytes: [UInt8],
        mode: UInt32
    ) throws(FileFailure) {
        let temporary = "\(directory)/.\(name).tmp"
        let descriptor = try open(temporary, .replace(mode: mode))
        do throws(FileFailure) {
            try writeAll(descriptor, bytes.span)
            try fdatasync(descriptor)
        } catch {
            close(descriptor)
            throw error
        }
        close(descriptor)
        try rename(temporary, "\(directory)/\(name)")
        try syncDirectory(directory)
    }

    /// Reads a small file; `nil` where it is not there.
    package func readFile(_ path: String, limit: Int) throws(FileFailure) -> [UInt8]? {
        let descriptor: Int32
        do throws(FileFailure) {
            descriptor = try open(path, .read)
        } catch {
            // ENOENT
            if error.code == 2 { return nil }
            throw error
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        while bytes.count <= limit {
            let part = try read(descriptor, count: 64 * 1024, at: bytes.count)
            if part.isEmpty { return bytes }
            bytes += part
        }
        // EFBIG
        throw FileFailure(call: "read", path: path, code: 27)
    }
}
