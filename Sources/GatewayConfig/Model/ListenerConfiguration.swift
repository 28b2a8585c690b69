package import WebhookVerification

/// One socket on which deliveries arrive.
package struct ListenerConfiguration: Sendable {
    /// Certificate, key and oldest version of a TLS listener.
    package struct TLS: Sendable, Equatable {
        /// The oldest version that is spoken.
        package enum Version: String, Sendable {
            case v12 = "1.2"
            case v13 = "1.3"
        }

        /// Path of the certificate chain in PEM; readable when the configuration was loaded.
        package let certificate: String
        /// Path of the private key in PEM; its mode was checked when the configuration was loaded.
        package let key: String
        /// The oldest version that is accepted.
        package let minimum: Version
        /// Whether a certificate that is not valid now is served all the same.
        package let servesExpired: Bool
    }

    /// The address or path that is bound.
    package let endpoint: Endpoint
    /// `nil` for plain HTTP.
    package let tls: TLS?
    /// The proxies whose X-Forwarded-For is believed; empty for none.
    package let trustedProxies: IPNetworkSet
    /// Who has to speak the PROXY protocol version 2, and nobody else may connect; `nil` where it is not spoken.
    package let proxyProtocolPeers: IPNetworkSet?
    /// The networks as written, for `config show`.
    package let trustedProxyNetworks: [IPNetwork]
    /// The networks of `proxyProtocolPeers` as written, for `config show`.
    package let proxyProtocolNetworks: [IPNetwork]
}

/// The listener for health, metrics and reload.
package struct AdminConfiguration: Sendable, Equatable {
    /// Absolute path of a unix socket.
    package let socket: String?
    /// A loopback address and port.
    package let endpoint: Endpoint?
}
