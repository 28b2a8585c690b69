/// The few members of a stored line that recovery, verification and the replay store look at, as places in the line.
///
/// The whole line is checked to be one JSON object (RFC 8259) in UTF-8, at most 16 deep, without a repeated member name
/// among those that are looked at.
package struct ScannedLine: Sendable {
    /// The sequence number; `nil` where it is missing or not a plain integer.
    package private(set) var sequence: UInt64?
    /// The value of `kind`, without its quotes, escapes as they stand.
    package private(set) var kind: Range<Int>?
    /// The value of `ts`.
    package private(set) var time: Range<Int>?
    /// The value of `source`.
    package private(set) var source: Range<Int>?
    /// The value of `rk`.
    package private(set) var replayKey: Range<Int>?
    /// The value of `rid`.
    package private(set) var requestID: Range<Int>?
    /// The object `prune`, with its braces.
    package private(set) var prune: Range<Int>?

    /// Reads a line without its line feed; `nil` where it is not one JSON object.
    package init?(_ line: Span<UInt8>) {
        guard JSONScanner.forEachMember(of: line, { take(line, $0, $1) }) else { return nil }
    }

    /// Notes a member; `false` where one that is looked at is there twice.
    private mutating func take(_ line: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) -> Bool {
        switch name.count {
        case 2:
            if ScannedLine.equals(line, name, "ts") { return ScannedLine.set(&time, text(line, value)) }
            if ScannedLine.equals(line, name, "rk") { return ScannedLine.set(&replayKey, text(line, value)) }
        case 3:
            if ScannedLine.equals(line, name, "seq") {
                guard sequence == nil else { return false }
                sequence = ScannedLine.integer(line, value)
                return sequence != nil
            }
            if ScannedLine.equals(line, name, "rid") { return ScannedLine.set(&requestID, text(line, value)) }
        case 4:
            if ScannedLine.equals(line, name, "kind") { return ScannedLine.set(&kind, text(line, value)) }
        case 5:
            if ScannedLine.equals(line, name, "prune") { return ScannedLine.set(&prune, value) }
        case 6:
            if ScannedLine.equals(line, name, "source") { return ScannedLine.set(&source, text(line, value)) }
        default: break
        }
        return true
    }

    private static func set(_ field: inout Range<Int>?, _ value: Range<Int>?) -> Bool {
        guard field == nil else { return false }
        field = value
        return true
    }

    /// The inside of a string; `nil` where the value is none.
    private func text(_ line: Span<UInt8>, _ value: Range<Int>) -> Range<Int>? {
        guard value.count >= 2, line[value.lowerBound] == UInt8(ascii: "\"") else { return nil }
        return (value.lowerBound + 1)..<(value.upperBound - 1)
    }

    /// Whether a place in a line holds exactly the bytes of `text`.
    package static func equals(_ line: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        var index = 0
        while index < range.count {
            if line[range.lowerBound &+ index] != (unsafe text.utf8Start[index]) { return false }
            index &+= 1
        }
        return true
    }

    private static func integer(_ line: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
        guard range.count <= 19, range.count > 0, range.count == 1 || line[range.lowerBound] != UInt8(ascii: "0") else {
            return nil
        }
        var value: UInt64 = 0
        for index in range {
            let digit = line[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            value = value &* 10 &+ UInt64(digit)
        }
        return value
    }

    /// The integer member `name` of an object at `range`; `nil` where it is not there or not a plain integer.
    package static func integerMember(_ name: StaticString, of range: Range<Int>, in line: Span<UInt8>) -> UInt64? {
        let object = line.extracting(range)
        var scanner = JSONScanner(bytes: object.count)
        guard scanner.open(object) else { return nil }
        var isFirst = true
        while case .member(let key, let value)? = scanner.nextMember(object, isFirst: isFirst) {
            isFirst = false
            if equals(object, key, name) { return integer(object, value) }
        }
        return nil
    }
}
