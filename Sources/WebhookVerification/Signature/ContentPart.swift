import GatewayCrypto

/// One piece of a compiled template: literal bytes, or a value of the request.
struct ContentPart: Sendable {
    /// What the piece is.
    enum Origin: Sendable, Equatable {
        case literal([UInt8])
        case body
        case method
        /// The public URL and the target as it came.
        case url
        /// The public URL, the query's names sorted, then the form's names and values, glued as Plivo does.
        case urlWithForm
        case path
        /// Path and query as they came.
        case pathAndQuery
        /// Path and query, escaped once more as Contentful does.
        case encodedPathAndQuery
        /// A value of the request.
        case value(ValueSource)
        /// All names and values of a form, sorted by name, without separators.
        case sortedForm
        /// The header fields that the request lists.
        case signedHeaders
        /// The key, for digests that are no MAC.
        case key
    }

    /// A change to a value before it is signed.
    enum Filter: String, Sendable, CaseIterable {
        case sha256
        case sha1
        case hex
        case base64
        case base64url
        case lower
        case crc32
        case json
        /// The canonical form of RFC 8785; only of the body, and first.
        case jcs
    }

    let origin: Origin
    var filters: [Filter] = []
    /// `{x?}`: absent means empty instead of refused.
    var isOptional = false
    /// Left out where this source is absent.
    var condition: ValueSource?
    /// Bytes the value must not hold, because they mark its end (rule 7); empty for none.
    var delimiter: [UInt8] = []
    /// Whether this is the timestamp, whose grammar marks its end.
    var isTimestamp = false
    /// Whether the timestamp's unit is guessed and the body follows at once: then the body must not begin with a digit.
    var precedesBody = false

    init(_ origin: Origin) { self.origin = origin }

    /// Whether the value is any text that the sender likes, so that its end has to be marked.
    var isFreeText: Bool {
        if isTimestamp { return false }
        // Hashes, checksums, JSON strings and canonical objects and arrays mark their own end.
        let ends: [Filter] = [.sha256, .sha1, .crc32, .json, .jcs]
        if filters.contains(where: ends.contains) { return false }
        switch origin {
        case .literal, .method, .key, .sortedForm, .signedHeaders: return false
        case .body, .url, .urlWithForm, .path, .pathAndQuery, .encodedPathAndQuery, .value: return true
        }
    }

    /// Whether the piece is the body as it came.
    var isPlainBody: Bool { origin == .body && filters.isEmpty }

    /// Whether the value can be had before the body is there.
    var isKnownFromHead: Bool {
        switch origin {
        case .literal, .method, .url, .path, .pathAndQuery, .encodedPathAndQuery, .signedHeaders, .key: return true
        case .body, .sortedForm, .urlWithForm: return false
        case .value(let source):
            switch source {
            case .header, .numberedHeader, .query, .signatureField, .config, .claim: return true
            case .form, .json: return false
            }
        }
    }
}
