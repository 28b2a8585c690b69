import NIOSSL
import Synchronization
import WebhookVerification

/// What every connection of a listener needs; replaced as a whole by a reload.
struct ListenerContext: Sendable {
    let limits: ConnectionLimits
    let resolver: ClientAddressResolver
    /// Who has to open with a PROXY header; `nil` where it is not spoken.
    let proxyPeers: IPNetworkSet?
    let limiter: ConnectionLimiter
    let budget: BodyBudget
    /// `nil` for plain HTTP.
    let tls: NIOSSLContext?
    /// When the listener's certificate is valid; `nil` for plain HTTP.
    let dates: CertificateDates.Dates?

    var isTLS: Bool { tls != nil }
}

/// The context that new connections of a listener get: swapped by a reload, read once per connection.
final class ListenerContextBox: Sendable {
    private let context: Mutex<ListenerContext>

    init(_ context: ListenerContext) { self.context = Mutex(context) }

    var current: ListenerContext {
        get { context.withLock { $0 } }
        set { context.withLock { $0 = newValue } }
    }
}
