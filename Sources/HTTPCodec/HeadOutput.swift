package import NIOCore

/// Memory that a head is written into: one look at the buffer for a whole head instead of one for each piece.
///
/// Every piece is checked against the room that is left. What does not fit is left out and remembered, and the head is
/// then written again with more room: see `ByteBuffer.writeHead`. Only valid inside that call.
package struct HeadOutput {
    private let base: UnsafeMutableRawPointer
    private let capacity: Int
    /// How many bytes are written.
    package private(set) var count = 0
    /// Whether everything has fitted so far.
    package private(set) var isComplete = true

    fileprivate init(_ bytes: UnsafeMutableRawBufferPointer, base: UnsafeMutableRawPointer) {
        self.base = base
        capacity = bytes.count
    }

    /// Appends a constant.
    @inline(__always)
    package mutating func put(_ text: StaticString) {
        copy(text.utf8Start, text.utf8CodeUnitCount)
    }

    /// Appends bytes as they are.
    @inline(__always)
    package mutating func put(_ bytes: RawSpan) {
        bytes.withUnsafeBytes { if let start = $0.baseAddress { copy(start, $0.count) } }
    }

    /// Appends bytes as they are.
    @inline(__always)
    package mutating func put(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { if let start = $0.baseAddress { copy(start, $0.count) } }
    }

    /// Appends the UTF-8 of a text.
    package mutating func put(_ text: String) { put(text.utf8Span.span.bytes) }

    /// Appends one byte.
    @inline(__always)
    package mutating func put(byte: UInt8) {
        guard count < capacity else {
            isComplete = false
            return
        }
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// Appends the lowest `digits` hexadecimal digits of `value`, lower case; at most 16.
    @inline(__always)
    package mutating func putHex(_ value: UInt64, digits: Int) {
        var shift = digits &* 4
        while shift >= 32 {
            shift &-= 32
            put(word: HeadOutput.hexadecimal(UInt32(truncatingIfNeeded: value >> UInt64(shift))), count: 8)
        }
        if shift > 0 {
            // The digits wanted are the last of the eight: brought to the front of the word.
            let word = HeadOutput.hexadecimal(UInt32(truncatingIfNeeded: value))
            put(word: word >> UInt64((8 &- shift / 4) &* 8), count: shift / 4)
        }
    }

    /// Appends `number` in decimal digits.
    package mutating func putInteger(_ number: Int) {
        var rest = number.magnitude
        if number < 0 { put(byte: 0x2D) }
        var digits: InlineArray<20, UInt8> = .init(repeating: 0)
        var first = 20
        repeat {
            first &-= 1
            digits[first] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        put(digits.span.extracting(first..<20).bytes)
    }

    @inline(__always)
    private mutating func put(word: UInt64, count wanted: Int) {
        guard capacity &- count >= wanted else {
            isComplete = false
            return
        }
        withUnsafeBytes(of: word.littleEndian) { bytes in
            if let start = bytes.baseAddress { (base + count).copyMemory(from: start, byteCount: min(wanted, 8)) }
        }
        count &+= wanted
    }

    @inline(__always)
    private mutating func copy(_ start: UnsafeRawPointer, _ length: Int) {
        guard length <= capacity &- count else {
            isComplete = false
            return
        }
        (base + count).copyMemory(from: start, byteCount: length)
        count &+= length
    }

    /// The eight hexadecimal digits of a number, the first in the lowest byte.
    @inline(__always)
    private static func hexadecimal(_ value: UInt32) -> UInt64 {
        var word = UInt64(value.byteSwapped)
        word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
        word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
        word = (word >> 4 & 0x000F_000F_000F_000F) | (word & 0x000F_000F_000F_000F) << 8
        // A digit of ten or more carries into the fifth bit when six is added.
        let letters = (word &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return word &+ 0x3030_3030_3030_3030 &+ letters &* 0x27
    }
}

extension ByteBuffer {
    /// Appends what `write` puts out, in one piece; called again with more room where `capacity` was too small.
    ///
    /// - Throws: what `write` throws; nothing is appended then.
    package mutating func writeHead<Fault: Error>(
        capacity: Int,
        _ write: (inout HeadOutput) throws(Fault) -> Void
    ) throws(Fault) {
        var room = max(capacity, 64)
        while true {
            var isComplete = false
            var fault: Fault?
            writeWithUnsafeMutableBytes(minimumWritableBytes: room) { bytes in
                guard let base = bytes.baseAddress else { return 0 }
                var output = HeadOutput(bytes, base: base)
                do throws(Fault) {
                    try write(&output)
                } catch {
                    fault = error
                    return 0
                }
                isComplete = output.isComplete
                return isComplete ? output.count : 0
            }
            if let fault { throw fault }
            if isComplete { return }
            room = max(room, writableBytes) &* 2
        }
    }
}
