/// A number as sign, digits and exponent, read from its text and never rounded.
///
/// The value is 0.d₁d₂…dₙ × 10^scale with d₁ and dₙ not zero; zero has no digits. The digits stay in the text.
package struct ExactDecimal {
    private let bytes: ByteView
    private let firstDigit: Int
    private let lastDigit: Int
    /// Whether the number is below zero; never for zero (−0 equals 0).
    package let isNegative: Bool
    /// The power of ten that the digits behind "0." are multiplied with.
    package let scale: Int
    /// How many digits there are between the first and the last that are not zero, both included.
    package let digitCount: Int

    /// Reads the accepted number text of `length` bytes at `start`.
    package init(_ bytes: ByteView, _ start: Int, _ length: Int) {
        self.bytes = bytes
        let end = start + length
        var index = start
        let hasSign = bytes[start] == UInt8(ascii: "-")
        if hasSign { index += 1 }
        var first = -1
        var last = -1
        var point = -1
        var firstPosition = 0
        var lastPosition = 0
        var position = 0
        var exponent = 0
        scan: while index < end {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "."):
                point = position
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                exponent = Self.exponent(bytes, index + 1, end)
                break scan
            default:
                if byte != UInt8(ascii: "0") {
                    if first < 0 {
                        first = index
                        firstPosition = position
                    }
                    last = index
                    lastPosition = position
                }
                position += 1
            }
            index += 1
        }
        if point < 0 { point = position }
        firstDigit = first
        lastDigit = last
        isNegative = hasSign && first >= 0
        digitCount = first < 0 ? 0 : lastPosition - firstPosition + 1
        scale = first < 0 ? 0 : point - firstPosition + exponent
    }

    private static func exponent(_ bytes: ByteView, _ start: Int, _ end: Int) -> Int {
        var index = start
        var isNegative = false
        if index < end, bytes[index] == UInt8(ascii: "-") || bytes[index] == UInt8(ascii: "+") {
            isNegative = bytes[index] == UInt8(ascii: "-")
            index += 1
        }
        var value = 0
        while index < end {
            value = min(value * 10 + Int(bytes[index] &- UInt8(ascii: "0")), 1_000_000_000)
            index += 1
        }
        return isNegative ? -value : value
    }

    /// Whether the value is zero.
    package var isZero: Bool { digitCount == 0 }

    /// Whether the value is a whole number, however it is written.
    package var isInteger: Bool { isZero || scale >= digitCount }

    /// The exponent of the first digit in scientific notation.
    package var leadingExponent: Int { scale - 1 }

    /// Calls `body` with every digit, 0 to 9, from the first to the last.
    package func forEachDigit(_ body: (UInt8) -> Void) {
        guard digitCount > 0 else { return }
        for index in firstDigit...lastDigit where bytes[index] != UInt8(ascii: ".") {
            body(bytes[index] &- UInt8(ascii: "0"))
        }
    }

    /// The value where it is a whole number of the range of `Int64`.
    package var int64: Int64? {
        guard isInteger, scale <= 19 else { return nil }
        if isZero { return 0 }
        // Built below zero, where the range is larger by one.
        var value: Int64 = 0
        var hasOverflown = false
        var position = firstDigit
        for digitIndex in 0..<scale {
            var digit: Int64 = 0
            if digitIndex < digitCount {
                if bytes[position] == UInt8(ascii: ".") { position += 1 }
                digit = Int64(bytes[position] &- UInt8(ascii: "0"))
                position += 1
            }
            let scaled = value.multipliedReportingOverflow(by: 10)
            let added = scaled.partialValue.subtractingReportingOverflow(digit)
            hasOverflown = hasOverflown || scaled.overflow || added.overflow
            value = added.partialValue
        }
        if hasOverflown { return nil }
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    /// Whether the value is an integer that binary64 and its neighbours keep apart (RFC 7493 section 2.2).
    package var isSafeInteger: Bool {
        guard let value = int64 else { return false }
        return value.magnitude <= 9_007_199_254_740_991
    }

    /// Whether rounding to binary64 gives infinity: the magnitude is at least 2^1024 − 2^970.
    package var overflowsBinary64: Bool {
        if leadingExponent != 308 { return leadingExponent > 308 }
        return Self.compareDigits(self, Self.binary64Bound) >= 0
    }

    /// The first digits of 2^1024 − 2^970; no shorter number lies between them and the bound.
    private static let binary64Bound: [UInt8] = [
        1, 7, 9, 7, 6, 9, 3, 1, 3, 4, 8, 6, 2, 3, 1, 5, 8, 0, 7, 9, 3, 7, 2, 8, 9, 7, 1, 4, 0, 5, 3, 0, 3, 4, 1, 5, 0,
        7,
        9, 9, 3, 4, 1, 3, 2, 7, 1, 0, 0, 3, 7, 8, 2, 6, 9, 3, 6, 1, 7, 3, 7, 7, 8, 9,
    ]

    private static func compareDigits(_ number: ExactDecimal, _ bound: [UInt8]) -> Int {
        var position = 0
        var result = 0
        number.forEachDigit { digit in
            let other = position < bound.count ? bound[position] : 0
            if result == 0, digit != other { result = digit < other ? -1 : 1 }
            position += 1
        }
        if result == 0, position < bound.count { return -1 }
        return result
    }

    /// The order of two values: −1, 0 or 1.
    package static func compare(_ left: ExactDecimal, _ right: ExactDecimal) -> Int {
        let leftSign = left.isZero ? 0 : left.isNegative ? -1 : 1
        let rightSign = right.isZero ? 0 : right.isNegative ? -1 : 1
        if leftSign != rightSign { return leftSign < rightSign ? -1 : 1 }
        if leftSign == 0 { return 0 }
        return leftSign * compareMagnitudes(left, right)
    }

    private static func compareMagnitudes(_ left: ExactDecimal, _ right: ExactDecimal) -> Int {
        if left.scale != right.scale { return left.scale < right.scale ? -1 : 1 }
        var leftIndex = left.firstDigit
        var rightIndex = right.firstDigit
        while leftIndex <= left.lastDigit, rightIndex <= right.lastDigit {
            if left.bytes[leftIndex] == UInt8(ascii: ".") { leftIndex += 1 }
            if right.bytes[rightIndex] == UInt8(ascii: ".") { rightIndex += 1 }
            let leftDigit = left.bytes[leftIndex]
            let rightDigit = right.bytes[rightIndex]
            if leftDigit != rightDigit { return leftDigit < rightDigit ? -1 : 1 }
            leftIndex += 1
            rightIndex += 1
        }
        // Neither ends in a zero, so the one with digits left is larger.
        if leftIndex <= left.lastDigit { return 1 }
        return rightIndex <= right.lastDigit ? -1 : 0
    }
}
