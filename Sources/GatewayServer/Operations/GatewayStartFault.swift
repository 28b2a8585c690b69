/// Why the gateway does not start, or does not take a new configuration.
package struct GatewayStartFault: Error, Sendable, CustomStringConvertible {
    /// What kind of fault, which decides the exit code of the command (`docs/operations.md`).
    package enum Kind: Sendable, Equatable {
        /// 78: the configuration cannot work.
        case configuration
        /// 65: the audit log is not what was signed.
        case data
        /// 69: an address cannot be bound.
        case unavailable
        /// 73: a file or directory cannot be made.
        case cannotCreate
        /// 74: reading or writing failed.
        case inputOutput
        /// 75: another process holds what we need.
        case temporary
    }

    package let kind: Kind
    package let description: String

    package init(_ kind: Kind, _ description: String) {
        self.kind = kind
        self.description = description
    }
}
