package import GatewayConfig
import Glibc
import Logging
import NIOSSL
import WebhookVerification

/// When the certificates of listeners begin and end to be valid (R-TLS-11).
///
/// One that is not valid now is refused at start and on reload, unless the listener says `expired: serve`; from 30 days
/// before its end the log warns every day, and the metrics always say when.
package enum CertificateDates {
    /// The dates of one listener's own certificate, seconds since 1970.
    struct Dates: Sendable {
        let listener: String
        let notBefore: Int64
        let notAfter: Int64
    }

    /// From so many seconds before the end on the log warns: 30 days.
    static let warningTime: Int64 = 30 * 86_400

    /// The dates of the first certificate in a PEM file.
    static func read(_ tls: ListenerConfiguration.TLS, of listener: String) throws -> Dates? {
        guard let leaf = try NIOSSLCertificate.fromPEMFile(tls.certificate).first else { return nil }
        return Dates(listener: listener, notBefore: Int64(leaf.notValidBefore), notAfter: Int64(leaf.notValidAfter))
    }

    /// Why a certificate cannot be served at `now` (seconds since 1970); `nil` for one that can.
    static func refusal(_ dates: Dates, now: Int64) -> String? {
        if dates.notAfter < now { return "the certificate expired \(days(now - dates.notAfter)) ago" }
        if dates.notBefore > now { return "the certificate is not valid for another \(days(dates.notBefore - now))" }
        return nil
    }

    /// What is wrong with the certificates of a configuration, for `postern check`: one sentence each.
    package static func review(_ configuration: GatewayConfiguration) -> (mistakes: [String], warnings: [String]) {
        let now = GatewayClock.now().seconds
        var mistakes: [String] = []
        var warnings: [String] = []
        for listener in configuration.listeners {
            guard let tls = listener.tls else { continue }
            do {
                _ = try TLSContexts.server(tls)
                guard let dates = try read(tls, of: "\(listener.endpoint)") else { continue }
                if let refusal = refusal(dates, now: now) {
                    let text = "\(listener.endpoint): \(refusal)"
                    if tls.servesExpired { warnings.append(text) } else { mistakes.append(text) }
                } else if dates.notAfter - now < warningTime {
                    warnings.append("\(listener.endpoint): the certificate expires in \(days(dates.notAfter - now))")
                }
            } catch {
                mistakes.append("\(listener.endpoint): certificate and key cannot be used: \(TLSContexts.text(error))")
            }
        }
        return (mistakes, warnings)
    }

    /// Warns of every certificate that ends within 30 days.
    static func warn(_ certificates: [Dates], _ logger: Logger) {
        let now = GatewayClock.now().seconds
        for dates in certificates where dates.notAfter - now < warningTime {
            logger.warning(
                "a certificate expires soon",
                metadata: ["listener": "\(dates.listener)", "days": "\((dates.notAfter - now) / 86_400)"]
            )
        }
    }

    private static func days(_ seconds: Int64) -> String {
        seconds < 2 * 86_400 ? "\(seconds / 3600) hours" : "\(seconds / 86_400) days"
    }
}
