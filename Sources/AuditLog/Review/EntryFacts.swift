/// The members of a line that the index holds, found in one pass without building anything.
///
/// Texts are given as places in the line, between their quotes, with their escapes: entries are written in one form, so
/// equal texts are equal bytes. A line that is not one JSON object gives `nil`.
package struct EntryFacts: Sendable {
    /// The number of the entry; `nil` where it is missing.
    package private(set) var sequence: UInt64?
    /// The time, microseconds since 1970; 0 where there is none.
    package private(set) var time: Int64 = 0
    /// `kind`.
    package private(set) var kind: Range<Int>?
    /// `decision`.
    package private(set) var decision: Range<Int>?
    /// `source`.
    package private(set) var source: Range<Int>?
    /// `reason`.
    package private(set) var reason: Range<Int>?
    /// `rid`.
    package private(set) var requestID: Range<Int>?
    /// `rk`.
    package private(set) var replayKey: Range<Int>?
    /// `sig.key`, or `key.id` of an entry about a key.
    package private(set) var key: Range<Int>?
    /// `event.id`.
    package private(set) var eventID: Range<Int>?
    /// `event.type`.
    package private(set) var eventType: Range<Int>?
    /// `client.ip`.
    package private(set) var address: Range<Int>?
    /// `status`.
    package private(set) var status: UInt64?
    /// Whether there is a member `deg`.
    package private(set) var isDegraded = false

    /// Reads a line without its line feed.
    package init?(_ line: Span<UInt8>) {
        let isObject = JSONScanner.forEachMember(of: line) { name, value in
            take(line, name, value)
            return true
        }
        if !isObject { return nil }
    }

    private mutating func take(_ line: Span<UInt8>, _ name: Range<Int>, _ value: Range<Int>) {
        func names(_ text: StaticString) -> Bool { ScannedLine.equals(line, name, text) }
        switch name.count {
        case 2:
            if names("ts"), let text = EntryFacts.text(line, value) {
                time = EntryTime.parse(line.extracting(text)) ?? 0
            } else if names("rk") {
                replayKey = EntryFacts.text(line, value)
            }
        case 3:
            if names("seq") {
                sequence = EntryFacts.integer(line, value)
            } else if names("rid") {
                requestID = EntryFacts.text(line, value)
            } else if names("deg") {
                isDegraded = true
            } else if names("sig") {
                key = inner("key", line, value)
            } else if names("key") {
                key = inner("id", line, value)
            }
        case 4: if names("kind") { kind = EntryFacts.text(line, value) }
        case 5: if names("event") { takeEvent(line, value) }
        case 6:
            if names("source") {
                source = EntryFacts.text(line, value)
            } else if names("reason") {
                reason = EntryFacts.text(line, value)
            } else if names("status") {
                status = EntryFacts.integer(line, value)
            } else if names("client") {
                address = inner("ip", line, value)
            }
        case 8: if names("decision") { decision = EntryFacts.text(line, value) }
        default: break
        }
    }

    private mutating func takeEvent(_ line: Span<UInt8>, _ value: Range<Int>) {
        eventID = inner("id", line, value)
        eventType = inner("type", line, value)
    }

    /// The text `member` of the object at `range`, as a place in the line.
    private func inner(_ member: StaticString, _ line: Span<UInt8>, _ range: Range<Int>) -> Range<Int>? {
        let object = line.extracting(range)
        var scanner = JSONScanner(bytes: object.count)
        guard scanner.open(object) else { return nil }
        var isFirst = true
        while case .member(let name, let value)? = scanner.nextMember(object, isFirst: isFirst) {
            isFirst = false
            guard ScannedLine.equals(object, name, member), let text = EntryFacts.text(object, value) else { continue }
            return (range.lowerBound + text.lowerBound)..<(range.lowerBound + text.upperBound)
        }
        return nil
    }

    private static func text(_ line: Span<UInt8>, _ value: Range<Int>) -> Range<Int>? {
        guard value.count >= 2, line[value.lowerBound] == UInt8(ascii: "\"") else { return nil }
        return (value.lowerBound + 1)..<(value.upperBound - 1)
    }

    private static func integer(_ line: Span<UInt8>, _ value: Range<Int>) -> UInt64? {
        guard value.count <= 18, value.count > 0 else { return nil }
        var result: UInt64 = 0
        for index in value {
            let digit = line[index] &- UInt8(ascii: "0")
            guard digit < 10 else { return nil }
            result = result * 10 + UInt64(digit)
        }
        return result
    }

    /// A number for a text as it stands in a line; equal texts have equal numbers (FNV-1a, 64 bits).
    ///
    /// Not secret: whoever looks up by it compares the text itself afterwards.
    package static func number(_ text: Span<UInt8>) -> Int64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in text.indices { hash = (hash ^ UInt64(text[index])) &* 0x0000_0100_0000_01B3 }
        return Int64(bitPattern: hash)
    }

    /// The number of a text that a person gave.
    package static func number(of text: String) -> Int64 {
        let quoted = [UInt8](capacity: text.utf8.count * 6 + 2) { output in
            TextRules.put(UInt8(ascii: "\""), to: &output)
            for byte in text.utf8 { TextRules.appendJSON(byte, to: &output) }
        }
        return number(quoted.span.extracting(1..<quoted.count))
    }
}
