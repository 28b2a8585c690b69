/// One block of PEM text (RFC 7468), decoded.
struct PEMBlock {
    /// What the block says it holds, for example `PUBLIC KEY`.
    let label: String
    /// The DER bytes; wiped by whoever reads a private key.
    var content: [UInt8]

    /// Reads the first block; text before it is skipped, as RFC 7468 section 2 allows.
    init(_ text: Span<UInt8>) throws(CryptoFault) {
        guard text.count <= 65_536 else { throw .invalidKey("PEM text of at most 64 KiB is read") }
        var label: String?
        var body: [UInt8] = []
        var line: [UInt8] = []
        for index in 0...text.count {
            let byte = index < text.count ? text[index] : 0x0A
            if byte != 0x0A, byte != 0x0D {
                line.append(byte)
                continue
            }
            defer { line.removeAll(keepingCapacity: true) }
            if let current = label {
                if line.elementsEqual("-----END \(current)-----".utf8) {
                    guard let decoded = Base64.decode(body.span) else { break }
                    self.label = current
                    content = decoded
                    SecretBytes.wipe(&body)
                    return
                }
                body.append(contentsOf: line.filter { $0 != 0x20 && $0 != 0x09 })
            } else {
                label = PEMBlock.label(of: line)
            }
        }
        SecretBytes.wipe(&body)
        throw .invalidKey("a complete PEM block is expected")
    }

    private static func label(of line: [UInt8]) -> String? {
        let start = Array("-----BEGIN ".utf8)
        let end = Array("-----".utf8)
        guard line.count > start.count + end.count, line.starts(with: start), line.suffix(5).elementsEqual(end) else {
            return nil
        }
        return String(decoding: line[start.count..<(line.count - 5)], as: UTF8.self)
    }
}
