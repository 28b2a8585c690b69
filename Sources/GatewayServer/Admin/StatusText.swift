import GatewayConfig
import StrictJSON
import WebhookVerification

/// What `GET /v1/status` says: how the gateway is, in one JSON object; no secret, no event.
struct StatusText {
    /// What a source has seen since the start.
    struct SourceCounts {
        let name: String
        let admitted: UInt64
        let duplicates: UInt64
        let denied: UInt64
        let inFlight: Int64
    }

    let version: String
    let configuration: GatewayConfiguration
    let addresses: [String]
    let unreadiness: [String]
    let lastReload: Gateway.ReloadResult
    /// Whole seconds since the start.
    let uptime: Int64
    let connections: Int64
    let sources: [SourceCounts]
    let auditEntries: UInt64
    let auditUnsigned: UInt64
    let replayEntries: Int

    /// The object, without a line feed.
    var json: String {
        var writer = JSONWriter()
        writer.beginObject()
        add("version", version, to: &writer)
        add("configuration", configuration.file, to: &writer)
        add("digest", configuration.digest, to: &writer)
        list("addresses", addresses, to: &writer)
        writer.name("ready")
        writer.boolean(unreadiness.isEmpty)
        list("reasons", unreadiness, to: &writer)
        add("lastReload", "\(lastReload)", to: &writer)
        add("uptimeSeconds", uptime, to: &writer)
        add("connections", connections, to: &writer)
        add("auditEntries", Int64(clamping: auditEntries), to: &writer)
        add("auditUnsigned", Int64(clamping: auditUnsigned), to: &writer)
        add("replayEntries", Int64(replayEntries), to: &writer)
        writer.name("sources")
        writer.beginArray()
        for source in sources {
            writer.beginObject()
            add("name", source.name, to: &writer)
            add("admitted", Int64(clamping: source.admitted), to: &writer)
            add("duplicates", Int64(clamping: source.duplicates), to: &writer)
            add("denied", Int64(clamping: source.denied), to: &writer)
            add("inFlight", source.inFlight, to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func add(_ name: String, _ value: String, to writer: inout JSONWriter) {
        writer.name(name)
        writer.string(value)
    }

    private func add(_ name: String, _ value: Int64, to writer: inout JSONWriter) {
        writer.name(name)
        writer.integer(value)
    }

    private func list(_ name: String, _ texts: [String], to writer: inout JSONWriter) {
        writer.name(name)
        writer.beginArray()
        for text in texts { writer.string(text) }
        writer.endArray()
    }
}
