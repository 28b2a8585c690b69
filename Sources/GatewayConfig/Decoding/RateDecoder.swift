internal import WebhookVerification

/// Decodes `rate` of a source.
enum RateDecoder {
    /// The rule; where nothing valid is written, the default holds.
    static func decode(_ source: MappingReader) -> RateRule {
        var rule = RateRule()
        guard let reader = source.mapping("rate") else { return rule }
        let unverified = reader.integer("unverified") ?? rule.unverified.perSecond
        let burst = reader.integer("unverified_burst") ?? unverified * 2
        rule.unverified = RateRule.Pace(perSecond: unverified, burst: burst)
        let flood = reader.integer("flood") ?? unverified * 100
        if flood < unverified { reader.mistake("'flood' is less than 'unverified' (\(unverified))", in: "flood") }
        rule.flood = RateRule.Pace(perSecond: flood, burst: flood * 2)
        let verified = reader.integer("verified")
        let verifiedBurst = reader.integer("verified_burst")
        if let verified {
            rule.verified = RateRule.Pace(perSecond: verified, burst: verifiedBurst ?? verified * 2)
        } else if reader.has("verified_burst"), !reader.has("verified") {
            reader.mistake("'verified_burst' needs 'verified'", in: "verified_burst")
        }
        return rule
    }
}
