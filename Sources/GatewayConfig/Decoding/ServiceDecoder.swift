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
        let onFull = reader.choice("on_full").flatMap(AuditLogConfiguration.FailurePolicy.init(rawValue:)) ?? .reject
        let onError = reader.choice("on_error").flatMap(AuditLogConfiguration.FailurePolicy.init(rawValue:)) ?? .reject
        if onFull == .pass || onError == .pass {
            reader.warning(
                "'pass' forwards deliveries that the audit log does not hold",
                in: onFull == .pass ? "on_full" : "on_error"
            )
        }
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
            deadline: deadline,
            onFull: onFull,
            onError: onError,
            retention: retention(reader.mapping("retention")),
            witnesses: witnesses(reader)
        )
    }

    private func retention(_ reader: MappingReader?) -> AuditLogConfiguration.Retention {
        let day: Int64 = 86_400_000
        let least = reader?.duration("min") ?? 365 * day
        let most = reader?.duration("max") ?? max(400 * day, least)
        if let reader, most < least {
            reader.mistake("'max' has to be at least 'min', \(Units.text(milliseconds: least))", in: "max")
        }
        let hot = reader?.duration("hot") ?? 90 * day
        let sealed = reader?.duration("sealed") ?? 90 * day
        return AuditLogConfiguration.Retention(
            min: least / 1000,
            max: most / 1000,
            hot: hot / 1000,
            sealed: sealed / 1000,
            requiresExport: reader?.boolean("require_export") ?? false
        )
    }

    private func witnesses(_ reader: MappingReader) -> [String] {
        (reader.texts("witness") ?? []).map { text, position in
            let path = text.hasPrefix("file:") ? String(text.dropFirst(5)) : text
            if !path.hasPrefix("/") || path.hasSuffix("/") {
                context.log.mistake(
                    "a witness has to be the absolute path of a directory, or file: and the absolute path of a file, found '\(ConfigNode.cut(text))'",
                    at: position
                )
            }
            return text
        }
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
