import Foundation
import Glibc

/// Kills a command in the middle of its write, again and again.
///
/// The write begins when the command makes its first temporary file in the directory of the keyring, which inotify tells;
/// the kill comes a random moment of the write's length later. Only kills that hit a running command count.
struct KillTest {
    private let binary: String
    private let directory: String
    private let events: Int32

    /// A keyring of its own, which no gateway watches.
    init(_ bench: Bench) {
        binary = bench.binary
        directory = bench.directory + "/kill"
        try? FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try? "version: 1\nkeys: {file: keys.json}\n"
            .write(toFile: directory + "/postern.yaml", atomically: true, encoding: .utf8)
        for words in [["init-master"], ["add", "kill"], ["add", "kill"]] {
            _ = try? Bench.run(binary, directory, ["keys"] + words)
        }
        events = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        _ = inotify_add_watch(events, directory, UInt32(IN_CREATE) | UInt32(IN_MOVED_TO))
    }

    /// Whether the keyring was whole after every kill; says how many found the old and how many the new one.
    func run(times: Int) -> Bool {
        guard let key = key() else { return false }
        let length = writeLength(key)
        guard var before = revision() else { return false }
        var (hits, late, broken, old, new, torn) = (0, 0, 0, 0, 0, 0)
        while hits < times, hits + late < times * 20 {
            let wasKilled = killed(after: UInt32.random(in: 0...length), key)
            if FileManager.default.fileExists(atPath: directory + "/.keys.json.tmp") { torn += 1 }
            guard let after = revision(), after == before || after == before + 1 else {
                broken += 1
                break
            }
            if wasKilled {
                hits += 1
                if after == before { old += 1 } else { new += 1 }
            } else {
                late += 1
            }
            before = after
        }
        print("length of a write     \(length) microseconds")
        print("killed while writing  \(hits); \(late) more commands ended before the kill")
        print("found afterwards      \(old) times the old keyring, \(new) times the new one")
        print("temporary file left   \(torn) times")
        print("unusable              \(broken)")
        return hits == times && broken == 0 && old > 0 && new > 0
    }

    /// Starts a command that writes: a key is suspended or activated, whichever it is not.
    private func start(_ key: String) -> Process? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: binary)
        let act = state(key) == "active" ? "suspend" : "activate"
        process.arguments = ["keys", act, key, "-c", directory + "/postern.yaml"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        _ = drain()
        return (try? process.run()).map { process }
    }

    /// Whether a kill so many microseconds after the write began hit the command.
    private func killed(after delay: UInt32, _ key: String) -> Bool {
        guard let process = start(key), waitForWrite() else { return false }
        usleep(delay)
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        return process.terminationReason == .uncaughtSignal
    }

    /// From the first temporary file to the end of the command, in microseconds; the middle one of several.
    private func writeLength(_ key: String) -> UInt32 {
        var lengths: [UInt32] = []
        for _ in 0..<11 {
            guard let process = start(key), waitForWrite() else { continue }
            let begun = DispatchTime.now().uptimeNanoseconds
            process.waitUntilExit()
            lengths.append(UInt32((DispatchTime.now().uptimeNanoseconds - begun) / 1_000))
        }
        return lengths.isEmpty ? 1_000 : lengths.sorted()[lengths.count / 2]
    }

    private func waitForWrite() -> Bool {
        var waited = pollfd(fd: events, events: Int16(POLLIN), revents: 0)
        return poll(&waited, 1, 5_000) > 0
    }

    private func drain() -> Int {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var count = 0
        while true {
            let part = buffer.withUnsafeMutableBytes { read(events, $0.baseAddress, $0.count) }
            if part <= 0 { return count }
            count += part
        }
    }

    /// The revision of the keyring; `nil` where it is not whole.
    private func revision() -> Int? {
        let output = try? Bench.run(binary, directory, ["keys", "verify", "--json"])
        return Bench.value("revision", output ?? "").flatMap { Int($0) }
    }

    private func key() -> String? {
        Bench.value("id", (try? Bench.run(binary, directory, ["keys", "list", "--json"])) ?? "")
    }

    private func state(_ key: String) -> String? {
        Bench.value("state", (try? Bench.run(binary, directory, ["keys", "show", key, "--json"])) ?? "")
    }
}
