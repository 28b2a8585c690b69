/// The checks of a delivery in the order in which they run.
///
/// Source: `docs/architecture.md`, order of the checks. The raw value is the index in a `CheckTrace`.
package enum CheckID: UInt8, Sendable, CaseIterable {
    case route = 0
    case address
    case content
    case signature
    case timestamp
    case payload
    case replay

    /// The name used in audit entries, metrics and configuration.
    package var name: StaticString {
        switch self {
        case .route: "route"
        case .address: "address"
        case .content: "content"
        case .signature: "signature"
        case .timestamp: "timestamp"
        case .payload: "payload"
        case .replay: "replay"
        }
    }
}
