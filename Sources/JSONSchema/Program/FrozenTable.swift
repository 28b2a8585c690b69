/// A table that is filled once and read without a bounds check in release builds; indices come from the compiler.
@safe
struct FrozenTable<Element: BitwiseCopyable>: BitwiseCopyable {
    private let base: UnsafeMutablePointer<Element>
    let count: Int

    init(_ elements: [Element]) {
        count = elements.count
        unsafe base = .allocate(capacity: max(1, elements.count))
        for (index, element) in elements.enumerated() { unsafe base[index] = element }
    }

    /// The address of the first element.
    var address: UnsafeMutablePointer<Element> { unsafe base }

    func deallocate() {
        unsafe base.deallocate()
    }

    subscript(index: Int) -> Element {
        @inline(__always) get {
            assert(index >= 0 && index < count)
            return unsafe base[index]
        }
    }

    subscript(index: Int32) -> Element {
        @inline(__always) get { self[Int(index)] }
    }
}
