import GatewayCrypto

/// The Content-Digest field (RFC 9530).
package enum ContentDigest {
    /// Whether the field says what the body is: at least one digest is of a known kind, and every known one is right.
    ///
    /// Known are `sha-256` and `sha-512`, the active ones of RFC 9530 section 5; others are ignored.
    package static func matches(_ field: [UInt8], body: Span<UInt8>) -> Bool {
        guard let members = StructuredFieldParser.dictionary(field) else { return false }
        var isKnown = false
        for entry in members {
            guard let algorithm = algorithm(entry.name) else { continue }
            guard case .item(let item) = entry.member, case .bytes(let stated) = item.value,
                isDigest(stated, algorithm, of: body)
            else { return false }
            isKnown = true
        }
        return isKnown
    }

    /// The field for a body, with SHA-256.
    package static func make(for body: Span<UInt8>) -> [UInt8] {
        var output = Array("sha-256=".utf8)
        StructuredValue.bytes(SHA256.hash(body).bytes).append(to: &output)
        return output
    }

    private static func isDigest(_ stated: [UInt8], _ algorithm: DigestAlgorithm, of body: Span<UInt8>) -> Bool {
        if algorithm == .sha256 { return SHA256.hash(body).withBytes { constantTimeEquals($0, stated.span) } }
        guard let digest = try? DigestContext.digest(algorithm, of: body) else { return false }
        return constantTimeEquals(digest.span, stated.span)
    }

    private static func algorithm(_ name: [UInt8]) -> DigestAlgorithm? {
        if name.elementsEqual("sha-256".utf8) { return .sha256 }
        return name.elementsEqual("sha-512".utf8) ? .sha512 : nil
    }
}
