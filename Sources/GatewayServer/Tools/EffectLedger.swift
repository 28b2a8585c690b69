import Synchronization

/// What handlers did: simulated sinks that remember every effect, so that one that happened twice shows.
///
/// Safe to use from any thread. Remembers 10,000 effects; further ones are only counted.
package final class EffectLedger: Sendable {
    /// Where an effect goes.
    package enum Sink: String, Sendable, CaseIterable {
        /// Somebody is told of an order.
        case notification
        /// The shop's stock is brought up to date.
        case stockSync
        /// Pages are dropped from the cache.
        case cachePurge
        /// A build is started.
        case build
        /// A contact is written to the address book.
        case contact
        /// A payment is entered into the books.
        case booking

        /// The sink's name for people.
        package var title: String {
            switch self {
            case .notification: "notification"
            case .stockSync: "stock sync"
            case .cachePurge: "cache purge"
            case .build: "build"
            case .contact: "contact"
            case .booking: "booking"
            }
        }
    }

    /// One effect; two of the same event are equal.
    package struct Effect: Sendable, Hashable {
        /// Where it goes.
        package let sink: Sink
        /// What it is about, for example `orders.create ord_1`.
        package let subject: String

        /// An effect on a subject.
        package init(_ sink: Sink, _ subject: String) {
            self.sink = sink
            self.subject = subject
        }
    }

    private static let effectsMax = 10_000
    private let counts = Mutex<[Effect: Int]>([:])

    /// An empty ledger.
    package init() {}

    /// Enters one effect.
    package func record(_ effect: Effect) {
        counts.withLock { counts in
            guard counts[effect] != nil || counts.count < EffectLedger.effectsMax else { return }
            counts[effect, default: 0] += 1
        }
    }

    /// How often each effect happened.
    package var all: [Effect: Int] { counts.withLock { $0 } }
}
