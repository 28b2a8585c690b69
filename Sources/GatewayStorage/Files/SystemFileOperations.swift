internal import Glibc

/// The calls of `FileOperations` as the system offers them.
package struct SystemFileOperations: FileOperations {
    /// Makes the value; it has no state.
    package init() {}

    package func open(_ path: String, _ mode: FileOpenMode) throws(FileFailure) -> Int32 {
        let always = O_CLOEXEC | O_NOFOLLOW
        let (flags, bits): (Int32, mode_t) =
            switch mode {
            case .read: (O_RDONLY | always, 0)
            case .appendNew: (O_WRONLY | O_APPEND | O_CREAT | O_EXCL | always, 0o640)
            case .appendExisting: (O_WRONLY | O_APPEND | always, 0)
            case .replace(let bits): (O_WRONLY | O_CREAT | O_TRUNC | always, mode_t(bits))
            case .createNew(let bits): (O_WRONLY | O_CREAT | O_EXCL | always, mode_t(bits))
            case .lock: (O_RDWR | O_CREAT | always, 0o640)
            }
        return try repeated("open", path) { Glibc.open(path, flags, bits) }
    }

    package func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

    package func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileFailure) -> Int {
        try repeated("write", "") {
            bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        }
    }

    package func read(_ descriptor: Int32, count: Int, at offset: Int) throws(FileFailure) -> [UInt8] {
        var failure: FileFailure?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            do throws(FileFailure) {
                let base = buffer.baseAddress
                initialized = try repeated("read", "") { pread(descriptor, base, count, offset) }
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }

    package func fdatasync(_ descriptor: Int32) throws(FileFailure) {
        // Not repeated on any error but EINTR: after a failure the kernel may have dropped the pages.
        _ = try repeated("fdatasync", "") { Glibc.fdatasync(descriptor) }
    }

    package func syncDirectory(_ path: String) throws(FileFailure) {
        let descriptor = try repeated("open", path) { Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { close(descriptor) }
        _ = try repeated("fsync", path) { fsync(descriptor) }
    }

    package func truncate(_ path: String, to size: Int) throws(FileFailure) {
        let descriptor = try repeated("open", path) { Glibc.open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW) }
        defer { close(descriptor) }
        _ = try repeated("ftruncate", path) { ftruncate(descriptor, size) }
        _ = try repeated("fsync", path) { fsync(descriptor) }
    }

    package func rename(_ from: String, _ to: String) throws(FileFailure) {
        _ = try repeated("rename", to) { Glibc.rename(from, to) }
    }

    package func link(_ from: String, _ to: String) throws(FileFailure) {
        if Glibc.link(from, to) == 0 || errno == EEXIST { return }
        throw FileFailure(call: "link", path: to, code: errno)
    }

    package func unlink(_ path: String) throws(FileFailure) {
        if Glibc.unlink(path) == 0 || errno == ENOENT { return }
        throw FileFailure(call: "unlink", path: path, code: errno)
    }

    package func makeDirectory(_ path: String) throws(FileFailure) {
        if mkdir(path, 0o750) == 0 || errno == EEXIST { return }
        throw FileFailure(call: "mkdir", path: path, code: errno)
    }

    package func setMode(_ descriptor: Int32, _ mode: UInt32) throws(FileFailure) {
        _ = try repeated("fchmod", "") { fchmod(descriptor, mode_t(mode)) }
    }

    package func mode(_ descriptor: Int32) throws(FileFailure) -> UInt32 {
        var status = stat()
        _ = try repeated("fstat", "") { fstat(descriptor, &status) }
        return UInt32(status.st_mode) & 0o7777
    }

    package func size(_ descriptor: Int32) throws(FileFailure) -> Int {
        var status = stat()
        _ = try repeated("fstat", "") { fstat(descriptor, &status) }
        return status.st_size
    }

    package func list(_ path: String) throws(FileFailure) -> [String] {
        guard let directory = opendir(path) else { throw FileFailure(call: "opendir", path: path, code: errno) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package func lock(_ descriptor: Int32) throws(FileFailure) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        if errno == EWOULDBLOCK { return false }
        throw FileFailure(call: "flock", path: "", code: errno)
    }

    package func unlock(_ descriptor: Int32) { _ = flock(descriptor, LOCK_UN) }

    package func allocate(_ descriptor: Int32, size: Int) throws(FileFailure) {
        let code = posix_fallocate(descriptor, 0, size)
        if code != 0 { throw FileFailure(call: "posix_fallocate", path: "", code: code) }
    }

    package func space(_ path: String) throws(FileFailure) -> (free: UInt64, total: UInt64) {
        var status = statvfs()
        _ = try repeated("statvfs", path) { statvfs(path, &status) }
        let block = UInt64(status.f_frsize)
        return (UInt64(status.f_bavail) &* block, UInt64(status.f_blocks) &* block)
    }

    /// Calls until it is not interrupted by a signal; a negative result is a failure.
    private func repeated<Result: SignedInteger>(
        _ call: String,
        _ path: String,
        _ body: () -> Result
    ) throws(FileFailure) -> Result {
        while true {
            let result = body()
            if result >= 0 { return result }
            if errno != EINTR { throw FileFailure(call: call, path: path, code: errno) }
        }
    }
}
