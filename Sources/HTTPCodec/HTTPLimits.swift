/// The limits of the codec: sizes in bytes, counts in pieces.
///
/// A limit is the largest accepted value; one more is refused. The defaults are those of the contract, section 7, and of
/// the rules R-H1-13, -14, -16, -23 and -24. The body limit is not here: it belongs to the source and is given per body.
package struct HTTPLimits: Sendable, Equatable {
    /// The largest head a parser can index: offsets into a head are 16 bits wide.
    package static let headBytesCeiling = 65_535

    /// Bytes of a request head, from its first byte to the empty line; default 16 KiB, ceiling ``headBytesCeiling``.
    package var requestHeadBytes = 16 * 1024
    /// Field lines of a request head; default 100.
    package var requestFields = 100
    /// Bytes of a request target; default 4 KiB (RFC 9112 section 3).
    package var targetBytes = 4 * 1024
    /// Bytes of a field name, in requests, responses and trailers; default 256.
    package var fieldNameBytes = 256

    /// Bytes of all chunk extensions of one body; default 4 KiB (RFC 9112 section 7.1.1).
    package var chunkExtensionBytes = 4 * 1024
    /// Bytes of chunked framing that every body may spend whatever its size; default 64 KiB.
    package var framingOverheadBytes = 64 * 1024
    /// Bytes of chunked framing allowed on top, in percent of the body decoded so far; default 25.
    package var framingOverheadPercent = 25
    /// Field lines of a trailer section; default 20.
    package var trailerFields = 20
    /// Bytes of a trailer section, its empty line included; default 4 KiB, ceiling ``headBytesCeiling``.
    package var trailerBytes = 4 * 1024

    /// Bytes of one response head, interim ones counted singly; default 16 KiB, ceiling ``headBytesCeiling``.
    package var responseHeadBytes = 16 * 1024
    /// Field lines of a response head; default 100.
    package var responseFields = 100
    /// Interim (1xx) responses swallowed before the final one; default 8 (R-FWD-14).
    package var interimResponses = 8

    /// The defaults.
    package init() {}
}
