import GatewayCrypto

/// Reads queries and bodies of type `application/x-www-form-urlencoded`, strictly and without a dictionary.
enum FormReader {
    /// At most this many pairs are read, so that nobody pays for a form of a million names.
    static let maximumPairs = 1000

    /// What a look-up found.
    enum Found: Equatable {
        case absent
        /// The name occurs more than once: the upstream may read the other one.
        case several
        /// An escape is not `%` and two hexadecimal digits, or there are too many pairs.
        case malformed
        /// The decoded value was appended to the output.
        case appended
    }

    /// One decoded pair as places in a buffer.
    struct Pair {
        let name: Range<Int>
        let value: Range<Int>
    }

    /// Appends the decoded value of the only pair called `name`; on any other finding `output` is as before.
    static func find(_ name: [UInt8], in text: Span<UInt8>, appendingTo output: inout [UInt8]) -> Found {
        let start = output.count
        var found = Found.absent
        var work: [UInt8] = []
        var pairCount = 0
        var index = 0
        while index < text.count {
            let end = endOfPair(text, from: index)
            defer { index = end + 1 }
            if end == index { continue }
            pairCount += 1
            let middle = endOfName(text, from: index, to: end)
            work.removeAll(keepingCapacity: true)
            guard pairCount <= maximumPairs, decode(text.extracting(index..<middle), appendingTo: &work) else {
                output.removeLast(output.count - start)
                return .malformed
            }
            guard work == name else { continue }
            if found == .appended {
                output.removeLast(output.count - start)
                return .several
            }
            guard decode(text.extracting(min(middle + 1, end)..<end), appendingTo: &output) else {
                output.removeLast(output.count - start)
                return .malformed
            }
            found = .appended
        }
        return found
    }

    /// Appends every name and value, sorted by name and then value, equal pairs once; `false` where it is malformed.
    ///
    /// Source: Twilio's and Mandrill's request validation: names and values follow each other without separators.
    static func appendSorted(_ text: Span<UInt8>, to output: inout [UInt8]) -> Bool {
        var work: [UInt8] = []
        guard let pairs = readSorted(text, into: &work) else { return false }
        for (position, pair) in pairs.enumerated() {
            if position > 0, isEqual(pairs[position - 1], pair, work) { continue }
            output.append(contentsOf: work[pair.name])
            output.append(contentsOf: work[pair.value])
        }
        return true
    }

    /// Every pair, decoded, sorted by name and then value; `nil` where the text is malformed.
    static func sortedPairs(_ text: Span<UInt8>) -> [(name: [UInt8], value: [UInt8])]? {
        var work: [UInt8] = []
        guard let pairs = readSorted(text, into: &work) else { return nil }
        return pairs.map { (Array(work[$0.name]), Array(work[$0.value])) }
    }

    private static func readSorted(_ text: Span<UInt8>, into work: inout [UInt8]) -> [Pair]? {
        var pairs: [Pair] = []
        var index = 0
        while index < text.count {
            let end = endOfPair(text, from: index)
            defer { index = end + 1 }
            if end == index { continue }
            let middle = endOfName(text, from: index, to: end)
            let nameStart = work.count
            guard pairs.count < maximumPairs, decode(text.extracting(index..<middle), appendingTo: &work) else {
                return nil
            }
            let valueStart = work.count
            guard decode(text.extracting(min(middle + 1, end)..<end), appendingTo: &work) else { return nil }
            pairs.append(Pair(name: nameStart..<valueStart, value: valueStart..<work.count))
        }
        let bytes = work
        pairs.sort { isBefore($0, $1, bytes) }
        return pairs
    }

    private static func isBefore(_ left: Pair, _ right: Pair, _ bytes: [UInt8]) -> Bool {
        if bytes[left.name] != bytes[right.name] {
            return bytes[left.name].lexicographicallyPrecedes(bytes[right.name])
        }
        return bytes[left.value].lexicographicallyPrecedes(bytes[right.value])
    }

    private static func isEqual(_ left: Pair, _ right: Pair, _ bytes: [UInt8]) -> Bool {
        bytes[left.name] == bytes[right.name] && bytes[left.value] == bytes[right.value]
    }

    private static func endOfPair(_ text: Span<UInt8>, from start: Int) -> Int {
        var end = start
        while end < text.count, text[end] != UInt8(ascii: "&") { end += 1 }
        return end
    }

    private static func endOfName(_ text: Span<UInt8>, from start: Int, to end: Int) -> Int {
        var middle = start
        while middle < end, text[middle] != UInt8(ascii: "=") { middle += 1 }
        return middle
    }

    /// Decodes `%XX` and `+`; `false` where an escape is not whole.
    static func decode(_ text: Span<UInt8>, appendingTo output: inout [UInt8]) -> Bool {
        var index = 0
        while index < text.count {
            let byte = text[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < text.count else { return false }
                let high = Hex.value(text[index + 1])
                let low = Hex.value(text[index + 2])
                guard high < 16, low < 16 else { return false }
                output.append(high << 4 | low)
                index += 3
                continue
            }
            output.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
            index += 1
        }
        return true
    }
}
