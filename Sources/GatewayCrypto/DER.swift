/// As much ASN.1 writing (X.690) as keys from numbers and signatures from halves need.
enum DER {
    /// An element of any length up to 65,535 bytes.
    static func element(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        var output: [UInt8] = [tag]
        output.reserveCapacity(content.count + 4)
        let count = content.count
        if count > 255 {
            output.append(contentsOf: [0x82, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)])
        } else if count > 127 {
            output.append(contentsOf: [0x81, UInt8(truncatingIfNeeded: count)])
        } else {
            output.append(UInt8(truncatingIfNeeded: count))
        }
        output.append(contentsOf: content)
        return output
    }

    /// Appends an INTEGER for a number without sign, most significant byte first.
    static func appendInteger(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
        var start = 0
        while start < bytes.count &- 1, bytes[start] == 0 { start &+= 1 }
        var content: [UInt8] = []
        if bytes.isEmpty || bytes[start] > 0x7F { content.append(0) }
        for index in start..<bytes.count { content.append(bytes[index]) }
        output.append(contentsOf: element(0x02, content))
    }
}
