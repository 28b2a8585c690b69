import GatewayConfig
import NIOSSL

/// Makes TLS contexts: 1.2 and 1.3 only, ECDHE with AEAD, ALPN enforced (R-TLS-01 to R-TLS-05).
enum TLSContexts {
    /// The context of a listener, from its certificate chain and key.
    static func server(_ tls: ListenerConfiguration.TLS) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(tls.certificate).map { NIOSSLCertificateSource.certificate($0) }
        let key = try NIOSSLPrivateKey(file: tls.key, format: .pem)
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain,
            privateKey: .privateKey(key)
        )
        configuration.minimumTLSVersion = tls.minimum == .v13 ? .tlsv13 : .tlsv12
        configuration.cipherSuiteValues = suites
        configuration.applicationProtocols = ["http/1.1"]
        return try NIOSSLContext(configuration: configuration)
    }

    /// What was wrong with a certificate or key, in words: the library's own say it in codes.
    static func text(_ error: any Error) -> String {
        switch error {
        case NIOSSLError.failedToLoadCertificate: "the certificate is not one"
        case NIOSSLError.failedToLoadPrivateKey:
            "the key is not one, has a passphrase, or belongs to another certificate"
        default: "\(error)"
        }
    }

    /// The context of an upstream: chain and host name are always verified (R-TLS-13).
    static func client(_ upstream: UpstreamConfiguration) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.certificateVerification = .fullVerification
        configuration.applicationProtocols = ["http/1.1"]
        if let authorities = upstream.authorities { configuration.trustRoots = .file(authorities) }
        return try NIOSSLContext(configuration: configuration)
    }

    private static let suites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        .TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]
}
