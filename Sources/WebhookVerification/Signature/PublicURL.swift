/// The public address of a route, from configuration, in front of the target as it came.
enum PublicURL {
    /// The spellings of `text` to try; `nil` where it is not an absolute http or https URL without query.
    ///
    /// A path at the end is kept without its last slash: the request's target follows it.
    static func variants(_ text: String, _ rule: SignatureScheme.URLVariants) -> [[UInt8]]? {
        var bytes = Array(text.utf8)
        guard bytes.count <= 2048, bytes.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x3F && $0 != 0x23 }) else {
            return nil
        }
        let defaultPort: [UInt8]
        let start: Int
        if bytes.starts(with: "https://".utf8) {
            (defaultPort, start) = (Array(":443".utf8), 8)
        } else if bytes.starts(with: "http://".utf8) {
            (defaultPort, start) = (Array(":80".utf8), 7)
        } else {
            return nil
        }
        if bytes.last == UInt8(ascii: "/") { bytes.removeLast() }
        guard bytes.count > start else { return nil }
        let end = bytes[start...].firstIndex(of: UInt8(ascii: "/")) ?? bytes.count
        guard end > start else { return nil }
        switch rule {
        case .exact: return [bytes]
        case .decoded: return [bytes, bytes]
        case .port:
            let host = bytes[start..<end]
            let hostStart = host.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? start
            // A colon behind the last bracket is a port; colons inside brackets belong to an IPv6 address.
            let portStart = host[hostStart...].lastIndex(of: UInt8(ascii: ":")).flatMap { colon in
                host[colon...].contains(UInt8(ascii: "]")) ? nil : colon
            }
            if let portStart { return [bytes, Array(bytes[..<portStart] + bytes[end...])] }
            return [bytes, Array(bytes[..<end]) + defaultPort + Array(bytes[end...])]
        }
    }
}
