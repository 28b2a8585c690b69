/// Walks over JSON text (RFC 8259) without building anything; used where lines are read by the hundred thousand.
struct JSONScanner {
    /// What follows inside an object.
    enum Step {
        /// A member: the name without its quotes, and the whole value.
        case member(name: Range<Int>, value: Range<Int>)
        /// The closing brace.
        case end
    }

    private static let maxDepth = 16
    /// The next byte to read.
    private(set) var position = 0
    private var hasNonASCII = false
    private let count: Int

    /// Starts at the first of `bytes` bytes.
    init(bytes: Int) { count = bytes }

    /// Passes the opening brace.
    mutating func open(_ line: Span<UInt8>) -> Bool { pass(UInt8(ascii: "{"), line) }

    /// Passes the next member of the object, or its end; `nil` where the text is not JSON.
    mutating func nextMember(_ line: Span<UInt8>, isFirst: Bool) -> Step? {
        skipSpace(line)
        if pass(UInt8(ascii: "}"), line) { return .end }
        if !isFirst {
            guard pass(UInt8(ascii: ","), line) else { return nil }
            skipSpace(line)
        }
        let nameStart = position
        guard string(line) else { return nil }
        let name = (nameStart + 1)..<(position - 1)
        skipSpace(line)
        guard pass(UInt8(ascii: ":"), line) else { return nil }
        skipSpace(line)
        let start = position
        guard value(line, depth: 1) else { return nil }
        return .member(name: name, value: start..<position)
    }

    /// Calls `take` with each member of the object that `line` is, the name without its quotes.
    ///
    /// `false` where the line is not one object in UTF-8 and nothing else, or `take` says so.
    @inline(__always)
    static func forEachMember(of line: Span<UInt8>, _ take: (_ name: Range<Int>, _ value: Range<Int>) -> Bool) -> Bool {
        var scanner = JSONScanner(bytes: line.count)
        guard scanner.open(line) else { return false }
        var isFirst = true
        while true {
            switch scanner.nextMember(line, isFirst: isFirst) {
            case .none: return false
            case .some(.end): return scanner.position == line.count && scanner.isUTF8(line)
            case .some(.member(let name, let value)):
                isFirst = false
                guard take(name, value) else { return false }
            }
        }
    }

    /// Whether the bytes passed so far are UTF-8; only looked at where there was a byte beyond ASCII.
    func isUTF8(_ line: Span<UInt8>) -> Bool {
        !hasNonASCII || (try? UTF8Span(validating: line)) != nil
    }

    private mutating func pass(_ byte: UInt8, _ line: Span<UInt8>) -> Bool {
        guard position < count, line[position] == byte else { return false }
        position &+= 1
        return true
    }

    private mutating func skipSpace(_ line: Span<UInt8>) {
        while position < count, line[position] == 0x20 || line[position] == 0x09 || line[position] == 0x0D {
            position &+= 1
        }
    }

    private mutating func value(_ line: Span<UInt8>, depth: Int) -> Bool {
        guard position < count, depth <= JSONScanner.maxDepth else { return false }
        switch line[position] {
        case UInt8(ascii: "\""): return string(line)
        case UInt8(ascii: "{"): return object(line, depth: depth)
        case UInt8(ascii: "["): return array(line, depth: depth)
        case UInt8(ascii: "t"): return word("true", line)
        case UInt8(ascii: "f"): return word("false", line)
        case UInt8(ascii: "n"): return word("null", line)
        default: return number(line)
        }
    }

    private mutating func object(_ line: Span<UInt8>, depth: Int) -> Bool {
        position &+= 1
        skipSpace(line)
        if pass(UInt8(ascii: "}"), line) { return true }
        repeat {
            skipSpace(line)
            guard string(line) else { return false }
            skipSpace(line)
            guard pass(UInt8(ascii: ":"), line) else { return false }
            skipSpace(line)
            guard value(line, depth: depth + 1) else { return false }
            skipSpace(line)
        } while pass(UInt8(ascii: ","), line)
        return pass(UInt8(ascii: "}"), line)
    }

    private mutating func array(_ line: Span<UInt8>, depth: Int) -> Bool {
        position &+= 1
        skipSpace(line)
        if pass(UInt8(ascii: "]"), line) { return true }
        repeat {
            skipSpace(line)
            guard value(line, depth: depth + 1) else { return false }
            skipSpace(line)
        } while pass(UInt8(ascii: ","), line)
        return pass(UInt8(ascii: "]"), line)
    }

    private mutating func string(_ line: Span<UInt8>) -> Bool {
        guard pass(UInt8(ascii: "\""), line) else { return false }
        while position < count {
            let byte = line[position]
            position &+= 1
            if byte == UInt8(ascii: "\"") { return true }
            if byte < 0x20 { return false }
            if byte >= 0x80 { hasNonASCII = true }
            if byte == UInt8(ascii: "\\"), !escape(line) { return false }
        }
        return false
    }

    private mutating func escape(_ line: Span<UInt8>) -> Bool {
        guard position < count else { return false }
        let byte = line[position]
        position &+= 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            return true
        case UInt8(ascii: "u"):
            guard count - position >= 4 else { return false }
            for index in position..<(position + 4) where !JSONScanner.isHex(line[index]) { return false }
            position &+= 4
            return true
        default: return false
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }

    private mutating func number(_ line: Span<UInt8>) -> Bool {
        _ = pass(UInt8(ascii: "-"), line)
        guard position < count else { return false }
        if !pass(UInt8(ascii: "0"), line) {
            guard digits(line) else { return false }
        }
        if pass(UInt8(ascii: "."), line) {
            guard digits(line) else { return false }
        }
        if position < count, line[position] | 0x20 == UInt8(ascii: "e") {
            position &+= 1
            if !pass(UInt8(ascii: "+"), line) { _ = pass(UInt8(ascii: "-"), line) }
            return digits(line)
        }
        return true
    }

    private mutating func digits(_ line: Span<UInt8>) -> Bool {
        let start = position
        while position < count, line[position] &- 0x30 < 10 { position &+= 1 }
        return position > start
    }

    private mutating func word(_ text: StaticString, _ line: Span<UInt8>) -> Bool {
        let end = position + text.utf8CodeUnitCount
        guard end <= count, ScannedLine.equals(line, position..<end, text) else { return false }
        position = end
        return true
    }
}
