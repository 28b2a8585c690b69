extension Source {
    /// The same source with other keys.
    package func with(keys: [SigningKey], scheme: CompiledSignatureScheme) -> Source {
        Source(
            name: name,
            index: index,
            route: route,
            allow: allow,
            content: content,
            signature: .scheme(scheme, keys: keys),
            timestamp: timestamp,
            replay: replay,
            payload: payload,
            forward: forward,
            audit: audit,
            responses: responses,
            statusOverrides: statusOverrides,
            shadow: shadow,
            rate: rate,
            challenge: challenge
        )
    }

    /// How far clocks may differ, and how long a delivery may be on its way, in seconds.
    ///
    /// Decides about keys whose time begins or ends. The usual windows hold where the source has no attempt timestamp of
    /// its own.
    package var keyClock: (skew: Int64, grace: Int64) {
        guard let rule = timestamp, rule.meaning == .attempt, case .scheme = rule.place else { return (60, 360) }
        return (rule.maxFuture, rule.maxAge + rule.maxFuture)
    }
}
