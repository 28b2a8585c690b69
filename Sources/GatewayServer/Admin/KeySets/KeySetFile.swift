import Glibc

/// The file that a fetched key set is kept in.
enum KeySetFile {
    /// Seconds since the file was written; `nil` where it is not there.
    static func age(_ path: String) -> Int64? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return Int64(time(nil)) - Int64(status.st_mtim.tv_sec)
    }

    /// The bytes of the file; empty where it cannot be read.
    static func read(_ path: String) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while bytes.count <= KeySetRequest.bodyMax {
            let count = chunk.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
            if count <= 0 { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    /// Replaces the file as a whole, mode 0600, on the disk when it returns; `false` where that failed.
    static func replace(_ path: String, with bytes: [UInt8]) -> Bool {
        let temporary = path + ".new"
        unlink(temporary)
        let file = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return false }
        let written = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        let isDone = written == bytes.count && fsync(file) == 0
        close(file)
        if isDone, rename(temporary, path) == 0 { return true }
        unlink(temporary)
        return false
    }

    /// Marks the file as fresh without changing it.
    static func touch(_ path: String) { utimes(path, nil) }
}
