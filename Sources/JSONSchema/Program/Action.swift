/// What one subschema asks of a value of one kind.
///
/// The planner decides at load, so that most values cost one look-up: references are followed, alternatives whose kinds
/// do not overlap are chosen, and what has no rules for a kind is accepted at once.
struct Action: BitwiseCopyable, Equatable {
    enum Code {
        static let accept: UInt32 = 0
        static let reject: UInt32 = 1
        /// A string plan, nothing else.
        static let string: UInt32 = 2
        /// A number plan, nothing else.
        static let number: UInt32 = 3
        /// A string that has to be one of a constant plan's.
        static let constant: UInt32 = 4
        /// An object plan, nothing else.
        static let object: UInt32 = 5
        /// An array plan, nothing else.
        static let array: UInt32 = 6
        /// The subschema as it is written.
        static let general: UInt32 = 7
    }

    /// The code in the low three bits, the number of the plan or subschema above.
    let bits: UInt32

    init(_ code: UInt32, _ operand: Int32 = 0) {
        bits = UInt32(bitPattern: operand) << 3 | code
    }

    var code: UInt32 {
        @inline(__always) get { bits & 7 }
    }

    var operand: Int32 {
        @inline(__always) get { Int32(bitPattern: bits >> 3) }
    }

    static let accept = Action(Code.accept)
    static let reject = Action(Code.reject)
}
