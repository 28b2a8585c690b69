/// The two spellings of an ECDSA signature.
enum ECDSASignature {
    /// The ASN.1 sequence for r and s side by side; `nil` where the length is not twice `fieldByteCount`.
    static func der(fromRaw raw: Span<UInt8>, fieldByteCount: Int) -> [UInt8]? {
        guard fieldByteCount > 0, fieldByteCount <= 66, raw.count == fieldByteCount * 2 else { return nil }
        var content: [UInt8] = []
        content.reserveCapacity(raw.count + 8)
        DER.appendInteger(raw.extracting(0..<fieldByteCount), to: &content)
        DER.appendInteger(raw.extracting(fieldByteCount..<raw.count), to: &content)
        return DER.element(0x30, content)
    }

    /// r and s side by side for an ASN.1 sequence of our own making; `nil` where it is not one.
    static func raw(fromDER der: [UInt8], fieldByteCount: Int) -> [UInt8]? {
        guard der.count > 6, der[0] == 0x30 else { return nil }
        var index = der[1] == 0x81 ? 3 : 2
        var output: [UInt8] = []
        for _ in 0..<2 {
            guard index + 2 <= der.count, der[index] == 0x02 else { return nil }
            let count = Int(der[index + 1])
            let start = index + 2
            guard count > 0, start + count <= der.count else { return nil }
            let digits = der[start..<(start + count)].drop { $0 == 0 }
            guard digits.count <= fieldByteCount else { return nil }
            output.append(contentsOf: repeatElement(0, count: fieldByteCount - digits.count))
            output.append(contentsOf: digits)
            index = start + count
        }
        return index == der.count ? output : nil
    }
}
