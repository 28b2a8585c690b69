import Glibc

/// Keeps a secret that a sender handed over in its handshake.
enum ChallengeSecretFile {
    /// Writes a new file of mode 0600 and brings it to the disk; `false` where there is one already or it cannot be made.
    ///
    /// Blocks its event loop for one small file, once in an armed window. A file that is there is never replaced: a second
    /// handshake must not change the secret of the first.
    static func write(_ secret: [UInt8], to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return false }
        defer { close(file) }
        let written = secret.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
        if written == secret.count, fsync(file) == 0 { return true }
        unlink(path)
        return false
    }
}
