internal import WebhookVerification

/// Decodes `admin`, `replay`, `audit` and `telemetry`.
struct ServiceDecoder {
    private let context: LoadContext

    init(_ context: LoadContext) { self.context = context }

    /// The admin listener; `nil` where there is none.
    func admin(_ reader: MappingReader?) -> AdminConfiguration? {
        guard let reader else { return nil }
        var socket: String?
        if let path = reader.text("socket") {
            if Endpoint.isSocketPath(path) {
                socket = path
            } else {
                reader.mistake(
                    "'socket' has to be an absolute path of at most \(Endpoint.pathLimit) bytes, found '\(ConfigNode.cut(path))'",
                    in: "socket"
                )
            }
        }
        var endpoint: Endpoint?
        if let text = reader.text("address") {
            endpoint = Endpoint(text)
            switch endpoint {
            case .ip(let address, _)? where address.isLoopback: break
            case .ip?:
                reader.mistake(
                    "'address' of the admin listener has to be a loopback address, found '\(ConfigNode.cut(text))'",
                    in: "address"
                )
            case .unix?, nil:
                reader.mistake(
                    "'address' has to be a loopback address and a port such as 127.0.0.1:9901, found '\(ConfigNode.cut(text))'",
                    in: "address"
                )
            }
        }
        if !reader.has("socket"), !reader.has("address") {
            context.log.mistake("'admin' needs 'socket' or 'address'", at: reader.position)
        }
        return AdminConfiguration(socket: socket, endpoint: endpoint)
    }

    /// The replay store.
    func replay(_ reader: MappingReader?) -> ReplayStoreConfiguration {
        _ = reader?.choice("store")
        _ = reader?.choice("on_unavailable")
        return ReplayStoreConfiguration(maxEntries: reader?.integer("max_entries") ?? 1_000_000)
    }

    /// The audit log; `nil` where a part of it is unusable.
    func audit(_ reader: MappingReader) -> AuditLogConfiguration? {
        _ = reader.choice("on_full")
        let durability = reader.choice("durability").flatMap(AuditLogConfiguration.Durability.init(rawValue:)) ?? .sync
        let deadline = reader.duration("deadline") ?? 1_000
        let node = reader.text("node") ?? "node-1"
        if !SourceDecoder.isName(node) {
            reader.mistake(
                "'node' has to be a name of a-z, 0-9, '.', '_' and '-', at most 64, found '\(ConfigNode.cut(node))'",
                in: "node"
            )
        }
        if durability == .async {
            reader.warning(
                "'durability: async' can lose entries of forwarded deliveries when the process ends",
                in: "durability"
            )
        }
        let directory = reader.text("dir")
        let origin = reader.text("origin")
        if let origin, !ServiceDecoder.isOrigin(origin) {
            reader.mistake(
                "'origin' has to be a name such as gw.example.com/audit: no scheme, no spaces, no '+', at most 255 bytes, found '\(ConfigNode.cut(origin))'",
                in: "origin"
            )
        }
        guard let directory, let origin else { return nil }
        return AuditLogConfiguration(
            directory: context.paths.resolve(directory),
            origin: origin,
            node: node,
            durability: durability,
            deadline: deadline
        )
    }

    /// Logs and metrics.
    func telemetry(_ reader: MappingReader?) -> TelemetryConfiguration {
        let log = reader?.mapping("log")
        _ = log?.choice("format")
        let level = log?.choice("level").flatMap(TelemetryConfiguration.Level.init(rawValue:)) ?? .info
        return TelemetryConfiguration(logLevel: level, servesMetrics: reader?.boolean("metrics") ?? true)
    }

    /// C2SP tlog-checkpoint: schema-less URL, and as a key name neither spaces nor plus signs.
    private static func isOrigin(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && !text.contains("://")
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "+") }
    }
}
