/// A range of bytes inside a head; offsets count from the first byte of the head's ``RequestHead/bytes``.
package struct HTTPSpan: Sendable, Equatable {
    /// Offset of the first byte.
    package let start: UInt16
    /// Number of bytes.
    package let length: UInt16

    /// The empty range at the beginning.
    package static let none = HTTPSpan(from: 0, to: 0)

    /// The range `start..<end`; both lie within ``HTTPLimits/headBytesCeiling``.
    @inline(__always)
    init(from start: Int, to end: Int) {
        self.start = UInt16(truncatingIfNeeded: start)
        self.length = UInt16(truncatingIfNeeded: end &- start)
    }

    /// The range as integers, relative to the head's readable bytes.
    @inline(__always)
    package var range: Range<Int> { Int(start)..<(Int(start) &+ Int(length)) }

    /// Whether there is no byte in it.
    @inline(__always)
    package var isEmpty: Bool { length == 0 }
}

/// One field line of a head: where its name and its value lie, and which well-known name it is.
///
/// The name is 1*tchar; the value is trimmed of SP and HTAB and holds no control character but HTAB (RFC 9110 section 5).
package struct HTTPField: Sendable, Equatable {
    /// The name as it was sent, case included.
    package let name: HTTPSpan
    /// The value without leading and trailing whitespace; may be empty.
    package let value: HTTPSpan
    /// The well-known name, or ``HTTPFieldName/other``.
    package let id: HTTPFieldName
    /// Whether every byte of the value is ASCII.
    ///
    /// Other values are never used nor re-encoded (N11).
    package let isASCII: Bool
}
