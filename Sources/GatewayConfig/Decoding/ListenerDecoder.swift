internal import GatewayCrypto
internal import WebhookVerification

/// Decodes `listen`.
struct ListenerDecoder {
    private let context: LoadContext
    private var log: MistakeLog { context.log }

    init(_ context: LoadContext) { self.context = context }

    /// The listeners that could be decoded.
    func decode(_ root: MappingReader) -> [ListenerConfiguration] {
        var listeners: [ListenerConfiguration] = []
        var seen: [Endpoint: Int] = [:]
        for item in root.list("listen") ?? [] {
            guard let reader = MappingReader(item, SettingCatalog.listen, log), let listener = listener(reader) else {
                continue
            }
            if let line = seen[listener.endpoint] {
                reader.mistake("'\(listener.endpoint)' is listened on already (line \(line))", in: "address")
            }
            seen[listener.endpoint] = reader.position(of: "address").line
            listeners.append(listener)
        }
        return listeners
    }

    private func listener(_ reader: MappingReader) -> ListenerConfiguration? {
        let tls = reader.mapping("tls").flatMap(tls)
        let plaintext = reader.choice("plaintext")
        let trusted = networks(reader, "trusted_proxies")
        let peers = proxyProtocol(reader)
        guard let text = reader.text("address") else { return nil }
        guard let endpoint = Endpoint(text) else {
            reader.mistake(
                "'address' has to be \(SettingCatalog.addressHint), found '\(ConfigNode.cut(text))'",
                in: "address"
            )
            return nil
        }
        if !reader.has("tls"), plaintext == nil, !endpoint.isLocal {
            reader.mistake(
                "'\(endpoint)' can be reached from other machines without TLS; give it 'tls', or write 'plaintext: behind-tls-proxy'",
                in: "address"
            )
        }
        if reader.has("tls"), reader.has("plaintext") {
            reader.mistake("'plaintext' and 'tls' exclude each other", in: "plaintext")
        }
        return ListenerConfiguration(
            endpoint: endpoint,
            tls: tls,
            trustedProxies: IPNetworkSet(trusted),
            proxyProtocolPeers: peers.map { IPNetworkSet($0) },
            trustedProxyNetworks: trusted,
            proxyProtocolNetworks: peers ?? []
        )
    }

    private func proxyProtocol(_ reader: MappingReader) -> [IPNetwork]? {
        let version = reader.choice("proxy_protocol")
        if version != nil, !reader.has("proxy_protocol_peers") {
            reader.mistake(
                "'proxy_protocol' needs 'proxy_protocol_peers', the networks that may speak it",
                in: "proxy_protocol"
            )
        }
        if version == nil, reader.has("proxy_protocol_peers"), !reader.has("proxy_protocol") {
            reader.mistake("'proxy_protocol_peers' needs 'proxy_protocol: v2'", in: "proxy_protocol_peers")
        }
        let peers = networks(reader, "proxy_protocol_peers")
        return version == nil ? nil : peers
    }

    private func networks(_ reader: MappingReader, _ name: String) -> [IPNetwork] {
        guard let items = reader.texts(name) else { return [] }
        return NetworkListDecoder(log: log).decode(items, everything: "'\(name)' has to name the proxies")
    }

    private func tls(_ reader: MappingReader) -> ListenerConfiguration.TLS? {
        let minimum = reader.choice("min").flatMap(ListenerConfiguration.TLS.Version.init(rawValue:)) ?? .v12
        let expired = reader.choice("expired")
        let certificate = file(reader, "certificate", .configuration)
        let key = file(reader, "key", .secret)
        guard let certificate, let key else { return nil }
        return ListenerConfiguration.TLS(
            certificate: certificate,
            key: key,
            minimum: minimum,
            servesExpired: expired == "serve"
        )
    }

    /// The absolute path of a PEM file that can be read.
    private func file(_ reader: MappingReader, _ name: String, _ trust: FileReader.Trust) -> String? {
        guard let text = reader.text(name) else { return nil }
        let path = context.paths.resolve(text)
        do throws(FileReader.Fault) {
            var bytes = try FileReader.read(path, trust: trust, limit: 1 << 20)
            defer { SecretBytes.wipe(&bytes) }
            guard let pem = PEMText(bytes) else {
                reader.mistake("'\(name)': the file '\(text)' holds no PEM block", in: name)
                return nil
            }
            if context.mode == .production, pem.isDevelopmentCertificate {
                reader.mistake(
                    "'\(name)': the file '\(text)' is a throw-away development certificate; it is accepted with --dev only",
                    in: name
                )
            }
            return path
        } catch {
            reader.mistake("'\(name)': the file '\(text)' \(error.sentence)", in: name)
            return nil
        }
    }
}
