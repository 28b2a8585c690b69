/// All sources by path and host, built once per configuration.
///
/// Immutable; shared by all event loops.
package struct RouteTable: Sendable {
    /// What a look-up found.
    package enum Match: Sendable, Equatable {
        case source(Int)
        /// No source has the path (404).
        case unknown
        /// Sources have the path, but not for this host (421 on TLS, else 404).
        case otherHost
    }

    /// The sources in the order of the configuration.
    package let sources: [Source]
    /// Every network that some source allows; `any` where one source allows everybody.
    package let reachableFrom: AllowList
    /// Hash slots of indices into `sources`, a power of two long.
    private let slots: [[Int]]

    /// Builds the table; two sources with the same route are the loader's mistake to report, here the first wins.
    package init(sources: [Source], reachableFrom: AllowList) {
        self.sources = sources
        self.reachableFrom = reachableFrom
        var size = 8
        while size < sources.count * 2 { size *= 2 }
        var slots = [[Int]](repeating: [], count: size)
        for (index, source) in sources.enumerated() {
            let path = source.route.path
            slots[RouteTable.slot(path.span, size)].append(index)
        }
        self.slots = slots
    }

    /// Finds the source of a request by the exact bytes of path and host; a source bound to a host goes before one
    /// that is not.
    ///
    /// `path` is the raw path of the target, nothing decoded (R-H1-30); `host` the authority as received, compared
    /// without regard to ASCII case.
    package func match(path: Span<UInt8>, host: Span<UInt8>?) -> Match {
        var result = Match.unknown
        for index in slots[RouteTable.slot(path, slots.count)] {
            let route = sources[index].route
            guard RouteTable.equal(route.path, path) else { continue }
            guard let wanted = route.host else {
                if case .source = result { continue }
                result = .source(index)
                continue
            }
            if let host, RouteTable.equalIgnoringCase(wanted, host) { return .source(index) }
            if case .unknown = result { result = .otherHost }
        }
        return result
    }

    private static func slot(_ path: Span<UInt8>, _ size: Int) -> Int {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in path.indices { hash = (hash ^ UInt64(path[index])) &* 0x100_0000_01b3 }
        return Int(truncatingIfNeeded: hash ^ (hash >> 32)) & (size - 1)
    }

    private static func equal(_ left: [UInt8], _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in right.indices where left[index] != right[index] { return false }
        return true
    }

    private static func equalIgnoringCase(_ lowercased: [UInt8], _ right: Span<UInt8>) -> Bool {
        guard lowercased.count == right.count else { return false }
        for index in right.indices where lowercased[index] != FieldName.lowercased(right[index]) { return false }
        return true
    }
}
