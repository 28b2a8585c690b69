internal import GatewayCrypto
internal import WebhookVerification

/// Makes the upstreams of one source: lists of targets that share everything else.
struct UpstreamMaker {
    /// What all upstreams of a source share.
    struct Exchange {
        let connect: Int64
        let firstByte: Int64
        let deadline: Int64
        let responseLimit: Int
        let pool: UpstreamPoolLimits
        let headers: [FieldName]
        let authorities: String?
        let outboundKey: SecretBytes?
        let outboundEntry: String?
        let resign: ResignConfiguration?
        let completion: StatusSet
    }

    private let context: LoadContext
    private let source: String
    private let exchange: Exchange
    /// Positions of upstreams made already, by their targets, so that rules with the same target share a pool.
    private var made: [[UpstreamTarget]: Int] = [:]

    init(_ context: LoadContext, source: String, exchange: Exchange) {
        self.context = context
        self.source = source
        self.exchange = exchange
    }

    /// The position of the upstream that `name` names; `nil` where a target is unusable, which is in the log.
    mutating func make(_ reader: MappingReader, _ name: String) -> Int? {
        guard let items = reader.textOrTexts(name), !items.isEmpty else { return nil }
        var targets: [UpstreamTarget] = []
        for item in items {
            do throws(UpstreamTarget.Fault) {
                let target = try UpstreamTarget(item.text)
                if targets.contains(target) {
                    context.log.mistake("'\(ConfigNode.cut(item.text))' is in the list already", at: item.position)
                }
                targets.append(target)
            } catch {
                // A URL may hold a password, which a message must not repeat.
                let shown = item.text.contains("@") ? "the URL" : "'\(ConfigNode.cut(item.text))'"
                context.log.mistake("'\(name)': \(shown) \(error.sentence)", at: item.position)
            }
        }
        guard targets.count == items.count else { return nil }
        if let position = made[targets] { return position }
        let position = context.add(upstream(targets))
        made[targets] = position
        return position
    }

    private func upstream(_ targets: [UpstreamTarget]) -> UpstreamConfiguration {
        UpstreamConfiguration(
            name: made.isEmpty ? source : "\(source)#\(made.count)",
            targets: targets,
            connectTimeout: exchange.connect,
            firstByteTimeout: exchange.firstByte,
            deadline: exchange.deadline,
            responseLimit: exchange.responseLimit,
            pool: exchange.pool,
            headers: exchange.headers,
            authorities: exchange.authorities,
            outboundKey: exchange.outboundKey,
            outboundEntry: exchange.outboundEntry,
            resign: exchange.resign,
            completion: exchange.completion
        )
    }
}
