import Foundation

/// A signer that rotates its key while many connections deliver: counts what is wrongly refused, and what is accepted
/// after the time of its key.
final class Drill: @unchecked Sendable {
    // `@unchecked`: everything that changes is guarded by `lock`.
    private let bench: Bench
    private let lock = NSLock()
    private var statuses: [Int: Int] = [:]
    private var isDone = false

    init(_ bench: Bench) { self.bench = bench }

    /// Rotates so many times at about `rate` requests a second; whether everything was as it has to be.
    func run(rotations: Int, rate: Int, connections: Int) -> Bool {
        let begun = Date()
        let group = DispatchGroup()
        for index in 0..<connections {
            group.enter()
            Thread.detachNewThread { [self] in
                deliver(index, interval: Double(connections) / Double(rate))
                group.leave()
            }
        }
        var failed = 0
        var late = (probes: 0, accepted: 0)
        for round in 1...rotations {
            let old = bench.current
            guard rotate() else {
                failed += 1
                continue
            }
            // One second of overlap from the first use on, which the gateway sees within a second.
            Thread.sleep(forTimeInterval: 0.2)
            guard let end = waitForRetirement() else {
                failed += 1
                continue
            }
            Thread.sleep(until: end.addingTimeInterval(1.1))
            late.probes += 1
            let wire = Wire(port: bench.port)
            if wire?.send(Bench.delivery(old, "late \(round)")) == true, Bench.status(wire?.message()) != 401 {
                late.accepted += 1
            }
        }
        lock.withLock { isDone = true }
        group.wait()
        return report(seconds: Date().timeIntervalSince(begun), rotations, failed, late)
    }

    private func rotate() -> Bool {
        let output = try? Bench.run(
            bench.binary,
            bench.directory,
            ["keys", "rotate", "cms", "--overlap", "1s", "--json"]
        )
        guard let secret = Bench.value("secret", output ?? "") else { return false }
        bench.current = secret
        return true
    }

    private func waitForRetirement() -> Date? {
        for _ in 0..<200 {
            let output = (try? Bench.run(bench.binary, bench.directory, ["keys", "list", "cms", "--json"])) ?? ""
            for line in output.split(separator: "\n") where line.contains(#""state":"retiring""#) {
                if let text = Bench.value("not_after", String(line)),
                    let date = ISO8601DateFormatter().date(from: text),
                    date > Date().addingTimeInterval(-1)
                {
                    return date
                }
            }
            Thread.sleep(forTimeInterval: 0.05)
        }
        return nil
    }

    private func deliver(_ index: Int, interval: Double) {
        var wire = Wire(port: bench.port)
        var counts: [Int: Int] = [:]
        var secret = bench.current
        var number = 0
        var due = Date().addingTimeInterval(interval * Double(index % 16) / 16)
        while !lock.withLock({ isDone }) {
            // Connections change over at different moments, up to some hundred milliseconds apart.
            if number % (1 + index % 8) == 0 { secret = bench.current }
            if wire == nil { wire = Wire(port: bench.port) }
            let answer = wire?.send(Bench.delivery(secret, "\(index)-\(number)")) == true ? wire?.message() : nil
            let status = Bench.status(answer)
            // The gateway says so when it ends a connection, for example after its last request.
            if status == 0 || Bench.closes(answer) { wire = nil }
            counts[status, default: 0] += 1
            number += 1
            due += interval
            let now = Date()
            if due > now { Thread.sleep(until: due) } else if now.timeIntervalSince(due) > 1 { due = now }
        }
        lock.withLock { statuses.merge(counts, uniquingKeysWith: +) }
    }

    private func report(seconds: Double, _ rotations: Int, _ failed: Int, _ late: (probes: Int, accepted: Int)) -> Bool
    {
        let all = statuses.values.reduce(0, +)
        let rate = Double(all) / seconds
        let refused = all - (statuses[200] ?? 0)
        print("rotations       \(rotations), of which \(failed) failed")
        print("requests        \(all) in \(Int(seconds)) s, \(Int(rate)) a second")
        print(
            "statuses        \(statuses.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: ", "))"
        )
        print("wrongly refused \(refused)")
        print("late probes     \(late.probes), of which \(late.accepted) were accepted")
        return failed == 0 && refused == 0 && late.accepted == 0 && late.probes == rotations
    }
}
