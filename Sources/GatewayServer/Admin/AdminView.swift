import Synchronization

/// What the admin listener may see of the gateway; attached once the gateway is complete.
final class AdminView: Sendable {
    private struct Reference: Sendable {
        weak var gateway: Gateway?
    }

    private let reference = Mutex(Reference())

    func attach(_ gateway: Gateway) { reference.withLock { $0.gateway = gateway } }

    var gateway: Gateway? { reference.withLock { $0.gateway } }
}
