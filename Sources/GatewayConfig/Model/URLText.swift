/// The characters of RFC 3986 that paths and queries may hold.
enum URLText {
    /// Whether all bytes are `pchar`, `/` or `?`, with valid percent-encoding.
    static func isPathAndQuery(_ bytes: [UInt8]) -> Bool {
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "%") {
                guard index + 2 < bytes.count, isHexadecimal(bytes[index + 1]), isHexadecimal(bytes[index + 2]) else {
                    return false
                }
                index += 3
                continue
            }
            guard isPathByte(byte) || byte == UInt8(ascii: "?") else { return false }
            index += 1
        }
        return true
    }

    /// Whether all bytes can be a path: as above, without a query.
    static func isPath(_ bytes: [UInt8]) -> Bool {
        bytes.first == UInt8(ascii: "/") && !bytes.contains(UInt8(ascii: "?")) && isPathAndQuery(bytes)
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        if byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 { return true }
        return "-._~!$&'()*+,;=:@/".utf8.contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }
}
