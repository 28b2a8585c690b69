package import WebhookVerification

/// One URL of an upstream, taken apart strictly.
package struct UpstreamTarget: Sendable, Hashable, CustomStringConvertible {
    /// How the target is reached.
    package enum Place: Sendable, Hashable {
        /// A DNS name in lower case and a port; resolved when connecting.
        case name(String, port: Int)
        case address(IPAddress, port: Int)
        /// The absolute path of a unix socket.
        case unix(String)
    }

    /// How the target is reached.
    package let place: Place
    /// Whether TLS is spoken, with the certificate checked against the name or address.
    package let usesTLS: Bool
    /// The value of the Host field: name or address, and the port where it is not the scheme's own.
    package let authority: [UInt8]
    /// Path and query of the request line, as configured; starts with `/`.
    package let target: [UInt8]
    /// The URL as configured.
    package let description: String

    /// Why a text is not an upstream; a sentence that follows the text.
    package struct Fault: Error, Sendable, Equatable {
        /// What is wrong, as the end of a sentence that starts with the URL.
        package let sentence: String
    }

    /// Reads `http://host[:port][/target]`, `https://…` or `unix:/path/of/socket[:/target]`.
    ///
    /// No user information, no fragment, only RFC 3986 characters. Literal addresses that no handler has are refused
    /// (R-FWD-10), see `isForbidden`.
    package init(_ text: String) throws(Fault) {
        description = text
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Fault(sentence: "holds a character that a URL cannot have")
        }
        if text.hasPrefix("unix:") {
            let rest = text.dropFirst(5)
            let colon = rest.firstIndex(of: ":")
            let path = String(rest[..<(colon ?? rest.endIndex)])
            guard Endpoint.isSocketPath(path) else {
                throw Fault(sentence: "needs an absolute path of at most \(Endpoint.pathLimit) bytes after 'unix:'")
            }
            place = .unix(path)
            usesTLS = false
            authority = Array("localhost".utf8)
            target = try UpstreamTarget.target(colon.map { rest[rest.index(after: $0)...] } ?? "/")
            return
        }
        let isSecure = text.hasPrefix("https://")
        guard isSecure || text.hasPrefix("http://") else {
            throw Fault(sentence: "has to start with http://, https:// or unix:")
        }
        usesTLS = isSecure
        let rest = text.dropFirst(isSecure ? 8 : 7)
        let slash = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        (place, authority) = try UpstreamTarget.place(String(rest[..<slash]), standardPort: isSecure ? 443 : 80)
        target = try UpstreamTarget.target(slash == rest.endIndex ? "/" : rest[slash...])
    }

    /// Whether a target must not be connected to, also when a DNS name resolves to it: unspecified, link-local
    /// (169.254.0.0/16 with the clouds' metadata services, fe80::/10), multicast, broadcast, `fd00:ec2::254`.
    ///
    /// Loopback and private addresses are allowed: handlers are usually there, and the URL is the operator's.
    package static func isForbidden(_ address: IPAddress) -> Bool {
        if address.isUnspecified { return true }
        switch address.family {
        case .v4:
            return address.low >> 16 == 0xA9FE || address.low >> 28 == 0xE || address.low == 0xFFFF_FFFF
        case .v6:
            return address.high >> 54 == 0x3FA || address.high >> 56 == 0xFF
                || (address.high == 0xFD00_0EC2_0000_0000 && address.low == 0x254)
        }
    }

    private static func place(_ text: String, standardPort: Int) throws(Fault) -> (Place, [UInt8]) {
        if text.contains("@") { throw Fault(sentence: "must not hold a user name or password") }
        var host = text
        var port = standardPort
        let bracket = text.lastIndex(of: "]")
        if let colon = text.lastIndex(of: ":"), bracket.map({ colon > $0 }) ?? true {
            guard let number = Endpoint.port(text[text.index(after: colon)...], allowsZero: false) else {
                throw Fault(sentence: "has a port that is not a number from 1 to 65535")
            }
            port = number
            host = String(text[..<colon])
        }
        let suffix = port == standardPort ? "" : ":\(port)"
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = String(host.dropFirst().dropLast())
            guard let address = IPAddress(inner), inner.contains(":") else {
                throw Fault(sentence: "has no IPv6 address between its brackets")
            }
            try check(address)
            return (.address(address, port: port), Array(("[\(inner.lowercased())]" + suffix).utf8))
        }
        if let address = IPAddress(host) {
            try check(address)
            return (.address(address, port: port), Array((host + suffix).utf8))
        }
        let name = host.lowercased()
        guard isHostName(name) else { throw Fault(sentence: "has no valid host name or address") }
        return (.name(name, port: port), Array((name + suffix).utf8))
    }

    private static func check(_ address: IPAddress) throws(Fault) {
        if isForbidden(address) { throw Fault(sentence: "points to \(address.text), which no handler may have") }
    }

    /// Labels of letters, digits, hyphens and underscores, the last one not a number, which would be a broken address.
    static func isHostName(_ name: String) -> Bool {
        guard (1...253).contains(name.utf8.count) else { return false }
        let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for label in labels {
            guard (1...63).contains(label.count), label.first != UInt8(ascii: "-"), label.last != UInt8(ascii: "-"),
                label.allSatisfy({ isNameByte($0) })
            else { return false }
        }
        guard let last = labels.last else { return false }
        let isNumber = last.allSatisfy { $0 &- UInt8(ascii: "0") < 10 }
        return !isNumber && !last.starts(with: "0x".utf8)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte == UInt8(ascii: "-")
            || byte == UInt8(ascii: "_")
    }

    private static func target(_ text: Substring) throws(Fault) -> [UInt8] {
        var bytes = Array(text.utf8)
        if bytes.first == UInt8(ascii: "?") { bytes.insert(UInt8(ascii: "/"), at: 0) }
        guard bytes.first == UInt8(ascii: "/"), bytes.count <= 2048 else {
            throw Fault(sentence: "needs a target that starts with / and has at most 2048 bytes")
        }
        guard URLText.isPathAndQuery(bytes) else {
            throw Fault(sentence: "has a fragment, or a character that has to be percent-encoded")
        }
        return bytes
    }
}
