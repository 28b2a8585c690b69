/// A nondeterministic automaton over UTF-8 bytes.
struct PatternAutomaton {
    enum State {
        /// Consumes one byte: `transitions[start..<start + count]`.
        case bytes(start: Int, count: Int)
        case split(Int, Int)
        case start(Int)
        case end(Int)
        case wordBoundary(Int, isInverted: Bool)
        case match
    }

    struct Transition: Hashable {
        let low: UInt8
        let high: UInt8
        let target: Int
    }

    private(set) var states: [State] = []
    private(set) var transitions: [Transition] = []
    private(set) var entry = 0
    private(set) var hasWordBoundaries = false

    /// How many states counted repeats may expand to.
    static let statesMax = 20_000

    /// Builds the automaton; a pattern that expands beyond `statesMax` is refused.
    init(_ node: PatternNode) throws(PatternFault) {
        let accept = try add(.match)
        entry = try build(node, accept)
    }

    private mutating func add(_ state: State) throws(PatternFault) -> Int {
        guard states.count < Self.statesMax else {
            throw PatternFault(reason: "the pattern expands to more than \(Self.statesMax) states", offset: 0)
        }
        states.append(state)
        return states.count - 1
    }

    /// Builds backwards: gives the state that matches `node` and goes on at `next`.
    private mutating func build(_ node: PatternNode, _ next: Int) throws(PatternFault) -> Int {
        switch node {
        case .empty: return next
        case .set(let set): return try build(set, next)
        case .start: return try add(.start(next))
        case .end: return try add(.end(next))
        case .wordBoundary:
            hasWordBoundaries = true
            return try add(.wordBoundary(next, isInverted: false))
        case .notWordBoundary:
            hasWordBoundaries = true
            return try add(.wordBoundary(next, isInverted: true))
        case .sequence(let parts):
            var target = next
            for part in parts.reversed() { target = try build(part, target) }
            return target
        case .alternation(let parts):
            var target = try build(parts[parts.count - 1], next)
            for part in parts.dropLast().reversed() {
                let branch = try build(part, next)
                target = try add(.split(branch, target))
            }
            return target
        case .repetition(let inner, let low, let high):
            return try buildRepetition(inner, low, high, next)
        }
    }

    private mutating func buildRepetition(
        _ inner: PatternNode,
        _ low: Int,
        _ high: Int?,
        _ next: Int
    ) throws(PatternFault) -> Int {
        var target = next
        if let high {
            guard high <= Self.statesMax else {
                throw PatternFault(reason: "the pattern expands to more than \(Self.statesMax) states", offset: 0)
            }
            for _ in low..<high {
                let body = try build(inner, target)
                target = try add(.split(body, next))
            }
        } else {
            let loop = try add(.match)
            let body = try build(inner, loop)
            states[loop] = .split(body, next)
            target = loop
        }
        guard low <= Self.statesMax else {
            throw PatternFault(reason: "the pattern expands to more than \(Self.statesMax) states", offset: 0)
        }
        for _ in 0..<low {
            let before = states.count
            target = try build(inner, target)
            // A body without states makes every further round the same.
            if states.count == before { break }
        }
        return target
    }

    // MARK: - Sets of code points as byte sequences

    private mutating func build(_ set: ScalarSet, _ next: Int) throws(PatternFault) -> Int {
        var sequences: [[ClosedRange<UInt8>]] = []
        for range in set.ranges { Self.split(range.lowerBound, range.upperBound, &sequences) }
        var known: [[Transition]: Int] = [:]
        return try buildTrie(sequences[...], 0, next, &known)
    }

    /// Splits a range of code points into ranges of bytes such that every combination is one code point of the range.
    private static func split(_ low: UInt32, _ high: UInt32, _ output: inout [[ClosedRange<UInt8>]]) {
        // Surrogates have no UTF-8.
        if low <= 0xDFFF, high >= 0xD800 {
            if low < 0xD800 { split(low, 0xD7FF, &output) }
            if high > 0xDFFF { split(0xE000, high, &output) }
            return
        }
        for limit in [0x7F, 0x7FF, 0xFFFF] as [UInt32] where low <= limit && high > limit {
            split(low, limit, &output)
            split(limit + 1, high, &output)
            return
        }
        for bits in [6, 12, 18] as [UInt32] where high > 0x7F {
            let mask = UInt32(1) << bits - 1
            guard low & ~mask != high & ~mask else { break }
            if low & mask != 0 {
                split(low, low | mask, &output)
                split((low | mask) + 1, high, &output)
                return
            }
            if high & mask != mask {
                split(low, (high & ~mask) - 1, &output)
                split(high & ~mask, high, &output)
                return
            }
        }
        let first = Array(String(Unicode.Scalar(low) ?? " ").utf8)
        let last = Array(String(Unicode.Scalar(high) ?? " ").utf8)
        output.append(zip(first, last).map { $0 <= $1 ? $0...$1 : $0...$0 })
    }

    /// Shares common heads (the sequences are sorted) and common tails (`known`).
    private mutating func buildTrie(
        _ sequences: ArraySlice<[ClosedRange<UInt8>]>,
        _ depth: Int,
        _ next: Int,
        _ known: inout [[Transition]: Int]
    ) throws(PatternFault) -> Int {
        var row: [Transition] = []
        var index = sequences.startIndex
        while index < sequences.endIndex {
            let head = sequences[index][depth]
            var end = index + 1
            while end < sequences.endIndex, sequences[end].count > depth, sequences[end][depth] == head { end += 1 }
            let isLast = sequences[index].count == depth + 1
            let target = isLast ? next : try buildTrie(sequences[index..<end], depth + 1, next, &known)
            if let last = row.last, last.target == target, Int(last.high) + 1 == Int(head.lowerBound) {
                row[row.count - 1] = Transition(low: last.low, high: head.upperBound, target: target)
            } else {
                row.append(Transition(low: head.lowerBound, high: head.upperBound, target: target))
            }
            index = end
        }
        if let state = known[row] { return state }
        let state = try add(.bytes(start: transitions.count, count: row.count))
        transitions += row
        known[row] = state
        return state
    }
}
