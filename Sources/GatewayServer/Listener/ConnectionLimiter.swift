import Synchronization
import WebhookVerification

/// How many connections there may be, in all and from one address (R-DOS-05).
///
/// Shared by all event loops, behind a lock that is taken when a connection opens and when it closes.
final class ConnectionLimiter: Sendable {
    /// A place that was given; to be given back once.
    struct Admission {
        fileprivate let network: IPAddress?
    }

    private struct State {
        var total = 0
        var byNetwork: [IPAddress: Int] = [:]
        var totalMax: Int
        var perAddressMax: Int
    }

    private let state: Mutex<State>

    init(totalMax: Int, perAddressMax: Int) {
        state = Mutex(State(totalMax: totalMax, perAddressMax: perAddressMax))
    }

    /// Sets new limits; connections that are open stay.
    func limit(total: Int, perAddress: Int) {
        state.withLock { state in
            state.totalMax = total
            state.perAddressMax = perAddress
        }
    }

    /// A place for a connection from `address`, or `nil` at a limit; IPv6 counts by /64.
    func admit(_ address: IPAddress?) -> Admission? {
        let network = address.map(ConnectionLimiter.network)
        let isAdmitted = state.withLock { state in
            guard state.total < state.totalMax else { return false }
            if let network {
                let count = state.byNetwork[network] ?? 0
                guard count < state.perAddressMax else { return false }
                state.byNetwork[network] = count + 1
            }
            state.total += 1
            return true
        }
        return isAdmitted ? Admission(network: network) : nil
    }

    /// Gives a place back.
    func release(_ admission: Admission) {
        state.withLock { state in
            state.total -= 1
            guard let network = admission.network, let count = state.byNetwork[network] else { return }
            state.byNetwork[network] = count > 1 ? count - 1 : nil
        }
    }

    private static func network(_ address: IPAddress) -> IPAddress {
        switch address.family {
        case .v4: address
        case .v6: IPAddress(high: address.high, low: 0)
        }
    }
}
