package import StrictJSON

/// A compiled pattern: finds a match anywhere in the text in time linear in the text.
///
/// A deterministic table where it stays small, else a simulation of the automaton that holds every state at once.
package final class PatternMatcher: Sendable {
    private let automaton: PatternAutomaton
    private let table: PatternTable?
    private let runs: RunPattern?

    /// How many bytes a pattern may have.
    package static let patternBytesMax = 4096

    /// Compiles `pattern`; refuses what the grammar does not allow, what is not regular and what gets too large.
    package init(_ pattern: [UInt8]) throws(PatternFault) {
        guard pattern.count <= Self.patternBytesMax else {
            throw PatternFault(reason: "the pattern is longer than \(Self.patternBytesMax) bytes", offset: 0)
        }
        let syntax = try PatternSyntax(pattern, allowsIdentityEscapes: true)
        if let unsupported = syntax.unsupported { throw unsupported }
        automaton = try PatternAutomaton(syntax.root)
        runs = RunPattern(syntax.root)
        table = automaton.hasWordBoundaries || runs != nil ? nil : PatternTable(automaton)
    }

    /// Whether the bytes are a pattern of ECMA-262 with the `u` flag: `format: regex`.
    static func isPattern(_ text: [UInt8]) -> Bool {
        guard text.count <= patternBytesMax else { return false }
        do throws(PatternFault) {
            _ = try PatternSyntax(text, allowsIdentityEscapes: false)
            return true
        } catch {
            return false
        }
    }

    /// Whether the pattern matches somewhere in `text`, well-formed UTF-8.
    ///
    /// The simulation takes its steps from `budget`; at zero the answer is `false` and the caller has to look at it.
    package func matches(_ text: ByteView, budget: inout Int) -> Bool {
        if let runs { return runs.view.matches(text, 0, text.count) }
        if let table { return table.view.matches(text, 0, text.count) }
        var simulation = PatternSimulation(automaton)
        return simulation.matches(text, budget: &budget)
    }

    /// What the evaluator's loop reads instead of the matcher.
    var slot: PatternSlot { PatternSlot(runs: runs?.view, table: table?.view) }

    /// The same over an array, without a budget: for tests.
    package func matches(_ text: [UInt8]) -> Bool {
        var budget = Int.max
        return withByteView(text.span) { matches($0, budget: &budget) }
    }
}

/// The automaton's states that hold at one place in the text.
struct PatternSimulation {
    private let automaton: PatternAutomaton
    private var current: [Int] = []
    private var following: [Int] = []
    private var marks: [Int]
    private var generation = 0
    private var stack: [Int] = []

    init(_ automaton: PatternAutomaton) {
        self.automaton = automaton
        marks = Array(repeating: 0, count: automaton.states.count)
    }

    mutating func matches(_ text: ByteView, budget: inout Int) -> Bool {
        var previousIsWord = false
        for position in 0...text.count {
            let nextIsWord = position < text.count && ScalarSet.word.contains(UInt32(text[position]))
            generation += 1
            let seeds = following
            current.removeAll(keepingCapacity: true)
            for seed in seeds + [automaton.entry] {
                let place = Place(
                    isStart: position == 0,
                    isEnd: position == text.count,
                    isBoundary: previousIsWord != nextIsWord
                )
                if close(seed, place) { return true }
            }
            budget -= current.count + 1
            if position == text.count || budget <= 0 { return false }
            step(text[position])
            previousIsWord = nextIsWord
        }
        return false
    }

    private struct Place {
        let isStart: Bool
        let isEnd: Bool
        let isBoundary: Bool
    }

    /// Adds every state reachable without a byte; gives whether the match state is among them.
    private mutating func close(_ seed: Int, _ place: Place) -> Bool {
        stack.append(seed)
        while let state = stack.popLast() {
            if marks[state] == generation { continue }
            marks[state] = generation
            switch automaton.states[state] {
            case .bytes: current.append(state)
            case .split(let first, let second):
                stack.append(second)
                stack.append(first)
            case .start(let next): if place.isStart { stack.append(next) }
            case .end(let next): if place.isEnd { stack.append(next) }
            case .wordBoundary(let next, let isInverted):
                if place.isBoundary != isInverted { stack.append(next) }
            case .match:
                stack.removeAll(keepingCapacity: true)
                return true
            }
        }
        return false
    }

    private mutating func step(_ byte: UInt8) {
        following.removeAll(keepingCapacity: true)
        for state in current {
            guard case .bytes(let start, let count) = automaton.states[state] else { continue }
            for transition in automaton.transitions[start..<start + count]
            where transition.low <= byte && byte <= transition.high {
                following.append(transition.target)
            }
        }
    }
}
