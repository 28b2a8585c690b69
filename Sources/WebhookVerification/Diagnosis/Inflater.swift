/// Decompresses a body to see whether its signature is over the plain bytes: gzip (RFC 1952), zlib (RFC 1950), deflate
/// (RFC 1951).
///
/// For post-mortems only: the gateway never decompresses what it judges. Checksums are not compared, the signature does
/// that. Output beyond 8 MiB is given up.
package struct Inflater {
    private static let outputMax = 8 << 20

    private let input: [UInt8]
    private var position: Int
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0
    private var output: [UInt8] = []

    private struct Failure: Error {}

    private init(_ input: [UInt8], from position: Int) {
        self.input = input
        self.position = position
    }

    /// The plain bytes; `nil` where `bytes` do not begin as gzip or zlib do, or are broken.
    package static func inflate(_ bytes: [UInt8]) -> [UInt8]? {
        guard let start = bodyStart(bytes) else { return nil }
        var inflater = Inflater(bytes, from: start)
        do {
            try inflater.run()
            return inflater.output
        } catch {
            return nil
        }
    }

    /// Where the deflate stream begins.
    private static func bodyStart(_ bytes: [UInt8]) -> Int? {
        guard bytes.count > 6 else { return nil }
        if bytes[0] == 0x1F, bytes[1] == 0x8B, bytes[2] == 8 { return gzipStart(bytes) }
        let header = Int(bytes[0]) << 8 | Int(bytes[1])
        // CM 8, no preset dictionary, the check bits right.
        return bytes[0] & 0x0F == 8 && header % 31 == 0 && bytes[1] & 0x20 == 0 ? 2 : nil
    }

    private static func gzipStart(_ bytes: [UInt8]) -> Int? {
        guard bytes.count > 18 else { return nil }
        let flags = bytes[3]
        var position = 10
        if flags & 4 != 0 { position += 2 + Int(bytes[10]) + Int(bytes[11]) << 8 }
        for flag in [8, 16] as [UInt8] where flags & flag != 0 {
            guard position < bytes.count, let end = bytes[position...].firstIndex(of: 0) else { return nil }
            position = end + 1
        }
        if flags & 2 != 0 { position += 2 }
        return position < bytes.count ? position : nil
    }

    private mutating func run() throws(Failure) {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try stored()
            case 1: try compressed(literals: Inflater.fixedLiterals, distances: Inflater.fixedDistances)
            case 2: try dynamic()
            default: throw Failure()
            }
        }
    }

    private mutating func take(_ count: UInt32) throws(Failure) -> Int {
        while bitCount < count {
            guard position < input.count else { throw Failure() }
            bits |= UInt32(input[position]) << bitCount
            position += 1
            bitCount += 8
        }
        let value = bits & (1 << count - 1)
        bits >>= count
        bitCount -= count
        return Int(value)
    }

    private mutating func stored() throws(Failure) {
        bits = 0
        bitCount = 0
        guard position + 4 <= input.count else { throw Failure() }
        let length = Int(input[position]) | Int(input[position + 1]) << 8
        position += 4
        guard position + length <= input.count, output.count + length <= Inflater.outputMax else { throw Failure() }
        output += input[position..<(position + length)]
        position += length
    }

    /// A canonical Huffman code: how many codes each length has, and the symbols in the order of their codes.
    private struct Code {
        var counts = [Int](repeating: 0, count: 16)
        var symbols: [Int] = []

        init(_ lengths: [Int]) {
            for length in lengths { counts[length & 15] += 1 }
            counts[0] = 0
            for length in 1...15 {
                for (symbol, own) in lengths.enumerated() where own == length { symbols.append(symbol) }
            }
        }
    }

    private mutating func symbol(_ code: Code) throws(Failure) -> Int {
        var value = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            value |= try take(1)
            let count = code.counts[length]
            if value - first < count {
                let place = index + value - first
                guard code.symbols.indices.contains(place) else { throw Failure() }
                return code.symbols[place]
            }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw Failure()
    }

    private mutating func compressed(literals: Code, distances: Code) throws(Failure) {
        while true {
            let symbol = try symbol(literals)
            if symbol == 256 { return }
            guard output.count < Inflater.outputMax else { throw Failure() }
            if symbol < 256 {
                output.append(UInt8(symbol))
                continue
            }
            guard symbol <= 285 else { throw Failure() }
            let length = Inflater.lengths[symbol - 257] + (try take(Inflater.lengthBits[symbol - 257]))
            let place = try self.symbol(distances)
            guard place < 30 else { throw Failure() }
            let distance = Inflater.distances[place] + (try take(Inflater.distanceBits[place]))
            guard distance <= output.count else { throw Failure() }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private mutating func dynamic() throws(Failure) {
        let literalCount = try take(5) + 257
        let distanceCount = try take(5) + 1
        let lengthCount = try take(4) + 4
        var lengths = [Int](repeating: 0, count: 19)
        for index in 0..<lengthCount { lengths[Inflater.order[index]] = try take(3) }
        let code = Code(lengths)
        var all: [Int] = []
        while all.count < literalCount + distanceCount {
            let symbol = try symbol(code)
            switch symbol {
            case 0..<16: all.append(symbol)
            case 16:
                guard let last = all.last else { throw Failure() }
                all += [Int](repeating: last, count: try take(2) + 3)
            case 17: all += [Int](repeating: 0, count: try take(3) + 3)
            default: all += [Int](repeating: 0, count: try take(7) + 11)
            }
        }
        guard all.count == literalCount + distanceCount else { throw Failure() }
        try compressed(literals: Code(Array(all[..<literalCount])), distances: Code(Array(all[literalCount...])))
    }

    // RFC 1951 sections 3.2.5 to 3.2.7.
    private static let lengths = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227,
        258,
    ]
    private static let lengthBits: [UInt32] = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distances = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
        6145,
        8193, 12_289, 16_385, 24_577,
    ]
    private static let distanceBits: [UInt32] = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]
    private static let order = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15]
    private static let fixedLiterals = Code(
        (0..<288).map { $0 < 144 ? 8 : $0 < 256 ? 9 : $0 < 280 ? 7 : 8 }
    )
    private static let fixedDistances = Code([Int](repeating: 5, count: 30))
}
