internal import StrictJSON

/// A deterministic automaton: one table look-up a byte.
///
/// `@unchecked Sendable`: filled by the initialiser and never changed.
final class PatternTable: @unchecked Sendable {
    private let classes: FrozenTable<UInt8>
    /// One entry a state and class: the place of the next state's row, shifted by three, and that state's verdict.
    private let table: FrozenTable<UInt32>
    private let start: UInt32

    /// What matching reads; good as long as the table lives.
    var view: PatternView { PatternView(classes: classes, table: table, start: start) }

    /// How many states there may be, and how much work building may be, before the simulation has to do.
    static let statesMax = 4000
    static let workMax = 3_000_000

    /// Builds the table, `nil` where it would get too large.
    init?(_ automaton: PatternAutomaton) {
        let (classes, representatives) = Self.byteClasses(automaton)
        var builder = TableBuilder(automaton, representatives)
        guard builder.build() else { return nil }
        self.classes = FrozenTable(classes)
        let width = representatives.count
        let verdicts = builder.verdicts
        func entry(_ state: Int32) -> UInt32 {
            UInt32(truncatingIfNeeded: Int(state) * width) << 3 | UInt32(verdicts[Int(state)])
        }
        table = FrozenTable(builder.table.map(entry))
        start = entry(0)
    }

    deinit {
        classes.deallocate()
        table.deallocate()
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
}

/// The table of one pattern without its owner.
struct PatternView: BitwiseCopyable {
    let classes: FrozenTable<UInt8>
    let table: FrozenTable<UInt32>
    let start: UInt32

    @inline(__always)
    func matches(_ bytes: ByteView, _ first: Int, _ count: Int) -> Bool {
        var entry = start
        var index = first
        let end = first + count
        // Bits 0 and 2 are final: a match, or none to come.
        while entry & 5 == 0, index < end {
            entry = table[Int(entry >> 3) + Int(classes[Int(bytes[index])])]
            index += 1
        }
        return entry & 1 != 0 || index == end && entry & 6 == 2
    }
}

private struct TableBuilder {
    private let automaton: PatternAutomaton
    private let representatives: [UInt8]
    private var numbers: [[Int]: Int32] = [:]
    private var pending: [[Int]] = []
    private var work = 0
    /// The round in which each state was last reached.
    private var marks: [Int]
    private var round = 0
    private(set) var table: [Int32] = []
    private(set) var verdicts: [UInt8] = []

    init(_ automaton: PatternAutomaton, _ representatives: [UInt8]) {
        self.automaton = automaton
        self.representatives = representatives
        marks = Array(repeating: 0, count: automaton.states.count)
    }

    mutating func build() -> Bool {
        _ = number(of: close([automaton.entry], isStart: true))
        var next = 0
        while next < pending.count {
            let set = pending[next]
            let isFinal = verdicts[next] & 1 != 0
            for byte in representatives {
                work += set.count + 4
                if work > PatternTable.workMax { return false }
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
            work += count
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
        round += 1
        var states: [Int] = []
        var stack = seeds
        while let state = stack.popLast() {
            work += 1
            if marks[state] == round { continue }
            marks[state] = round
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
