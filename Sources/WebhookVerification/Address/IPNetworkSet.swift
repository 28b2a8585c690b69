/// A set of networks of both families, built once, asked for every connection.
///
/// The networks become sorted ranges that neither overlap nor touch, so a look-up is one binary search without
/// allocation: 17 steps for 100,000 networks. Immutable; shared by all event loops.
package struct IPNetworkSet: Sendable {
    private let firstV4: ContiguousArray<UInt32>
    private let lastV4: ContiguousArray<UInt32>
    private let firstV6: ContiguousArray<UInt128>
    private let lastV6: ContiguousArray<UInt128>
    /// How many networks the set was built from.
    package let networkCount: Int

    /// The set of no address.
    package static let empty = IPNetworkSet([])

    /// Builds the set in O(n log n); networks may be equal, lie inside each other or touch.
    package init(_ networks: [IPNetwork]) {
        func ranges(_ family: IPAddress.Family) -> [(first: UInt128, last: UInt128)] {
            networks.filter { $0.address.family == family }.map { (first: $0.address.value, last: $0.lastValue) }
        }
        self.init(v4: ranges(.v4), v6: ranges(.v6), networkCount: networks.count)
    }

    /// The set of every address that one of `sets` holds.
    package static func union(_ sets: [IPNetworkSet]) -> IPNetworkSet {
        IPNetworkSet(
            v4: sets.flatMap { set in zip(set.firstV4, set.lastV4).map { (first: UInt128($0), last: UInt128($1)) } },
            v6: sets.flatMap { set in zip(set.firstV6, set.lastV6).map { (first: $0, last: $1) } },
            networkCount: sets.reduce(0) { $0 + $1.networkCount }
        )
    }

    private init(
        v4: [(first: UInt128, last: UInt128)],
        v6: [(first: UInt128, last: UInt128)],
        networkCount: Int
    ) {
        let mergedV4 = IPNetworkSet.merge(v4)
        firstV4 = ContiguousArray(mergedV4.map { UInt32(truncatingIfNeeded: $0.first) })
        lastV4 = ContiguousArray(mergedV4.map { UInt32(truncatingIfNeeded: $0.last) })
        let mergedV6 = IPNetworkSet.merge(v6)
        firstV6 = ContiguousArray(mergedV6.map(\.first))
        lastV6 = ContiguousArray(mergedV6.map(\.last))
        self.networkCount = networkCount
    }

    /// Whether no address is in the set.
    package var isEmpty: Bool { networkCount == 0 }

    /// Whether `address` lies in one of the networks.
    package func contains(_ address: IPAddress) -> Bool {
        switch address.family {
        case .v4:
            IPNetworkSet.contains(UInt32(truncatingIfNeeded: address.low), from: firstV4, to: lastV4)
        case .v6:
            IPNetworkSet.contains(address.value, from: firstV6, to: lastV6)
        }
    }

    /// The first two networks, by position in `networks`, that share an address; `nil` where all are disjoint.
    ///
    /// Of two networks that share an address one contains the other, so after sorting it is enough to compare with the
    /// network that reaches furthest. Of several pairs the one with the smallest second position is reported.
    package static func overlap(in networks: [IPNetwork]) -> (earlier: Int, later: Int)? {
        var found: (earlier: Int, later: Int)?
        for family in [IPAddress.Family.v4, .v6] {
            let order = networks.indices.filter { networks[$0].address.family == family }
                .sorted {
                    let (left, right) = (networks[$0], networks[$1])
                    if left.address.value != right.address.value { return left.address.value < right.address.value }
                    return left.prefixLength != right.prefixLength ? left.prefixLength < right.prefixLength : $0 < $1
                }
            var outer: Int?
            for position in order {
                if let open = outer, networks[position].address.value <= networks[open].lastValue {
                    let pair = (earlier: min(open, position), later: max(open, position))
                    if found.map({ pair.later < $0.later }) ?? true { found = pair }
                } else {
                    outer = position
                }
            }
        }
        return found
    }

    /// Sorts ranges and joins those that overlap or touch.
    private static func merge(_ ranges: [(first: UInt128, last: UInt128)]) -> [(first: UInt128, last: UInt128)] {
        var merged: [(first: UInt128, last: UInt128)] = []
        for range in ranges.sorted(by: { $0.first < $1.first }) {
            if let open = merged.last, range.first <= open.last || range.first &- 1 == open.last {
                merged[merged.count - 1].last = max(open.last, range.last)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// Finds the last range that starts at or before `value` and asks whether it reaches that far.
    private static func contains<Value: FixedWidthInteger>(
        _ value: Value,
        from first: ContiguousArray<Value>,
        to last: ContiguousArray<Value>
    ) -> Bool {
        var low = 0
        var high = first.count
        while low < high {
            let middle = (low &+ high) >> 1
            if first[middle] <= value { low = middle &+ 1 } else { high = middle }
        }
        return low > 0 && value <= last[low &- 1]
    }
}
