/// Sets of bits, one above the other: the members and elements already evaluated, and the names seen.
///
/// Behind an address, so that the evaluator's loops reach it without the class that owns it.
@safe
struct MarkStack {
    @unsafe private struct Words {
        var base: UnsafeMutablePointer<UInt64>
        var capacity: Int
        var top: Int
    }

    private let words: UnsafeMutablePointer<Words>

    init() {
        let capacity = 256
        unsafe words = .allocate(capacity: 1)
        unsafe words.initialize(to: Words(base: .allocate(capacity: capacity), capacity: capacity, top: 0))
    }

    func deallocate() {
        unsafe words.pointee.base.deallocate()
        unsafe words.deallocate()
    }

    /// Takes room for `count` bits, all clear; gives the index of the first word.
    func push(_ count: Int) -> Int {
        let start = unsafe words.pointee.top
        let end = start + (count + 63) / 64
        if unsafe end > words.pointee.capacity { grow(to: end) }
        for index in start..<end { unsafe words.pointee.base[index] = 0 }
        unsafe words.pointee.top = end
        return start
    }

    func pop(to start: Int) {
        unsafe words.pointee.top = start
    }

    private func grow(to wanted: Int) {
        let capacity = max(wanted, unsafe words.pointee.capacity * 2)
        let base = UnsafeMutablePointer<UInt64>.allocate(capacity: capacity)
        unsafe base.update(from: words.pointee.base, count: words.pointee.top)
        unsafe words.pointee.base.deallocate()
        unsafe words.pointee.base = base
        unsafe words.pointee.capacity = capacity
    }

    @inline(__always)
    func mark(_ start: Int, _ position: Int) {
        unsafe words.pointee.base[start + (position >> 6)] |= 1 << UInt64(truncatingIfNeeded: position & 63)
    }

    @inline(__always)
    func isMarked(_ start: Int, _ position: Int) -> Bool {
        unsafe words.pointee.base[start + (position >> 6)] >> UInt64(truncatingIfNeeded: position & 63) & 1 != 0
    }

    /// Adds the first `count` bits of the set at `other` to the set at `start`.
    func unite(_ start: Int, _ other: Int, _ count: Int) {
        for word in 0..<(count + 63) / 64 {
            unsafe words.pointee.base[start + word] |= words.pointee.base[other + word]
        }
    }
}
