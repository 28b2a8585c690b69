/// Check 2: may this address deliver.
///
/// Source: `docs/architecture.md`, client address; R-IP-01 to R-IP-12. A peer that is in no source's list gets the same
/// refusal for every path, before the route is looked at.
enum ClientAddressCheck {
    /// The client's address: the peer's, or what a trusted proxy says in X-Forwarded-For.
    static func resolve(
        _ head: borrowing DeliveryHead,
        bytes: Span<UInt8>,
        context: borrowing DeliveryContext
    ) -> Result<IPAddress?, Denial> {
        guard let peer = context.peer else { return .success(nil) }
        switch context.resolver.resolve(head, in: bytes, peer: peer) {
        case .success(let address): return .success(address)
        case .failure(let denial): return .failure(denial)
        }
    }

    /// `address.denied` unless `list` holds the address.
    ///
    /// A unix socket has no address: only `any` admits it.
    static func evaluate(_ address: IPAddress?, list: AllowList) -> Denial? {
        switch list {
        case .any: return nil
        case .networks(let networks):
            guard let address else { return Denial(.addressDenied, "the peer has no address") }
            return networks.contains(address) ? nil : Denial(.addressDenied, "not in the allow list")
        }
    }
}
