/// HKDF with SHA-256 (RFC 5869): one strong secret into keys for separate purposes.
package enum HKDF {
    /// Extract and expand: `count` bytes, at most 8160, bound to `salt` and `info`.
    package static func deriveSHA256(
        from material: Span<UInt8>,
        salt: Span<UInt8>,
        info: Span<UInt8>,
        count: Int
    ) throws(CryptoFault) -> SecretBytes {
        guard count > 0, count <= 255 * 32 else { throw .invalidKey("HKDF-SHA256 gives 1 to 8160 bytes") }
        var pseudorandom = try HMACContext.mac(.sha256, key: salt, message: material)
        defer { SecretBytes.wipe(&pseudorandom) }
        let context = try HMACContext(.sha256, key: pseudorandom.span)
        var output: [UInt8] = []
        output.reserveCapacity(count + 32)
        var block = [UInt8](repeating: 0, count: 32)
        defer { SecretBytes.wipe(&block) }
        var counter: UInt8 = 1
        while output.count < count {
            context.reset()
            if counter > 1 { context.update(block.span) }
            context.update(info)
            context.update([counter].span)
            var span = block.mutableSpan
            guard context.finish(into: &span) == 32 else { throw .operationFailed("HKDF") }
            output.append(contentsOf: block.prefix(count - output.count))
            counter &+= 1
        }
        return SecretBytes(consuming: &output)
    }
}
