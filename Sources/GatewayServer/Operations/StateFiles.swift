import GatewayCrypto
import Glibc

/// The gateway's own secrets, kept beside the audit log where no keyring holds them.
enum StateFiles {
    /// Reads the replay secret, or makes it at the first start: 32 random bytes, mode 0600.
    ///
    /// It has to stay the same over restarts, so that what the audit log says of earlier deliveries is still understood.
    static func replaySecret(in directory: String) throws(GatewayStartFault) -> SecretBytes {
        let path = directory + "/replay.key"
        if let secret = try readReplaySecret(path) { return secret }
        return try make(path)
    }

    /// Reads the replay secret; `nil` where there is none.
    static func readReplaySecret(_ path: String) throws(GatewayStartFault) -> SecretBytes? {
        let existing = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard existing >= 0 else {
            guard errno == ENOENT else { throw fault(path, "cannot be opened") }
            return nil
        }
        defer { _ = close(existing) }
        return try read(existing, path)
    }

    /// The replay secret where there is one that can be read; never makes one.
    static func existingReplaySecret(in directory: String) -> SecretBytes? {
        let path = directory + "/replay.key"
        let file = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { _ = close(file) }
        return try? read(file, path)
    }

    private static func read(_ file: Int32, _ path: String) throws(GatewayStartFault) -> SecretBytes {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw fault(path, "cannot be read") }
        guard status.st_mode & 0o077 == 0 else {
            throw GatewayStartFault(.configuration, "\(path): readable by others (mode has to be 0600)")
        }
        var bytes = [UInt8](repeating: 0, count: 33)
        let count = bytes.withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
        guard count == 32 else { throw GatewayStartFault(.data, "\(path): has to hold exactly 32 bytes") }
        bytes.removeLast()
        return SecretBytes(consuming: &bytes)
    }

    private static func make(_ path: String) throws(GatewayStartFault) -> SecretBytes {
        guard var bytes = try? RandomBytes.make(32) else {
            throw GatewayStartFault(.inputOutput, "no random bytes to be had")
        }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw fault(path, "cannot be made") }
        defer { _ = close(file) }
        let count = bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        guard count == 32, fsync(file) == 0 else { throw fault(path, "cannot be written") }
        return SecretBytes(consuming: &bytes)
    }

    private static func fault(_ path: String, _ what: String) -> GatewayStartFault {
        GatewayStartFault(.cannotCreate, "\(path): \(what): \(String(cString: strerror(errno)))")
    }
}
