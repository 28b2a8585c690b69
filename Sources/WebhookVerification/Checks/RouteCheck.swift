/// Check 1: which source is this for.
///
/// Source: `docs/architecture.md`, order of the checks; R-H1-30 (exact bytes), R-TLS-06 (421).
enum RouteCheck {
    /// The index of the source, or `route.unknown` / `route.misdirected`.
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
        case .unknown: return .failure(Denial(.routeUnknown, "no source has this path"))
        case .otherHost:
            switch transport {
            case .tls: return .failure(Denial(.routeMisdirected, "the path belongs to another host"))
            case .clear: return .failure(Denial(.routeUnknown, "the path belongs to another host"))
            }
        }
    }
}
