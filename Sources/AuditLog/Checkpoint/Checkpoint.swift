package import GatewayCrypto

/// What a log signs: its name, how many leaves its tree has, and the root over them.
///
/// Source: C2SP tlog-checkpoint. Extension lines are refused, as the specification advises against them.
package struct Checkpoint: Sendable, Equatable {
    /// The name of the log, for example `gw.example.com/audit/gw-1`.
    package let origin: String
    /// How many leaves.
    package let size: UInt64
    /// The root of the tree.
    package let root: Digest32

    /// Makes a checkpoint.
    package init(origin: String, size: UInt64, root: Digest32) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// Reads the three lines of a note's text; `nil` for anything else, also a size with a leading zero.
    package init?(text: [UInt8]) {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty, !lines[0].isEmpty,
            let size = Checkpoint.decimal(lines[1]),
            let bytes = Base64.decode(Array(lines[2]).span), lines[2].count == 44,
            let root = Digest32(bytes.span)
        else { return nil }
        self.init(origin: String(decoding: lines[0], as: UTF8.self), size: size, root: root)
    }

    /// The text that is signed: three lines, each ended by a line feed.
    package var text: [UInt8] {
        root.withBytes { Array("\(origin)\n\(size)\n\(Base64.encode($0))\n".utf8) }
    }

    private static func decimal(_ digits: ArraySlice<UInt8>) -> UInt64? {
        guard let first = digits.first, digits.count <= 20, first != UInt8(ascii: "0") || digits.count == 1 else {
            return nil
        }
        var value: UInt64 = 0
        for byte in digits {
            let digit = byte &- UInt8(ascii: "0")
            let (product, isTooLarge) = value.multipliedReportingOverflow(by: 10)
            let (sum, isOver) = product.addingReportingOverflow(UInt64(digit))
            guard digit < 10, !isTooLarge, !isOver else { return nil }
            value = sum
        }
        return value
    }
}
