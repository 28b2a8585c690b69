/// The one text form of an address: in audit entries, header fields and messages.
extension IPAddress {
    /// Appends the canonical text: dotted decimals for IPv4, RFC 5952 section 4 for IPv6.
    ///
    /// Lower case, no leading zeros, the first longest run of two or more zero groups written `::`. At most 39 bytes.
    package func append(to bytes: inout [UInt8]) {
        switch family {
        case .v4: appendV4(to: &bytes)
        case .v6: appendV6(to: &bytes)
        }
    }

    /// The canonical text, for messages and configuration; not for the wire path.
    package var text: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func appendV4(to bytes: inout [UInt8]) {
        for shift in stride(from: UInt64(24), through: 0, by: -8) {
            if shift != 24 { bytes.append(UInt8(ascii: ".")) }
            let part = UInt8(truncatingIfNeeded: low >> shift)
            if part >= 100 { bytes.append(UInt8(ascii: "0") &+ part / 100) }
            if part >= 10 { bytes.append(UInt8(ascii: "0") &+ part / 10 % 10) }
            bytes.append(UInt8(ascii: "0") &+ part % 10)
        }
    }

    private func appendV6(to bytes: inout [UInt8]) {
        let gap = longestZeroRun()
        var index = 0
        while index < 8 {
            if index == gap.lowerBound, !gap.isEmpty {
                bytes.append(UInt8(ascii: ":"))
                bytes.append(UInt8(ascii: ":"))
                index = gap.upperBound
                continue
            }
            if index > 0, index != gap.upperBound || gap.isEmpty { bytes.append(UInt8(ascii: ":")) }
            IPAddress.appendHexadecimal(group(index), to: &bytes)
            index &+= 1
        }
    }

    /// The 16-bit group at `index` from 0 to 7.
    private func group(_ index: Int) -> UInt16 {
        let half = index < 4 ? high : low
        return UInt16(truncatingIfNeeded: half >> UInt64(48 &- (index & 3) &* 16))
    }

    /// The groups that `::` stands for; empty where no two zero groups stand together.
    private func longestZeroRun() -> Range<Int> {
        var best = 0..<0
        var start = 0
        for index in 0...8 {
            if index < 8, group(index) == 0 { continue }
            if index &- start > max(best.count, 1) { best = start..<index }
            start = index &+ 1
        }
        return best
    }

    private static func appendHexadecimal(_ group: UInt16, to bytes: inout [UInt8]) {
        var isLeading = true
        for shift in stride(from: UInt16(12), through: 0, by: -4) {
            let digit = UInt8(truncatingIfNeeded: group >> shift & 15)
            if isLeading, digit == 0, shift != 0 { continue }
            isLeading = false
            bytes.append(digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10)
        }
    }
}
