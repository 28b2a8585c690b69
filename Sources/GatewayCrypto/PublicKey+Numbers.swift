/// Public keys out of bare numbers, as JSON Web Keys give them (RFC 7518 section 6).
extension PublicKey {
    /// The curves that JSON Web Keys name.
    package enum Curve: Sendable {
        case p256
        case p384
        case p521

        /// How long a coordinate is.
        package var fieldByteCount: Int {
            switch self {
            case .p256: 32
            case .p384: 48
            case .p521: 66
            }
        }

        /// The curve's object identifier, as DER (RFC 5480 section 2.1.1.1).
        var identifier: [UInt8] {
            switch self {
            case .p256: [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
            case .p384: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22]
            case .p521: [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23]
            }
        }
    }

    /// A key from the two coordinates of its point; shorter ones are filled with zero bytes in front.
    package convenience init(curve: Curve, x: Span<UInt8>, y: Span<UInt8>) throws(CryptoFault) {
        let size = curve.fieldByteCount
        guard !x.isEmpty, !y.isEmpty, x.count <= size, y.count <= size else {
            throw .invalidKey("a coordinate on this curve has \(size) bytes")
        }
        // BIT STRING without unused bits, uncompressed point (SEC 1 section 2.3.3).
        var point: [UInt8] = [0x00, 0x04]
        point.append(contentsOf: repeatElement(0, count: size - x.count))
        for index in 0..<x.count { point.append(x[index]) }
        point.append(contentsOf: repeatElement(0, count: size - y.count))
        for index in 0..<y.count { point.append(y[index]) }
        // id-ecPublicKey
        let algorithm: [UInt8] = [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01] + curve.identifier
        let info = DER.element(0x30, DER.element(0x30, algorithm) + DER.element(0x03, point))
        try self.init(spki: info.span)
    }

    /// An RSA key from modulus and exponent.
    package convenience init(rsaModulus: Span<UInt8>, exponent: Span<UInt8>) throws(CryptoFault) {
        guard rsaModulus.count <= 2048, exponent.count <= 8, !rsaModulus.isEmpty, !exponent.isEmpty else {
            throw .invalidKey("an RSA modulus has at most 2048 bytes, an exponent at most 8")
        }
        var numbers: [UInt8] = []
        DER.appendInteger(rsaModulus, to: &numbers)
        DER.appendInteger(exponent, to: &numbers)
        try self.init(rsaPKCS1: DER.element(0x30, numbers).span)
    }
}
