internal import AuditLog
internal import GatewayCrypto

/// The file form of a compact range: `{"hashes":[base64…],"size":n}` in canonical JSON.
enum AuditRange {
    /// The bytes of the file.
    static func encode(_ range: CompactRange) -> [UInt8] {
        let hashes = range.hashes.map { "\"\(Base64.encode($0.bytes.span))\"" }.joined(separator: ",")
        return Array("{\"hashes\":[\(hashes)],\"size\":\(range.size)}\n".utf8)
    }

    /// Reads exactly what `encode` writes; `nil` for anything else.
    static func decode(_ bytes: [UInt8]) -> CompactRange? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.hasPrefix("{\"hashes\":["), let end = text.firstIndex(of: "]") else { return nil }
        let list = text[text.index(text.startIndex, offsetBy: 11)..<end]
        var hashes: [Digest32] = []
        for item in list.split(separator: ",") {
            guard let raw = Base64.decode(String(item.dropFirst().dropLast())), let hash = Digest32(raw.span) else {
                return nil
            }
            hashes.append(hash)
        }
        let rest = text[text.index(after: end)...].drop(while: { !("0"..."9").contains($0) })
        guard let size = UInt64(rest.prefix(while: { ("0"..."9").contains($0) })),
            let range = CompactRange(size: size, hashes: hashes), encode(range) == bytes
        else { return nil }
        return range
    }
}
