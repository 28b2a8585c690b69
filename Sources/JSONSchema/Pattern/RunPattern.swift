internal import StrictJSON

/// A pattern that is a row of ASCII classes, each repeated: `^evt_[A-Za-z0-9]{8,64}$`.
///
/// Identifiers, codes and UUIDs look like that. Each byte is looked up on its own, so the processor takes many at a time,
/// where a state table makes every byte wait for the one before.
///
/// `@unchecked Sendable`: filled by the initialiser and never changed.
final class RunPattern: @unchecked Sendable {
    private let classes: FrozenTable<UInt8>
    private let runs: FrozenTable<Run>
    private let shape: Shape

    /// What matching reads; good as long as the pattern lives.
    var view: RunView { RunView(classes: classes, runs: runs, shape: shape) }

    /// One class and how often it may come.
    struct Run: BitwiseCopyable {
        /// The bit that the class has in the table of classes.
        var bit: UInt8
        var min: UInt32
        var max: UInt32
    }

    struct Shape: BitwiseCopyable {
        var literal = ShortText(literal: [])
        var literalCount = 0
        var countMin = 0
        var countMax = 0
        /// Without a `$` at the end whatever follows is fine.
        var isOpen = false
    }

    deinit {
        classes.deallocate()
        runs.deallocate()
    }

    /// The pattern as runs, `nil` where it is none.
    init?(_ root: PatternNode) {
        guard var reader = RunReader(root), reader.isDeterministic else { return nil }
        shape = reader.takeShape()
        classes = FrozenTable(reader.classes)
        runs = FrozenTable(reader.runs)
    }
}

/// The tables of a `RunPattern` without their owner.
struct RunView: BitwiseCopyable {
    let classes: FrozenTable<UInt8>
    let runs: FrozenTable<RunPattern.Run>
    let shape: RunPattern.Shape

    /// Whether the pattern matches; the text starts at `start` of `bytes`.
    func matches(_ bytes: ByteView, _ start: Int, _ count: Int) -> Bool {
        guard count >= shape.countMin, shape.isOpen || count <= shape.countMax else { return false }
        if shape.literalCount > 0, ShortText(bytes, start, shape.literalCount) != shape.literal { return false }
        let end = start + count
        var index = start + shape.literalCount
        var number = 0
        while number < runs.count {
            let run = runs[number]
            number += 1
            let isLast = number == runs.count
            if isLast, !shape.isOpen {
                // Nothing may be left over: the count decides, then all bytes together.
                return end - index >= Int(run.min) && end - index <= Int(run.max)
                    && areAll(run.bit, bytes, index, end)
            }
            guard end - index >= Int(run.min), areAll(run.bit, bytes, index, index + Int(run.min)) else { return false }
            index += Int(run.min)
            if isLast { return true }
            var left = run.max - run.min
            while left > 0, index < end, classes[Int(bytes[index])] & run.bit != 0 {
                index += 1
                left -= 1
            }
        }
        return shape.isOpen || index == end
    }

    @inline(__always)
    private func areAll(_ bit: UInt8, _ bytes: ByteView, _ start: Int, _ end: Int) -> Bool {
        var all = bit
        var index = start
        while index < end {
            all &= classes[Int(bytes[index])]
            index += 1
        }
        return all != 0
    }
}

/// Reads the runs out of a pattern's tree.
private struct RunReader {
    private(set) var runs: [RunPattern.Run] = []
    private(set) var classes = Array(repeating: UInt8(0), count: 256)
    private var sets: [ScalarSet] = []
    private var isOpen = true

    init?(_ root: PatternNode) {
        guard case .sequence(var parts) = root, case .start? = parts.first else { return nil }
        parts.removeFirst()
        if case .end? = parts.last {
            isOpen = false
            parts.removeLast()
        }
        for part in parts {
            guard take(part) else { return nil }
        }
        guard !runs.isEmpty, runs.count <= 32 else { return nil }
    }

    private mutating func take(_ node: PatternNode) -> Bool {
        switch node {
        case .set(let set): return append(set, 1, 1)
        case .repetition(.set(let set), let low, let high):
            let most = high.map { UInt32(clamping: $0) } ?? .max
            return append(set, UInt32(clamping: low), most)
        default: return false
        }
    }

    private mutating func append(_ set: ScalarSet, _ low: UInt32, _ high: UInt32) -> Bool {
        guard let last = set.ranges.last, last.upperBound < 0x80, low <= high else { return false }
        var number = sets.firstIndex(of: set)
        if number == nil {
            guard sets.count < 8 else { return false }
            number = sets.count
            sets.append(set)
            for range in set.ranges {
                for scalar in range { classes[Int(scalar)] |= 1 << UInt8(sets.count - 1) }
            }
        }
        let bit = UInt8(1) << UInt8(number ?? 0)
        if let last = runs.last, last.bit == bit, last.min == last.max, low == high,
            low < 1_000_000, last.min < 1_000_000
        {
            runs[runs.count - 1].min += low
            runs[runs.count - 1].max += low
        } else {
            runs.append(RunPattern.Run(bit: bit, min: low, max: high))
        }
        return true
    }

    /// Whether taking as much as fits is always right: after a run of open length comes a byte it cannot take.
    var isDeterministic: Bool {
        for (run, next) in zip(runs, runs.dropFirst()) where run.min != run.max {
            guard next.min > 0, !classes.contains(where: { $0 & run.bit != 0 && $0 & next.bit != 0 }) else {
                return false
            }
        }
        return true
    }

    /// Moves single characters at the front into a literal, and adds up the counts.
    mutating func takeShape() -> RunPattern.Shape {
        var shape = RunPattern.Shape()
        shape.isOpen = isOpen
        shape.countMin = runs.reduce(0) { $0 + Int($1.min) }
        shape.countMax = runs.reduce(0) { $0 + Int($1.max) }
        var literal: [UInt8] = []
        while let run = runs.first, run.min == run.max {
            let members = classes.indices.filter { classes[$0] & run.bit != 0 }
            guard members.count == 1, literal.count + Int(run.min) <= ShortText.lengthMax else { break }
            literal += repeatElement(UInt8(members[0]), count: Int(run.min))
            runs.removeFirst()
        }
        shape.literal = ShortText(literal: literal)
        shape.literalCount = literal.count
        return shape
    }
}
