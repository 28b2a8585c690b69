/// Check 1: which source is this for.
///
/// Source: `docs/architecture.md`, order of the checks; R-H1-30 (exact bytes), R-TLS-06 (421).
enum RouteCheck {
    /// The index of the source, or `route.unknown` / `route.misdirected`.
    ///
    /// `CONNECT` and `OPTIONS *` ask for no path: there it is the method that is refused (R-H1-28, R-H1-29).
    static func evaluate(
        _ head: borrowing DeliveryHead,
        bytes: Span<UInt8>,
        table: borrowing RouteTable,
        transport: DeliveryContext.Transport
    ) -> Result<Int, Denial> {
        let path = bytes.extracting(head.path.bounds)
        let match =
            if let authority = head.authority {
                table.match(path: path, host: bytes.extracting(authority.bounds))
            } else {
                table.match(path: path, host: nil)
            }
        switch match {
        case .source(let index): return .success(index)
        case .unknown where isPathless(head, bytes):
            return .failure(Denial(.contentMethod, "the method asks for no path"))
        case .unknown: return .failure(Denial(.routeUnknown, "no source has this path"))
        case .otherHost:
            switch transport {
            case .tls: return .failure(Denial(.routeMisdirected, "the path belongs to another host"))
            case .clear: return .failure(Denial(.routeUnknown, "the path belongs to another host"))
            }
        }
    }

    private static func isPathless(_ head: borrowing DeliveryHead, _ bytes: Span<UInt8>) -> Bool {
        guard head.path.count == 0 else { return false }
        let method = bytes.extracting(head.method.bounds)
        return equals(method, "CONNECT") || equals(method, "OPTIONS")
    }

    private static func equals(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        guard bytes.count == text.utf8CodeUnitCount else { return false }
        for index in bytes.indices where bytes[index] != (unsafe text.utf8Start[index]) { return false }
        return true
    }
}
