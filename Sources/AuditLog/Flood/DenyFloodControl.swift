/// Decides which denials are recorded one by one and which are counted, so that a flood can neither fill nor hide.
///
/// Per group (source, network, reason) 20 entries a minute are recorded, over all groups 200 a second; the rest is
/// counted and comes out as one `request.deny_summary` per group and minute. Groups are bounded: where there are more,
/// the one that was quiet for longest is summed up early. Time is a parameter. Source: `docs/audit-log-format.md`, flood
/// control.
package struct DenyFloodControl: Sendable {
    /// The limits.
    package struct Limits: Sendable {
        /// Entries recorded per group and minute.
        package var perGroup = 20
        /// Entries recorded per second over all groups.
        package var perSecond = 200
        /// How many groups are told apart.
        package var groups = 10_000
        /// How many summaries come out at a time with their network; the smaller ones are added up per source and reason.
        package var summaries = 256

        /// The limits of the format's description.
        package init() {}
    }

    /// What denials have in common that are counted together.
    package struct Group: Sendable, Hashable {
        /// The configured source; empty where none was found.
        package let source: String
        /// The client's /24 or /48 as text; `*` in a summary that adds up several.
        package let network: String
        /// The reason code.
        package let reason: String

        /// Makes a group.
        package init(source: String, network: String, reason: String) {
            self.source = source
            self.network = network
            self.reason = reason
        }
    }

    /// Denials that were counted instead of recorded.
    package struct Summary: Sendable, Equatable {
        /// What they have in common.
        package let group: Group
        /// How many.
        package let count: Int
        /// The time of the first, microseconds since the epoch.
        package let first: Int64
        /// The time of the last.
        package let last: Int64

        /// Makes a summary.
        package init(group: Group, count: Int, first: Int64, last: Int64) {
            self.group = group
            self.count = count
            self.first = first
            self.last = last
        }

        /// The entry to append, `request.deny_summary`.
        package func entry(time: Int64) -> ControlEntry {
            var members: [String: AuditValue] = [
                "sum": .object([
                    "count": .integer(count), "first": .string(EntryTime.text(first)),
                    "last": .string(EntryTime.text(last)), "net": .string(group.network),
                    "reason": .string(group.reason),
                ])
            ]
            if !group.source.isEmpty { members["source"] = .string(group.source) }
            return ControlEntry(.requestDenySummary, time: time, members: members)
        }
    }

    /// What to do with one denial.
    package enum Judgement: Sendable, Equatable {
        /// Record it.
        case record
        /// It was counted; nothing to record now.
        case count
    }

    private struct State {
        var windowStart: Int64
        var recorded = 0
        var counted = 0
        var first: Int64 = 0
        var last: Int64 = 0
        var touched: UInt64
    }

    private static let minute: Int64 = 60_000_000
    private let limits: Limits
    private var states: [Group: State] = [:]
    /// Groups in the order they were touched; an element whose number is not the group's any more is skipped.
    private var order: [(touched: UInt64, group: Group)] = []
    private var orderStart = 0
    private var clock: UInt64 = 0
    private var second: Int64 = 0
    private var inSecond = 0
    private var evicted: [Summary] = []
    private var evictedRest: [Group: Summary] = [:]

    /// Starts with no group.
    package init(limits: Limits = Limits()) { self.limits = limits }

    /// How many groups are told apart now.
    package var groupCount: Int { states.count }

    /// Judges one denial at `now`, microseconds since the epoch.
    package mutating func judge(_ group: Group, now: Int64) -> Judgement {
        clock += 1
        if now / 1_000_000 != second {
            second = now / 1_000_000
            inSecond = 0
        }
        if states[group] == nil, states.count >= limits.groups { evictQuietest() }
        var state = states[group] ?? State(windowStart: now, touched: clock)
        if now - state.windowStart >= DenyFloodControl.minute || now < state.windowStart {
            if state.counted > 0 { pushOut(summary(group, state)) }
            state = State(windowStart: now, touched: clock)
        }
        state.touched = clock
        order.append((clock, group))
        defer {
            states[group] = state
            compactOrder()
        }
        if state.recorded < limits.perGroup, inSecond < limits.perSecond {
            state.recorded += 1
            inSecond += 1
            return .record
        }
        if state.counted == 0 { state.first = now }
        state.counted += 1
        state.last = now
        return .count
    }

    /// Counts what is never recorded one by one, such as a connection that did not come to a request.
    package mutating func count(_ group: Group, now: Int64) {
        clock += 1
        if states[group] == nil, states.count >= limits.groups { evictQuietest() }
        var state = states[group] ?? State(windowStart: now, touched: clock)
        if now - state.windowStart >= DenyFloodControl.minute || now < state.windowStart {
            if state.counted > 0 { pushOut(summary(group, state)) }
            state = State(windowStart: now, touched: clock)
        }
        if state.counted == 0 { state.first = now }
        state.counted += 1
        state.last = now
        state.touched = clock
        order.append((clock, group))
        states[group] = state
        compactOrder()
    }

    /// The summaries that are due at `now`: of groups whose minute is over, and of those that were pushed out.
    package mutating func takeDue(now: Int64) -> [Summary] {
        var due = takeEvicted()
        for (group, state) in states {
            guard now - state.windowStart >= DenyFloodControl.minute || now < state.windowStart else { continue }
            if state.counted > 0 { due.append(summary(group, state)) }
            states[group] = nil
        }
        return bounded(due)
    }

    /// Every summary there is, also of minutes not yet over; for the end of the process.
    package mutating func takeAll() -> [Summary] {
        var all = takeEvicted()
        for (group, state) in states where state.counted > 0 { all.append(summary(group, state)) }
        states = [:]
        order = []
        orderStart = 0
        return bounded(all)
    }

    /// Keeps the largest summaries apart and adds up the others per source and reason, so that an attacker with many
    /// networks cannot turn one entry per denial into one summary per denial.
    private func bounded(_ summaries: [Summary]) -> [Summary] {
        var kept = summaries.sorted { ($0.count, $1.first) > ($1.count, $0.first) }
        if kept.count > limits.summaries {
            var merged: [Group: Summary] = [:]
            for summary in kept[limits.summaries...] { DenyFloodControl.merge(summary, into: &merged) }
            kept = Array(kept[..<limits.summaries]) + merged.values
        }
        return kept.sorted { ($0.first, $0.group.network) < ($1.first, $1.group.network) }
    }

    private static func merge(_ summary: Summary, into merged: inout [Group: Summary]) {
        let group = Group(source: summary.group.source, network: "*", reason: summary.group.reason)
        let before = merged[group]
        merged[group] = Summary(
            group: group,
            count: (before?.count ?? 0) + summary.count,
            first: min(before?.first ?? summary.first, summary.first),
            last: max(before?.last ?? summary.last, summary.last)
        )
    }

    private mutating func pushOut(_ summary: Summary) {
        if evicted.count < limits.summaries {
            evicted.append(summary)
        } else {
            DenyFloodControl.merge(summary, into: &evictedRest)
        }
    }

    private mutating func takeEvicted() -> [Summary] {
        let all = evicted + evictedRest.values
        evicted = []
        evictedRest = [:]
        return all
    }

    private func summary(_ group: Group, _ state: State) -> Summary {
        Summary(group: group, count: state.counted, first: state.first, last: state.last)
    }

    private mutating func evictQuietest() {
        while orderStart < order.count {
            let candidate = order[orderStart]
            orderStart += 1
            guard let state = states[candidate.group], state.touched == candidate.touched else { continue }
            if state.counted > 0 { pushOut(summary(candidate.group, state)) }
            states[candidate.group] = nil
            return
        }
    }

    /// Drops what was overtaken from the order, so that it stays at most about twice as long as there are groups.
    private mutating func compactOrder() {
        guard order.count > 2 * limits.groups + 1024 else { return }
        order = order[orderStart...].filter { states[$0.group]?.touched == $0.touched }
        orderStart = 0
    }
}
