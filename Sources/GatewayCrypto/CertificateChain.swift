internal import COpenSSL

/// An X.509 certificate, and those that lead from it to a trust anchor (RFC 5280 section 6); not shared between threads.
@safe
package final class CertificateChain {
    /// When a certificate is valid, both ends included, in seconds since 1970.
    package struct Validity: Sendable, Hashable {
        /// The first second.
        package let notBefore: Int64
        /// The last second.
        package let notAfter: Int64

        func intersection(_ other: Validity) -> Validity {
            Validity(notBefore: max(notBefore, other.notBefore), notAfter: min(notAfter, other.notAfter))
        }
    }

    /// Certificates that a text may hold at most.
    static let certificatesMax = 1000
    private let first: Certificate
    private let others: [Certificate]

    /// Reads every certificate of a PEM text (RFC 7468): the one in question first; throws where there is none.
    package init(pem text: Span<UInt8>) throws(CryptoFault) {
        let certificates = Certificate.read(text)
        guard let first = certificates.first else { throw .invalidKey("a PEM block CERTIFICATE is expected") }
        self.first = first
        others = Array(certificates.dropFirst())
    }

    /// When the first certificate is valid; `nil` where it does not say so.
    package var validity: Validity? { unsafe CertificateChain.validity(first.pointer) }

    /// Judges the first certificate: one of `names` is its subject's, and a chain leads from it to one of `anchors`.
    ///
    /// Gives when all certificates of that chain are valid; the time itself is for the caller to judge, so that no clock
    /// is read here. `anchors` is a PEM text; an intermediate certificate is an anchor as well, where it stands there.
    package func judge(anchors text: Span<UInt8>, names: [String]) throws(CryptoFault) -> Validity {
        guard names.contains(where: first.isNamed) else {
            throw .invalidKey("a certificate of \(names.joined(separator: " or ")) is expected")
        }
        let anchors = Certificate.read(text)
        if anchors.isEmpty { throw .invalidKey("there are no trust anchors to judge the certificate by") }
        guard let store = unsafe X509_STORE_new(), let context = unsafe X509_STORE_CTX_new(),
            let stack = unsafe OPENSSL_sk_new_null()
        else { throw .operationFailed("no memory for a certificate store") }
        defer {
            unsafe X509_STORE_CTX_free(context)
            unsafe OPENSSL_sk_free(stack)
            unsafe X509_STORE_free(store)
            clearOpenSSLErrors()
        }
        for anchor in anchors { unsafe X509_STORE_add_cert(store, anchor.pointer) }
        for other in others { unsafe OPENSSL_sk_push(stack, UnsafeRawPointer(other.pointer)) }
        guard unsafe X509_STORE_CTX_init(context, store, first.pointer, stack) == 1,
            let parameters = unsafe X509_STORE_CTX_get0_param(context)
        else { throw .operationFailed("OpenSSL cannot judge certificates") }
        unsafe X509_VERIFY_PARAM_set_flags(
            parameters,
            UInt(X509_V_FLAG_NO_CHECK_TIME) | UInt(X509_V_FLAG_PARTIAL_CHAIN)
        )
        guard unsafe X509_verify_cert(context) == 1, let chain = unsafe X509_STORE_CTX_get0_chain(context) else {
            let code = unsafe Int(X509_STORE_CTX_get_error(context))
            let reason =
                unsafe X509_verify_cert_error_string(code).map { unsafe String(cString: $0) } ?? "error \(code)"
            throw .invalidKey("the certificate does not lead to a trust anchor: \(reason)")
        }
        return try unsafe CertificateChain.validity(ofAll: chain)
    }

    private static func validity(ofAll chain: OpaquePointer) throws(CryptoFault) -> Validity {
        var validity: Validity?
        for index in 0..<(unsafe OPENSSL_sk_num(chain)) {
            guard let entry = unsafe OPENSSL_sk_value(chain, index),
                let next = unsafe CertificateChain.validity(OpaquePointer(entry))
            else { throw .invalidKey("a certificate of the chain says not when it is valid") }
            validity = validity.map { $0.intersection(next) } ?? next
        }
        guard let validity, validity.notBefore <= validity.notAfter else {
            throw .invalidKey("the certificates of the chain are never valid at the same time")
        }
        return validity
    }

    private static func validity(_ certificate: OpaquePointer) -> Validity? {
        guard let start = unsafe seconds(X509_get0_notBefore(certificate)),
            let end = unsafe seconds(X509_get0_notAfter(certificate))
        else { return nil }
        return Validity(notBefore: start, notAfter: end)
    }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int64? {
        guard let time = unsafe time, let epoch = unsafe ASN1_TIME_set(nil, 0) else { return nil }
        defer { unsafe ASN1_TIME_free(epoch) }
        var days: Int32 = 0
        var seconds: Int32 = 0
        guard unsafe ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else { return nil }
        return Int64(days) * 86_400 + Int64(seconds)
    }
}

/// One certificate, freed with its owner.
@safe
private final class Certificate {
    let pointer: OpaquePointer

    private init(adopting pointer: OpaquePointer) { unsafe self.pointer = unsafe pointer }

    deinit { unsafe X509_free(pointer) }

    /// Whether `name` is the subject's.
    func isNamed(_ name: String) -> Bool { unsafe X509_check_host(pointer, name, name.utf8.count, 0, nil) == 1 }

    /// Every certificate of a text of at most 1 MiB.
    static func read(_ text: Span<UInt8>) -> [Certificate] {
        guard text.count <= 1 << 20 else { return [] }
        return unsafe text.withUnsafeBufferPointer { buffer in
            guard let file = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else { return [] }
            defer {
                unsafe BIO_free(file)
                clearOpenSSLErrors()
            }
            var certificates: [Certificate] = []
            while certificates.count < CertificateChain.certificatesMax {
                guard let pointer = unsafe PEM_read_bio_X509(file, nil, nil, nil) else { break }
                unsafe certificates.append(Certificate(adopting: pointer))
            }
            return certificates
        }
    }
}
