package import WebhookVerification

/// What an operator does about a refusal that is not about the signature; the rest is told by a post-mortem.
package enum DenialAdvice {
    /// One sentence; `nil` where a post-mortem says more.
    package static func sentence(_ reason: DenialReason) -> String? {
        switch reason {
        case .routeUnknown: "Give the sender the configured path, byte for byte, or add a source."
        case .routeMisdirected: "Give the sender the configured host, or change `host` of the source."
        case .addressDenied:
            "Add the sender's network to `allow.ips`; behind a proxy, the proxy's to `trusted_proxies`."
        case .addressForwardedInvalid: "Let the trusted proxy write X-Forwarded-For with the client's address."
        case .contentMethod: "Add the method to `allow.methods` if this sender may use it."
        case .contentMediaType: "Add the media type to `allow.media_types`, or let the sender send `application/json`."
        case .contentCoding: "Let the sender send the body plain, or set `coding: forward` with an opaque payload."
        case .challengeRefused: "If you are setting up the sender: `postern source arm NAME`, then let it ask again."
        case .sizeTooLarge: "Raise `limits.body` of the source if such bodies are honest."
        case .payloadMalformed, .payloadDuplicateMember:
            "The sender has to send one strict JSON text without repeated names."
        case .payloadTooDeep, .payloadLimits: "The payload is deeper or larger than any honest one should be."
        case .payloadSchema: "Compare payload and schema with `postern schema validate`; change the one that is wrong."
        case .payloadEventNotAllowed: "Add the event to `event.allow`, or switch it off at the sender."
        case .replayDuplicate: "Nothing: the event was delivered before, and the sender is told so."
        case .replayExact: "An exact copy of a finished delivery: find out who repeats it."
        case .replayIDConflict: "The same event id with another body: the sender has to give new events new ids."
        case .replayHeld: "Nobody knows whether the handler acted: `postern replay resolve EVENT --done` or `--retry`."
        case .replayInFlight, .limitRate, .limitConcurrency, .draining: "The sender tries again later by itself."
        case .replayStoreFull: "Raise `replay.max_entries`, or shorten `replay.ttl` of busy sources."
        case .replayStoreUnavailable, .auditUnavailable, .keyringUnavailable:
            "See the log of the gateway: a part of it does not work."
        case .upstreamConnect, .upstreamBadResponse, .upstreamReset, .upstreamRedirect, .upstreamTimeout:
            "The delivery was genuine: look at the handler."
        case .httpFraming, .httpTransferCoding, .httpVersion, .httpHeadTooLarge, .httpTargetTooLong,
            .httpLengthRequired,
            .httpExpect, .httpTimeout:
            "The request is not HTTP/1.1 to the letter: look at the sender's library, or a proxy in front."
        case .signatureMissing, .signatureMalformed, .signatureAmbiguous, .signatureMismatch, .signatureKeyRetired,
            .signatureKeyRevoked, .timestampMissing, .timestampMalformed, .timestampStale, .timestampFuture:
            nil
        }
    }
}
