import AuditLog
import Testing

@Suite("Deny flood control")
struct DenyFloodControlTests {
    private let start: Int64 = 1_787_307_072_000_000
    private func group(_ number: Int = 0, reason: String = "signature.mismatch") -> DenyFloodControl.Group {
        .init(source: "s", network: "203.0.\(number).0/24", reason: reason)
    }

    @Test("twenty denials of a group are recorded in a minute, the rest is counted exactly and summed up after it")
    func perGroup() {
        var control = DenyFloodControl()
        var recorded = 0
        for index in 0..<1000 where control.judge(group(), now: start + Int64(index) * 1000) == .record {
            recorded += 1
        }
        #expect(recorded == 20)
        #expect(control.takeDue(now: start + 59_999_999) == [])
        #expect(
            control.takeDue(now: start + 60_000_000) == [
                .init(group: group(), count: 980, first: start + 20_000, last: start + 999_000)
            ]
        )
        #expect(control.takeDue(now: start + 120_000_000) == [])
        #expect(control.groupCount == 0)
        #expect(control.judge(group(), now: start + 60_000_001) == .record)
    }

    @Test("groups do not hide each other: another reason or network is recorded while one floods")
    func groupsAreApart() {
        var control = DenyFloodControl()
        for index in 0..<100 { _ = control.judge(group(), now: start + Int64(index) * 100_000) }
        #expect(control.judge(group(reason: "signature.key_revoked"), now: start + 20_000_000) == .record)
        #expect(control.judge(group(7), now: start + 20_000_000) == .record)
        #expect(control.judge(group(), now: start + 20_000_000) == .count)
    }

    @Test("over all groups two hundred are recorded in a second")
    func perSecond() {
        var control = DenyFloodControl()
        let recorded = (0..<1000).count { control.judge(group($0), now: start) == .record }
        #expect(recorded == 200)
        #expect(control.judge(group(2000), now: start + 1_000_000) == .record)
        let due = control.takeDue(now: start + 61_000_000)
        #expect(due.reduce(0) { $0 + $1.count } == 800)
    }

    @Test("a new minute sums up the one before it, nothing is lost between")
    func newMinute() {
        var control = DenyFloodControl()
        for index in 0..<25 { _ = control.judge(group(), now: start + Int64(index)) }
        #expect(control.judge(group(), now: start + 60_000_000) == .record)
        #expect(
            control.takeDue(now: start + 60_000_001) == [
                .init(group: group(), count: 5, first: start + 20, last: start + 24)
            ]
        )
    }

    @Test("memory is bounded: the quietest group makes room, and its count comes out")
    func bounded() {
        var limits = DenyFloodControl.Limits()
        limits.groups = 10
        limits.perGroup = 1
        var control = DenyFloodControl(limits: limits)
        for number in 0..<10 {
            _ = control.judge(group(number), now: start)
            _ = control.judge(group(number), now: start + 1)
        }
        _ = control.judge(group(0), now: start + 2)
        _ = control.judge(group(10), now: start + 3)
        #expect(control.groupCount == 10)
        #expect(
            control.takeDue(now: start + 4) == [.init(group: group(1), count: 1, first: start + 1, last: start + 1)]
        )
    }

    @Test("an attacker with many networks gets few summaries, and the counts add up")
    func manyNetworks() {
        var limits = DenyFloodControl.Limits()
        limits.summaries = 5
        limits.groups = 50
        limits.perGroup = 0
        var control = DenyFloodControl(limits: limits)
        for number in 0..<10_000 { _ = control.judge(group(number), now: start + Int64(number)) }
        let all = control.takeAll()
        #expect(all.count == 6)
        #expect(all.reduce(0) { $0 + $1.count } == 10_000)
        // The five largest keep their network; those pushed out early were added up before, and are the largest.
        #expect(all.contains { $0.group.network == "*" && $0.count >= 9900 })
        #expect(control.takeAll() == [])
    }

    @Test("a clock that goes back begins a new minute instead of stopping the control")
    func clockGoesBack() {
        var control = DenyFloodControl()
        for index in 0..<30 { _ = control.judge(group(), now: start + Int64(index)) }
        #expect(control.judge(group(), now: start - 3_600_000_000) == .record)
        #expect(control.takeDue(now: start - 3_600_000_000).map(\.count) == [10])
    }

    @Test("a summary is an entry of its own kind")
    func entry() {
        let summary = DenyFloodControl.Summary(group: group(), count: 980, first: start, last: start + 1)
        var buffer: [UInt8] = []
        _ = summary.entry(time: start + 2).encode(into: &buffer)
        #expect(
            String(decoding: buffer, as: UTF8.self)
                == #"{"kind":"request.deny_summary","seq":,"source":"s","sum":{"count":980,"first":"2026-08-21T10:11:12.000000Z","#
                + #""last":"2026-08-21T10:11:12.000001Z","net":"203.0.0.0/24","reason":"signature.mismatch"},"#
                + #""ts":"2026-08-21T10:11:12.000002Z","v":1}"#
        )
    }
}
