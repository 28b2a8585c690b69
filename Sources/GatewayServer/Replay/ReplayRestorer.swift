import GatewayConfig
import Logging

/// Rebuilds the replay store from what the audit log says of earlier runs.
enum ReplayRestorer {
    static func restore(
        _ store: MemoryReplayStore,
        configuration: GatewayConfiguration,
        logger: Logger
    ) throws(GatewayStartFault) {}
}
