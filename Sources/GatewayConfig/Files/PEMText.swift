internal import GatewayCrypto

/// Looks into a PEM file as far as the configuration has to: whether it is one, and whether it is for development.
struct PEMText {
    /// The organisation in certificates that `.ci/make-certs` and `postern demo` make.
    static let developmentMark = "Postern development"

    /// Whether the first certificate names the development organisation.
    let isDevelopmentCertificate: Bool

    /// Takes the text of a file; `nil` where it holds no PEM block.
    init?(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("-----BEGIN "), text.contains("-----END ") else { return nil }
        guard let start = text.firstRange(of: "-----BEGIN CERTIFICATE-----"),
            let end = text[start.upperBound...].firstRange(of: "-----END CERTIFICATE-----")
        else {
            isDevelopmentCertificate = false
            return
        }
        let encoded = text[start.upperBound..<end.lowerBound].utf8.filter { $0 > 0x20 }
        let der = Base64.decode(String(decoding: encoded, as: UTF8.self)) ?? []
        isDevelopmentCertificate = der.firstRange(of: Array(PEMText.developmentMark.utf8)) != nil
    }
}
