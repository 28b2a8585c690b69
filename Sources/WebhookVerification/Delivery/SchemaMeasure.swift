/// What holding one payload against its schemas cost and found.
package struct SchemaMeasure: Sendable, Equatable {
    /// How long it took; 0 where it was not timed.
    package var nanoseconds: UInt32 = 0
    /// How many schemas it did not satisfy, those in shadow included.
    package var refusals: UInt8 = 0

    package init() {}

    /// Whether there is anything to count.
    package var isEmpty: Bool { nanoseconds == 0 && refusals == 0 }
}
