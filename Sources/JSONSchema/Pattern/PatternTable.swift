internal import StrictJSON

/// A deterministic automaton: one table look-up a byte.
final class PatternTable: Sendable {
    private let classes: [UInt8]
    private let classCount: Int
    private let table: [Int32]
    /// What is known in each state, as bits.
    ///
    /// Bit 0: the text so far holds a match. Bit 1: it would if it ended here. Bit 2: no continuation can match.
    private let verdicts: [UInt8]

    /// How many states there may be, and how much work building may be, before the simulation has to do.
    static let statesMax = 4000
    static let workMax = 4_000_000

    /// Builds the table, `nil` where it would get too large.
    init?(_ automaton: PatternAutomaton) {
        let (classes, representatives) = Self.byteClasses(automaton)
        var builder = TableBuilder(automaton, representatives)
        guard builder.build() else { return nil }
        self.classes = classes
        classCount = representatives.count
        table = builder.table
        verdicts = builder.verdicts
    }

    /// Bytes that no transition tells apart share a class.
    private static func byteClasses(_ automaton: PatternAutomaton) -> ([UInt8], [UInt8]) {
        var isBoundary = Array(repeating: false, count: 257)
        isBoundary[0] = true
        for transition in automaton.transitions {
            isBoundary[Int(transition.low)] = true
            isBoundary[Int(transition.high) + 1] = true
        }
        var classes: [UInt8] = []
        var representatives: [UInt8] = []
        for byte in 0..<256 {
            if isBoundary[byte] { representatives.append(UInt8(byte)) }
            classes.append(UInt8(representatives.count - 1))
        }
        return (classes, representatives)
    }

    func matches(_ text: ByteView) -> Bool {
        unsafe classes.withUnsafeBufferPointer { classes in
            unsafe table.withUnsafeBufferPointer { table in
                unsafe verdicts.withUnsafeBufferPointer { verdicts in
                    unsafe run(text, classes, table, verdicts)
                }
            }
        }
    }

    private func run(
        _ text: ByteView,
        _ classes: UnsafeBufferPointer<UInt8>,
        _ table: UnsafeBufferPointer<Int32>,
        _ verdicts: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var state = 0
        var index = 0
        while index < text.count {
            let verdict = unsafe verdicts[state]
            if verdict & 5 != 0 { return verdict & 1 != 0 }
            state = unsafe Int(table[state * classCount + Int(classes[Int(text[index])])])
            index += 1
        }
        return unsafe verdicts[state] & 3 != 0
    }
}

private struct TableBuilder {
    private let automaton: PatternAutomaton
    private let representatives: [UInt8]
    private var numbers: [[Int]: Int32] = [:]
    private var pending: [[Int]] = []
    private var work = 0
    private(set) var table: [Int32] = []
    private(set) var verdicts: [UInt8] = []

    init(_ automaton: PatternAutomaton, _ representatives: [UInt8]) {
        self.automaton = automaton
        self.representatives = representatives
    }

    mutating func build() -> Bool {
        _ = number(of: close([automaton.entry], isStart: true))
        var next = 0
        while next < pending.count {
            let set = pending[next]
            let isFinal = verdicts[next] & 1 != 0
            for byte in representatives {
                work += set.count + 4
                // After a match the verdict stands, so the state may lead to itself.
                table.append(isFinal ? Int32(next) : number(of: step(set, byte)))
            }
            if pending.count > PatternTable.statesMax || work > PatternTable.workMax { return false }
            next += 1
        }
        markDeadStates()
        return true
    }

    private mutating func number(of closure: (states: [Int], verdict: UInt8)) -> Int32 {
        // The verdict belongs to the key: only it tells apart sets that differ in what holds at the end.
        let key = closure.states + [-1 - Int(closure.verdict)]
        if let known = numbers[key] { return known }
        let number = Int32(pending.count)
        numbers[key] = number
        pending.append(closure.states)
        verdicts.append(closure.verdict)
        return number
    }

    private mutating func step(_ set: [Int], _ byte: UInt8) -> (states: [Int], verdict: UInt8) {
        var targets: [Int] = []
        for state in set {
            guard case .bytes(let start, let count) = automaton.states[state] else { continue }
            for transition in automaton.transitions[start..<start + count]
            where transition.low <= byte && byte <= transition.high {
                targets.append(transition.target)
            }
        }
        // The search starts anew at every place.
        targets.append(automaton.entry)
        return close(targets, isStart: false)
    }

    private mutating func close(_ seeds: [Int], isStart: Bool) -> (states: [Int], verdict: UInt8) {
        let here = reach(seeds, isStart: isStart, isEnd: false)
        if here.hasMatch { return ([], 1) }
        let atEnd = reach(seeds, isStart: isStart, isEnd: true)
        return (here.states, atEnd.hasMatch ? 2 : 0)
    }

    private mutating func reach(_ seeds: [Int], isStart: Bool, isEnd: Bool) -> (states: [Int], hasMatch: Bool) {
        var seen: Set<Int> = []
        var states: [Int] = []
        var stack = seeds
        while let state = stack.popLast() {
            work += 1
            guard seen.insert(state).inserted else { continue }
            switch automaton.states[state] {
            case .bytes: states.append(state)
            case .split(let first, let second): stack += [first, second]
            case .start(let next): if isStart { stack.append(next) }
            case .end(let next): if isEnd { stack.append(next) }
            case .wordBoundary: break
            case .match: return ([], true)
            }
        }
        return (states.sorted(), false)
    }

    /// A state from which neither verdict can be reached ends the search.
    private mutating func markDeadStates() {
        let width = representatives.count
        var isAlive = verdicts.map { $0 & 3 != 0 }
        var hasChanged = true
        while hasChanged {
            hasChanged = false
            for state in isAlive.indices.reversed() where !isAlive[state] {
                let row = table[state * width..<(state + 1) * width]
                if row.contains(where: { isAlive[Int($0)] }) {
                    isAlive[state] = true
                    hasChanged = true
                }
            }
        }
        for state in isAlive.indices where !isAlive[state] { verdicts[state] |= 4 }
    }
}
