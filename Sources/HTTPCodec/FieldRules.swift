/// Which fields may not pass the gateway, whatever an allow-list says.
///
/// Names are compared in the spelling every lenient reader behind us could see: letters in any case, `_` read as `-`
/// (R-H1-06, R-FWD-04). All functions take names that are 1*tchar.
package enum FieldRules {
    /// Whether a field with this name belongs to one connection and is never forwarded, in either direction (RFC 9110
    /// section 7.6.1, R-FWD-06): Connection, Keep-Alive, Proxy-*, TE, Trailer, Transfer-Encoding, Upgrade, HTTP2-Settings.
    package static func isHopByHop(_ name: RawSpan) -> Bool {
        hasPrefix(name, "proxy-") || isOne(name, of: hopByHop)
    }

    /// Whether the gateway writes this field itself, so that a sender's copy is dropped in every spelling (contract,
    /// section 4): X-Request-Id, X-Forwarded-*, Forwarded, X-Real-IP, Idempotency-Key, Postern-*, Via.
    package static func isOwned(_ name: RawSpan) -> Bool {
        hasPrefix(name, "postern-") || hasPrefix(name, "x-forwarded-") || isOne(name, of: owned)
    }

    /// Whether a request field with this name can never be on the allow-list: hop-by-hop, owned, or one the gateway
    /// computes (Host, Content-Length, Expect).
    package static func isNeverForwardedUpstream(_ name: RawSpan) -> Bool {
        isHopByHop(name) || isOwned(name) || isOne(name, of: computedUpstream)
    }

    /// Whether a response field is kept from the sender: hop-by-hop, Set-Cookie, and those the gateway writes itself
    /// (Content-Length, Date, Server, Postern-*) (R-FWD-15, R-H1-44).
    package static func isDroppedFromResponse(_ name: RawSpan) -> Bool {
        isHopByHop(name) || hasPrefix(name, "postern-") || isOne(name, of: droppedFromResponse)
    }

    /// Whether `Connection` may not nominate this field: removing it would change what was checked (R-FWD-05).
    ///
    /// Names of the source (signature, timestamp, id) are for the caller to compare.
    package static func isProtectedFromNomination(_ name: RawSpan) -> Bool {
        isOwned(name) || isOne(name, of: protected)
    }

    /// Whether a field of this name in a trailer section is refused: framing, routing and connection names (R-H1-16).
    package static func isForbiddenInTrailers(_ name: RawSpan) -> Bool {
        isHopByHop(name) || isOne(name, of: forbiddenInTrailers)
    }

    /// Whether the name differs from `content-length` and `transfer-encoding` but is read as one of them after `_` → `-`
    /// or percent-decoding (R-H1-06).
    static func isFramingLookalike(_ bytes: RawSpan, at start: Int, length: Int) -> Bool {
        // Three bytes stand for one when encoded, so a longer name cannot decode to either of the two.
        guard length >= 14, length <= 17 * 3 else { return false }
        return decodes(bytes, at: start, length: length, to: "content-length")
            || decodes(bytes, at: start, length: length, to: "transfer-encoding")
    }

    /// The name alone in `Names.list`, and each name between two commas of it.
    private struct Names {
        let list: StaticString
    }

    private static let hopByHop = Names(
        list: "connection,keep-alive,te,trailer,transfer-encoding,upgrade,http2-settings"
    )
    private static let owned = Names(list: "x-request-id,forwarded,x-real-ip,idempotency-key,via")
    private static let computedUpstream = Names(list: "host,content-length,expect")
    private static let droppedFromResponse = Names(list: "set-cookie,set-cookie2,content-length,date,server,via")
    private static let protected = Names(
        list: "host,content-length,content-type,content-encoding,expect,authorization,user-agent,date"
    )
    private static let forbiddenInTrailers = Names(
        list: "host,content-length,content-type,content-encoding,content-range,expect,authorization,set-cookie,cookie"
    )

    private static func isOne(_ name: RawSpan, of names: Names) -> Bool {
        let list = UnsafeRawBufferPointer(start: names.list.utf8Start, count: names.list.utf8CodeUnitCount)
        var start = 0
        while start < list.count {
            var end = start
            while end < list.count, list[end] != 0x2C { end &+= 1 }
            if end &- start == name.byteCount, agrees(name, with: list, at: start) { return true }
            start = end &+ 1
        }
        return false
    }

    private static func hasPrefix(_ name: RawSpan, _ prefix: StaticString) -> Bool {
        let list = UnsafeRawBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount)
        guard name.byteCount >= list.count else { return false }
        for offset in list.indices where folded(name.byte(at: offset)) != list[offset] { return false }
        return true
    }

    private static func agrees(_ name: RawSpan, with list: UnsafeRawBufferPointer, at start: Int) -> Bool {
        for offset in 0..<name.byteCount where folded(name.byte(at: offset)) != list[start &+ offset] { return false }
        return true
    }

    /// Lower case, and `-` for `_`.
    @inline(__always)
    private static func folded(_ byte: UInt8) -> UInt8 {
        if byte == 0x5F { return 0x2D }
        return byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    private static func decodes(_ bytes: RawSpan, at start: Int, length: Int, to name: StaticString) -> Bool {
        let expected = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        let end = start &+ length
        var position = start
        for index in expected.indices {
            guard position < end else { return false }
            var byte = bytes.byte(at: position)
            position &+= 1
            if byte == 0x25, position &+ 2 <= end {
                let high = ByteClass.hexValue(bytes.byte(at: position))
                let low = ByteClass.hexValue(bytes.byte(at: position &+ 1))
                guard high < 16, low < 16 else { return false }
                byte = high &<< 4 | low
                position &+= 2
            }
            guard folded(byte) == expected[index] else { return false }
        }
        return position == end
    }
}
