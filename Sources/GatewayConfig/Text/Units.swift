/// The grammars of sizes and durations: a whole number and a unit, no space, no fraction.
package enum Units {
    /// Why a text is not a size or a duration.
    package enum Fault: Error, Sendable, Equatable {
        /// Digits without a unit.
        case noUnit
        /// Not a whole number followed by a known unit.
        case grammar
        /// Larger than can be counted.
        case overflow
    }

    private static let sizes: [(String, Int)] = [("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30)]
    private static let durations: [(String, Int64)] = [
        ("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000),
    ]

    /// Reads a size such as `512B`, `64KiB`, `1MiB` or `1GiB` as bytes; a number without unit is a fault.
    package static func size(_ text: String) throws(Fault) -> Int {
        let (number, unit) = try split(text)
        guard let factor = sizes.first(where: { $0.0 == unit })?.1 else { throw .grammar }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
        guard !overflow else { throw .overflow }
        return bytes
    }

    /// Reads a duration such as `250ms`, `300s`, `5m`, `72h` or `7d` as milliseconds; a number without unit is a fault.
    package static func duration(_ text: String) throws(Fault) -> Int64 {
        let (number, unit) = try split(text)
        guard let factor = durations.first(where: { $0.0 == unit })?.1 else { throw .grammar }
        let (milliseconds, overflow) = Int64(number).multipliedReportingOverflow(by: factor)
        guard !overflow else { throw .overflow }
        return milliseconds
    }

    /// The shortest text of a size, for messages and `config show`.
    package static func text(bytes: Int) -> String {
        let unit = sizes.last { bytes != 0 && bytes % $0.1 == 0 } ?? ("B", 1)
        return "\(bytes / unit.1)\(unit.0)"
    }

    /// The shortest text of a duration, days only from three days on, as people write them.
    package static func text(milliseconds: Int64) -> String {
        let unit =
            durations.last {
                milliseconds != 0 && milliseconds % $0.1 == 0 && milliseconds / $0.1 >= ($0.0 == "m" ? 10 : 1)
                    && ($0.0 != "d" || milliseconds / $0.1 > 3)
            } ?? ("s", 1000)
        return milliseconds == 0 ? "0s" : "\(milliseconds / unit.1)\(unit.0)"
    }

    private static func split(_ text: String) throws(Fault) -> (Int, String) {
        let bytes = Array(text.utf8)
        let digits = bytes.prefix { $0 &- UInt8(ascii: "0") < 10 }
        guard let first = digits.first, first != UInt8(ascii: "0") || digits.count == 1 else { throw .grammar }
        guard digits.count < bytes.count else { throw .noUnit }
        guard digits.count <= 18 else { throw .overflow }
        let number = digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        return (number, String(decoding: bytes[digits.count...], as: UTF8.self))
    }
}
