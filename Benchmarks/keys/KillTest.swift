import Foundation

/// Kills a command at any moment of its write, again and again.
struct KillTest {
    private let bench: Bench

    init(_ bench: Bench) { self.bench = bench }

    /// Whether the keyring was whole after every kill; says how many writes came to pass.
    func run(times: Int) -> Bool {
        var broken = 0
        var written = 0
        var before = revision()
        // How long a whole command takes decides over which time the kills are spread.
        let begun = Date()
        _ = revision()
        let span = Date().timeIntervalSince(begun) * 1.5
        for round in 0..<times {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: bench.binary)
            process.arguments = ["keys", "add", "kill-\(round)", "-c", bench.directory + "/postern.yaml"]
            process.standardOutput = FileHandle.nullDevice
            process.standardError = FileHandle.nullDevice
            guard (try? process.run()) != nil else { return false }
            Thread.sleep(forTimeInterval: span * Double(round % 50) / 50)
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
            let after = revision()
            if after == nil { broken += 1 }
            if after != before { written += 1 }
            before = after
        }
        print("killed          \(times), of which \(written) had written")
        print("unusable        \(broken)")
        return broken == 0 && written > 0
    }

    /// The revision of the keyring; `nil` where it is not whole.
    private func revision() -> String? {
        let output = try? Bench.run(bench.binary, bench.directory, ["keys", "verify", "--json"])
        return Bench.value("revision", output ?? "")
    }
}
