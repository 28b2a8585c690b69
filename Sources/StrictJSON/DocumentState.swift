/// What a document keeps between two parses, at an address of its own.
@safe
struct DocumentState {
    struct Fields {
        var entries = Scratch<TapeEntry>()
        /// Hash and tape index of every name of the objects that are still open, innermost last.
        var openNames = Scratch<UInt64>()
        /// The decoded bytes of the names that have escapes.
        var decodedNames = Scratch<UInt8>()
        var duplicates = DuplicateTable()
        var entryCount = 0
        var decodedNameBytes = 0
        var byteCount = 0
        var hasUnsafeIntegers = false
    }

    private let address: UnsafeMutablePointer<Fields>

    init() {
        unsafe address = .allocate(capacity: 1)
        unsafe address.initialize(to: Fields())
    }

    func deallocate() {
        fields.entries.deallocate()
        fields.openNames.deallocate()
        fields.decodedNames.deallocate()
        fields.duplicates.deallocate()
        unsafe address.deinitialize(count: 1)
        unsafe address.deallocate()
    }

    var fields: Fields {
        @inline(__always) unsafeAddress { unsafe UnsafePointer(address) }
        @inline(__always) nonmutating unsafeMutableAddress { unsafe address }
    }
}
