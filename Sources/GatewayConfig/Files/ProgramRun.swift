internal import Glibc
internal import GatewayCrypto

/// Runs a program of the operator without a shell, gives it some input, and takes what it writes.
package enum ProgramRun {
    /// Why a program gave nothing; the sentence follows its name.
    package struct Fault: Error, Sendable, Equatable {
        /// The end of a sentence that starts with the program's name.
        package let sentence: String
    }

    /// What of our environment a program gets: what it needs to find itself and its service, never a secret of ours.
    private static func passes(_ name: String) -> Bool {
        ["PATH", "HOME", "LANG", "TZ", "TMPDIR", "CREDENTIALS_DIRECTORY", "XDG_RUNTIME_DIR"].contains(name)
            || ["AWS_", "AZURE_", "GOOGLE_", "VAULT_ADDR", "BAO_ADDR", "SOPS_"].contains(where: name.hasPrefix)
    }

    /// The standard output of a program that ends with 0 within `seconds`, at most 64 KiB.
    ///
    /// `words` are the absolute path and the arguments; standard error is ours. A program that takes longer is killed.
    package static func output(
        of words: [String],
        environment: [String: String],
        input: [UInt8] = [],
        seconds: Int
    ) throws(Fault) -> [UInt8] {
        guard let inward = pipe(), let outward = pipe() else { throw Fault(sentence: "cannot be started: no pipe") }
        defer { _ = close(outward.read) }
        let id = spawn(words, environment, input: inward.read, output: outward.write)
        _ = close(inward.read)
        _ = close(outward.write)
        guard let id else {
            _ = close(inward.write)
            throw Fault(sentence: "cannot be started")
        }
        // At most 64 KiB, which a pipe holds without a reader.
        _ = input.withUnsafeBytes { write(inward.write, $0.baseAddress, min($0.count, 64 << 10)) }
        _ = close(inward.write)
        let deadline = now() + seconds * 1000
        var bytes = collect(outward.read, deadline: deadline)
        guard let status = wait(id, deadline: deadline) else {
            SecretBytes.wipe(&bytes)
            kill(id, SIGKILL)
            var status: Int32 = 0
            waitpid(id, &status, 0)
            throw Fault(sentence: "did not end within \(seconds) s")
        }
        guard status == 0 else {
            SecretBytes.wipe(&bytes)
            let text = status & 0x7F == 0 ? "ended with exit code \(status >> 8 & 0xFF)" : "was killed"
            throw Fault(sentence: text)
        }
        guard bytes.count <= 64 << 10 else {
            SecretBytes.wipe(&bytes)
            throw Fault(sentence: "wrote more than 64 KiB")
        }
        return bytes
    }

    private static func pipe() -> (read: Int32, write: Int32)? {
        var ends: [Int32] = [0, 0]
        guard Glibc.pipe(&ends) == 0 else { return nil }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }

    private static func spawn(
        _ words: [String],
        _ environment: [String: String],
        input: Int32,
        output: Int32
    ) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        // The gateway blocks its signals; a program must be able to be ended.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            environment.filter { passes($0.key) }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var id: pid_t = 0
        return posix_spawn(&id, words[0], &actions, &attributes, &arguments, &variables) == 0 ? id : nil
    }

    private static func collect(_ descriptor: Int32, deadline: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(8192)
        var chunk = [UInt8](repeating: 0, count: 4096)
        defer { SecretBytes.wipe(&chunk) }
        while bytes.count <= 64 << 10 {
            var event = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let left = deadline - now()
            guard left > 0, poll(&event, 1, Int32(left)) > 0 else { break }
            let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            bytes.append(contentsOf: chunk[..<count])
        }
        return bytes
    }

    private static func wait(_ id: pid_t, deadline: Int) -> Int32? {
        while true {
            var status: Int32 = 0
            if waitpid(id, &status, WNOHANG) == id { return status }
            if now() >= deadline { return nil }
            usleep(2_000)
        }
    }

    private static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
