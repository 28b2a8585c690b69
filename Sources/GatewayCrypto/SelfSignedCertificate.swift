internal import COpenSSL

/// A certificate for development that signs itself, and its new private key: X.509 v3, ECDSA on P-256.
///
/// Names `localhost`, 127.0.0.1 and ::1 (RFC 5280 section 4.2.1.6) and is no authority for anything else (section
/// 4.2.1.9), so that whoever trusts it trusts this one key on this one machine. The organisation is the mark by which
/// a configuration outside of development refuses it.
package struct SelfSignedCertificate: Sendable {
    /// The organisation in subject and issuer.
    package static let organisation = "Postern development"

    /// The certificate in PEM (RFC 7468 section 5).
    package let certificatePEM: [UInt8]
    /// The private key in PEM: PKCS #8, not encrypted (RFC 7468 section 10).
    package let keyPEM: SecretBytes

    /// Makes a key and a certificate for `days` days, valid from one hour before `now` (Unix seconds).
    ///
    /// Throws where OpenSSL has no entropy, or a provider without P-256.
    package init(now: Int64, days: Int = 30) throws(CryptoFault) {
        let key = unsafe try CertificateParts.makeKey()
        defer { unsafe EVP_PKEY_free(key) }
        guard let certificate = unsafe X509_new() else { throw CertificateParts.fault("a certificate") }
        defer { unsafe X509_free(certificate) }
        try unsafe SelfSignedCertificate.describe(certificate, key, now: now, days: days)
        try unsafe SelfSignedCertificate.extend(certificate)
        guard unsafe X509_sign(certificate, key, EVP_sha256()) > 0 else {
            throw CertificateParts.fault("the certificate's signature")
        }
        let der = try unsafe CertificateParts.der { unsafe i2d_X509(certificate, $0) }
        certificatePEM = CertificateParts.pem("CERTIFICATE", der)
        keyPEM = try unsafe CertificateParts.keyPEM(key)
    }

    /// Version, serial number, validity, subject, issuer and public key.
    private static func describe(
        _ certificate: OpaquePointer,
        _ key: OpaquePointer,
        now: Int64,
        days: Int
    ) throws(CryptoFault) {
        // RFC 5280 section 4.1.2.2: positive, at most 20 bytes.
        var serial = try RandomBytes.make(16)
        serial[0] = serial[0] & 0x7F | 0x40
        let number = unsafe BN_bin2bn(serial, Int32(serial.count), nil)
        defer { unsafe BN_free(number) }
        let start = Int(now) - 3600
        let end = Int(now) + days * 86_400
        guard unsafe X509_set_version(certificate, 2) == 1,
            unsafe BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil,
            unsafe ASN1_TIME_set(X509_getm_notBefore(certificate), start) != nil,
            unsafe ASN1_TIME_set(X509_getm_notAfter(certificate), end) != nil,
            unsafe X509_set_pubkey(certificate, key) == 1,
            let name = unsafe X509_get_subject_name(certificate),
            unsafe add("O", organisation, to: name),
            unsafe add("CN", "localhost", to: name),
            unsafe X509_set_issuer_name(certificate, name) == 1
        else { throw CertificateParts.fault("the certificate's fields") }
    }

    private static func add(_ field: String, _ value: String, to name: OpaquePointer) -> Bool {
        let bytes = Array(value.utf8)
        return unsafe X509_NAME_add_entry_by_txt(
            name,
            field,
            MBSTRING_FLAG | 1,
            bytes,
            Int32(bytes.count),
            -1,
            0
        ) == 1
    }

    private static func extend(_ certificate: OpaquePointer) throws(CryptoFault) {
        var context = unsafe X509V3_CTX()
        unsafe X509V3_set_ctx(&context, certificate, certificate, nil, nil, 0)
        // No key usage: without the right to sign certificates, some verifiers do not let it vouch for itself either.
        let extensions = [
            (NID_basic_constraints, "critical,CA:FALSE"),
            (NID_ext_key_usage, "serverAuth"),
            (NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1,IP:::1"),
            (NID_subject_key_identifier, "hash"),
        ]
        for (identifier, value) in extensions {
            guard let made = unsafe X509V3_EXT_conf_nid(nil, &context, identifier, value) else {
                throw CertificateParts.fault("the certificate's extensions")
            }
            defer { unsafe X509_EXTENSION_free(made) }
            guard unsafe X509_add_ext(certificate, made, -1) == 1 else {
                throw CertificateParts.fault("the certificate's extensions")
            }
        }
    }
}

/// The steps around a certificate: its key, and both of them as text.
private enum CertificateParts {
    static func fault(_ what: String) -> CryptoFault {
        clearOpenSSLErrors()
        return .operationFailed("\(what) could not be made")
    }

    /// A new key on P-256 (SP 800-186 section 3.2.1.3); the caller frees it.
    static func makeKey() throws(CryptoFault) -> OpaquePointer {
        guard let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "EC", nil) else {
            throw .algorithmUnavailable("EC keys")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_keygen_init(context) == 1,
            unsafe EVP_PKEY_CTX_set_group_name(context, "P-256") == 1,
            unsafe EVP_PKEY_generate(context, &key) == 1,
            let key = unsafe key
        else { throw fault("a P-256 key") }
        return unsafe key
    }

    static func keyPEM(_ key: OpaquePointer) throws(CryptoFault) -> SecretBytes {
        guard let info = unsafe EVP_PKEY2PKCS8(key) else { throw fault("the private key's text") }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        var der = try unsafe der { unsafe i2d_PKCS8_PRIV_KEY_INFO(info, $0) }
        defer { SecretBytes.wipe(&der) }
        var text = pem("PRIVATE KEY", der)
        return SecretBytes(consuming: &text)
    }

    /// What one of OpenSSL's DER writers gives: asked for the length first, then for the bytes.
    static func der(
        _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) throws(CryptoFault) -> [UInt8] {
        let count = Int(write(nil))
        guard count > 0 else { throw fault("DER") }
        var bytes = [UInt8](repeating: 0, count: count)
        let written = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var pointer = buffer.baseAddress
            return unsafe Int(write(&pointer))
        }
        guard written == count else { throw fault("DER") }
        return bytes
    }

    /// PEM with lines of 64 characters (RFC 7468 section 2).
    static func pem(_ label: String, _ der: [UInt8]) -> [UInt8] {
        var text = Array("-----BEGIN \(label)-----\n".utf8)
        var digits: [UInt8] = []
        Base64.append(der.span, to: &digits)
        for start in stride(from: 0, to: digits.count, by: 64) {
            text += digits[start..<min(start + 64, digits.count)]
            text.append(UInt8(ascii: "\n"))
        }
        SecretBytes.wipe(&digits)
        text += Array("-----END \(label)-----\n".utf8)
        return text
    }
}
