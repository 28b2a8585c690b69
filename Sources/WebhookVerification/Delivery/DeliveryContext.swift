/// What the shell knows of a request beside its bytes: who sent it, how, and when.
package struct DeliveryContext: Sendable {
    /// How the bytes came.
    package enum Transport: Sendable, Equatable {
        case clear
        case tls
    }

    /// The address of the socket's other end, or the one a PROXY header named; `nil` on a unix socket.
    package let peer: IPAddress?
    /// Who may speak for others by X-Forwarded-For on this listener.
    package let resolver: ClientAddressResolver
    package let transport: Transport
    /// The time of the decision.
    package let now: Timestamp

    package init(peer: IPAddress?, resolver: ClientAddressResolver, transport: Transport, now: Timestamp) {
        self.peer = peer
        self.resolver = resolver
        self.transport = transport
        self.now = now
    }
}
