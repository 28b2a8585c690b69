import Glibc

/// Waits for signals on the main thread: they are blocked everywhere, so that no handler interrupts anything.
struct SignalWatcher {
    /// What the operator wants.
    enum Event {
        case reload
        case stop(String)
    }

    private var set = sigset_t()

    /// Blocks the signals; to be made before any thread is started.
    init() {
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        pthread_sigmask(SIG_BLOCK, &set, nil)
    }

    /// The next signal.
    func next() -> Event {
        var waited = set
        var number: Int32 = 0
        while sigwait(&waited, &number) != 0 {}
        switch number {
        case SIGHUP: return .reload
        case SIGINT: return .stop("SIGINT")
        default: return .stop("SIGTERM")
        }
    }

    /// From now on SIGTERM and SIGINT end the process as usual.
    func endAtOnceOnNext() {
        var ending = sigset_t()
        sigemptyset(&ending)
        sigaddset(&ending, SIGTERM)
        sigaddset(&ending, SIGINT)
        pthread_sigmask(SIG_UNBLOCK, &ending, nil)
    }
}
