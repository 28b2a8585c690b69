import Foundation
import GatewayTestSupport

/// A wall clock that a test sets, for a gateway that it starts: a library in front of the system's.
final class ShiftedClock {
    private let directory: TestDirectory
    private let file: FileHandle

    /// Whether the library can be made here.
    static let isAvailable = ChildProcess.isInstalled("cc")

    /// Adds eight bytes of a shared file, seconds as a number, to what the system says of the wall clock.
    private static let source = """
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <fcntl.h>
        #include <stdint.h>
        #include <stdlib.h>
        #include <sys/mman.h>
        #include <time.h>
        static volatile int64_t *offset;
        static int (*system_clock)(clockid_t, struct timespec *);
        __attribute__((constructor)) static void start(void) {
            int file = open(getenv("POSTERN_TEST_CLOCK"), O_RDONLY);
            void *page = mmap(0, 4096, PROT_READ, MAP_SHARED, file, 0);
            if (page != MAP_FAILED) offset = page;
            system_clock = dlsym(RTLD_NEXT, "clock_gettime");
        }
        int clock_gettime(clockid_t clock, struct timespec *time) {
            int code = system_clock(clock, time);
            if (clock == CLOCK_REALTIME && offset) time->tv_sec += *offset;
            return code;
        }
        """

    init() throws {
        directory = try TestDirectory()
        try directory.write("clock.c", ShiftedClock.source)
        let path = directory.path
        let made = try ChildProcess.run([
            "cc", "-shared", "-fPIC", "-O1", "-o", path + "/clock.so", path + "/clock.c", "-ldl",
        ])
        guard made.ending == .exited(0) else { throw GatewayProcess.Fault(description: made.errors) }
        try Data(count: 4096).write(to: URL(fileURLWithPath: path + "/offset"))
        file = try FileHandle(forUpdating: URL(fileURLWithPath: path + "/offset"))
    }

    /// What starts a program under this clock.
    var launcher: [String] {
        ["env", "LD_PRELOAD=\(directory.path)/clock.so", "POSTERN_TEST_CLOCK=\(directory.path)/offset"]
    }

    /// Sets the clock to a time of the form `2026-11-30T23:59:50Z`; it goes on from there.
    func set(_ text: String) throws {
        guard let date = ISO8601DateFormatter().date(from: text) else { throw CocoaError(.formatting) }
        var offset = Int64(date.timeIntervalSince1970.rounded()) - Int64(Date().timeIntervalSince1970)
        let bytes = withUnsafeBytes(of: &offset) { Data($0) }
        try file.seek(toOffset: 0)
        try file.write(contentsOf: bytes)
    }
}
