/// Which fields of an entry do not hold the exact bytes received: cut, percent-encoded, or left out for size.
///
/// Written as the member `cut`, names in order. Source: `docs/audit-log-format.md`, encoding.
struct CutFields: OptionSet, Sendable {
    let rawValue: UInt32

    static let body = CutFields(rawValue: 1 << 0)
    static let clientCertificate = CutFields(rawValue: 1 << 1)
    static let clientIP = CutFields(rawValue: 1 << 2)
    static let clientPeer = CutFields(rawValue: 1 << 3)
    static let clientSNI = CutFields(rawValue: 1 << 4)
    static let clientVia = CutFields(rawValue: 1 << 5)
    static let detail = CutFields(rawValue: 1 << 6)
    static let eventID = CutFields(rawValue: 1 << 7)
    static let eventType = CutFields(rawValue: 1 << 8)
    static let fields = CutFields(rawValue: 1 << 9)
    static let httpHost = CutFields(rawValue: 1 << 10)
    static let httpMethod = CutFields(rawValue: 1 << 11)
    static let httpPath = CutFields(rawValue: 1 << 12)
    static let httpQuery = CutFields(rawValue: 1 << 13)
    static let httpUserAgent = CutFields(rawValue: 1 << 14)
    static let replayKey = CutFields(rawValue: 1 << 15)
    static let signatureAlgorithm = CutFields(rawValue: 1 << 16)
    static let signatureKey = CutFields(rawValue: 1 << 17)
    static let signatureScheme = CutFields(rawValue: 1 << 18)
    static let source = CutFields(rawValue: 1 << 19)
    static let upstreamAddress = CutFields(rawValue: 1 << 20)
    static let upstreamError = CutFields(rawValue: 1 << 21)
    static let upstreamName = CutFields(rawValue: 1 << 22)
    static let other = CutFields(rawValue: 1 << 23)

    /// The names by bit, already in the order in which they are written.
    private static let names: [String] = [
        "body", "client.cert", "client.ip", "client.peer", "client.sni", "client.via", "detail", "event.id",
        "event.type", "fields", "http.host", "http.method", "http.path", "http.query", "http.ua", "rk", "sig.alg",
        "sig.key", "sig.scheme", "source", "up.addr", "up.err", "up.name", "other",
    ]

    /// The member as bytes, `,"cut":["http.path"]`; for the rare entry that was cut.
    var member: [UInt8] {
        var list: [String] = []
        for (bit, name) in CutFields.names.enumerated() where rawValue & (1 << UInt32(bit)) != 0 {
            list.append("\"\(name)\"")
        }
        return Array(",\"cut\":[\(list.joined(separator: ","))]".utf8)
    }
}
