import Glibc

/// What the process does to itself before it reads a secret (R-PROC-03, R-PROC-06, R-PROC-11).
enum ProcessHardening {
    /// No core dumps, not readable by other processes of the user, writes to closed sockets are errors.
    static func apply() {
        forbidPredictableHashing()
        var none = rlimit(rlim_cur: 0, rlim_max: 0)
        setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
        forbidTracing()
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
        umask(0o027)
    }

    /// A variable makes all hash tables predictable, so that a stranger could fill one bucket; it is read before `main`,
    /// so the program starts itself again without it.
    private static func forbidPredictableHashing() {
        let name = "SWIFT_DETERMINISTIC_HASHING"
        guard getenv(name) != nil, unsetenv(name) == 0 else { return }
        execv("/proc/self/exe", CommandLine.unsafeArgv)
    }

    /// `prctl(PR_SET_DUMPABLE, 0)`; found by name, since the C library's module for Swift does not declare it.
    private static func forbidTracing() {
        typealias Prctl = @convention(c) (Int32, UInt, UInt, UInt, UInt) -> Int32
        guard let symbol = dlsym(nil, "prctl") else { return }
        let setDumpable: Int32 = 4
        _ = unsafeBitCast(symbol, to: Prctl.self)(setDumpable, 0, 0, 0, 0)
    }
}
