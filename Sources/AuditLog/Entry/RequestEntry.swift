/// The audit entry of one request: filled by the event loop, encoded, and reused for the next.
///
/// A member that is left absent is left out of the line. Owned by one event loop. Texts off the wire go through `keep`,
/// so that the entry outlives the bytes of the head. Source: `docs/audit-log-format.md`, record schema.
package struct RequestEntry: Sendable {
    /// The five kinds of entry that a request can leave.
    package enum Kind: Sendable {
        case admit
        case outcome
        case deny
        case duplicate
        /// A handshake of the sender was answered; nothing was forwarded.
        case challenge
    }

    /// What was decided, the member `decision`.
    package enum Decision: Sendable {
        case allow
        case deny
        case duplicate
        case challenge
    }

    /// What became of the forwarded delivery, the member `up.state`.
    package enum UpstreamState: Sendable {
        /// A 2xx answer: the event is finished.
        case done
        /// A definite failure: a repeat is forwarded again.
        case failed
        /// Bytes left, no answer came: nobody knows.
        case unknown
    }

    /// The protocol of the connection, the member `client.proto`.
    package enum HTTPVersion: Sendable {
        case h1
        case h2
    }

    /// The TLS version of the connection, the member `client.tls`.
    package enum TLSVersion: Sendable {
        case clear
        case tls12
        case tls13
    }

    /// Who sent the request.
    package struct Client: Sendable {
        /// The address after trusted proxies were walked.
        package var ip = AuditText.absent
        /// The port of the TCP peer.
        package var port: UInt16 = 0
        /// The address of the TCP peer.
        package var peer = AuditText.absent
        /// The chain of proxies that was used, nearest last.
        package var via: [AuditText] = []
        /// The protocol spoken.
        package var version = HTTPVersion.h1
        /// The TLS version.
        package var tls = TLSVersion.clear
        /// The server name of the TLS handshake.
        package var sni = AuditText.absent
        /// SHA-256 of the client certificate, 64 hexadecimal digits.
        package var certificate = AuditText.absent

        /// An empty client.
        package init() {}
    }

    /// What the head of the request said.
    package struct HTTP: Sendable {
        /// The method.
        package var method = AuditText.absent
        /// The path without the query.
        package var path = AuditText.absent
        /// The field MAC of the query; the query itself is never recorded.
        package var query = AuditText.absent
        /// The authority.
        package var host = AuditText.absent
        /// User-Agent.
        package var userAgent = AuditText.absent
        /// The announced length; negative where none was.
        package var length = -1

        /// An empty head.
        package init() {}
    }

    /// The event as the delivery names it.
    package struct Event: Sendable {
        /// The event's id at the sender.
        package var id = AuditText.absent
        /// The event's type.
        package var type = AuditText.absent
        /// The signed timestamp, Unix seconds; `nil` where there is none.
        package var timestamp: Int64?
        /// Which attempt the sender says this is; 0 where it says nothing.
        package var attempt = 0

        /// An empty event.
        package init() {}
    }

    /// What the signature check found.
    package struct Signature: Sendable {
        /// The scheme's name.
        package var scheme = AuditText.absent
        /// The id of the key that matched.
        package var key = AuditText.absent
        /// The algorithm.
        package var algorithm = AuditText.absent
        /// The ids of further keys that a signature of the request fitted; empty leaves the member out.
        package var also: [String] = []
        /// How many signatures were presented; negative leaves the member out.
        package var presented = -1
        /// Whether the key that matched was about to end its life; `false` leaves the member out.
        package var isRetiring = false

        /// An empty signature result.
        package init() {}
    }

    /// What the upstream answered.
    package struct Upstream: Sendable {
        /// The upstream's configured name.
        package var name = AuditText.absent
        /// The address it was reached at.
        package var address = AuditText.absent
        /// The status; 0 where none came.
        package var status = 0
        /// Milliseconds from the first byte sent to the answer; negative leaves the member out.
        package var milliseconds = -1
        /// Which attempt of ours this was, from 1.
        package var attempt = 1
        /// What went wrong, in our words.
        package var error = AuditText.absent
        /// What became of it.
        package var state = UpstreamState.done

        /// An empty upstream answer.
        package init() {}
    }

    /// How long the stages took, in microseconds; a negative one is left out.
    package struct Durations: Sendable {
        /// Reading the request.
        package var read = -1
        /// The signature.
        package var verify = -1
        /// Parsing and validating the payload.
        package var schema = -1
        /// The replay claim.
        package var claim = -1
        /// Waiting for the audit log.
        package var audit = -1
        /// From the first byte to the answer.
        package var total = -1

        /// An empty set of durations.
        package init() {}
    }

    /// One recorded field of the payload.
    package struct Field: Sendable {
        /// The JSON Pointer.
        package var pointer: String
        /// The value or its field MAC, by the source's policy.
        package var value: AuditText

        /// Makes a recorded field.
        package init(pointer: String, value: AuditText) {
            self.pointer = pointer
            self.value = value
        }
    }

    /// The most bytes of one text that are recorded; `Limits`, audit text fields.
    package static let textLimit = 512

    /// Which of the four entries this is.
    package var kind = Kind.deny
    /// The time of the decision, microseconds since the epoch.
    package var time: Int64 = 0
    /// The request id.
    package var requestID = UUIDv7(high: 0, low: 0)
    /// The W3C trace id, 32 hexadecimal digits.
    package var trace = AuditText.absent
    /// The configured source.
    package var source = AuditText.absent
    /// Who sent it.
    package var client: Client?
    /// What the head said.
    package var http: HTTP?
    /// The event.
    package var event: Event?
    /// The signature.
    package var signature: Signature?
    /// The checks with their marks, as `CheckTrace` writes them: ASCII without `"` and `\`; empty leaves it out.
    package var checks: [UInt8] = []
    /// The decision.
    package var decision: Decision?
    /// The stable reason code.
    package var reason = AuditText.absent
    /// What exactly was wrong, at most 200 bytes, never a value.
    package var detail = AuditText.absent
    /// The status sent to the sender; 0 leaves it out.
    package var status = 0
    /// The bytes of the body; negative leaves `body` out.
    package var bodyBytes = -1
    /// The field MAC of the body.
    package var bodyMAC = AuditText.absent
    /// Recorded fields of the payload, sorted by pointer in UTF-16 order (`sortedFields`).
    package var fields: [Field] = []
    /// The replay key, 27 characters of base64url.
    package var replayKey = AuditText.absent
    /// What tells copies of one event apart, written as 32 hexadecimal digits: eight bytes that stand for the body and
    /// eight that stand for the signed content; both 0 leave it out.
    package var replayMarks = (body: UInt64(0), content: UInt64(0))
    /// The upstream's answer.
    package var upstream: Upstream?
    /// The durations.
    package var durations: Durations?
    /// The digest of the configuration in force, written as 16 hexadecimal digits; 0 leaves it out.
    package var configDigest: UInt64 = 0
    /// The revision of the keyring in force; negative leaves it out.
    package var keyringRevision = -1
    /// In what ways the gateway was degraded when it decided.
    package var degraded: [StaticString] = []

    /// The storage of the texts that were kept.
    private(set) var kept: [UInt8] = []

    /// An empty entry with room for the usual texts.
    package init() {
        kept.reserveCapacity(2048)
        checks.reserveCapacity(96)
    }

    /// Forgets everything but keeps the memory, for the next request.
    ///
    /// Member by member: a new value in place of the whole would be made, copied and let go for every entry.
    package mutating func reset() {
        kind = .deny
        time = 0
        requestID = UUIDv7(high: 0, low: 0)
        trace = .absent
        source = .absent
        client = nil
        http = nil
        event = nil
        signature = nil
        checks.removeAll(keepingCapacity: true)
        decision = nil
        reason = .absent
        detail = .absent
        status = 0
        bodyBytes = -1
        bodyMAC = .absent
        fields.removeAll(keepingCapacity: true)
        replayKey = .absent
        replayMarks = (0, 0)
        upstream = nil
        durations = nil
        configDigest = 0
        keyringRevision = -1
        degraded.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
    }

    /// Keeps what `write` appends, which has to be short and certainly UTF-8: a text of our own making.
    @inline(__always)
    package mutating func keep(writing write: (inout [UInt8]) -> Void) -> AuditText {
        let start = kept.count
        write(&kept)
        return .kept(
            start: UInt32(truncatingIfNeeded: start),
            count: UInt32(truncatingIfNeeded: kept.count &- start),
            isCut: false
        )
    }

    /// Copies a text off the wire into the entry, at most 512 bytes of it, never ending inside a UTF-8 character.
    ///
    /// Call it before the member is assigned (`let path = entry.keep(…)`): both touch the entry.
    package mutating func keep(_ bytes: Span<UInt8>) -> AuditText {
        let count = TextRules.cutLength(bytes, limit: RequestEntry.textLimit)
        let start = UInt32(truncatingIfNeeded: kept.count)
        kept.append(addingCapacity: count) { output in
            TextRules.copy(bytes.extracting(first: count), to: &output)
        }
        return .kept(start: start, count: UInt32(truncatingIfNeeded: count), isCut: count < bytes.count)
    }

    /// Sorts recorded fields by pointer in UTF-16 order, the order of RFC 8785; done once, when a source is configured.
    package static func sortedFields(_ fields: [Field]) -> [Field] {
        fields.sorted { $0.pointer.utf16.lexicographicallyPrecedes($1.pointer.utf16) }
    }
}
