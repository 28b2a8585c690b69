/// What reason codes mean, in one sentence each for somebody who does not know the program.
///
/// The codes are those of `docs/denial-reasons.md`; a test holds the two together.
package enum ReasonSentences {
    /// The sentence of a code, without its full stop; `nil` for a code that is not known.
    package static func sentence(_ code: String) -> String? { table[code] }

    private static let table: [String: String] = [
        "http.framing": "the request was not unambiguous HTTP, or the connection ended inside it",
        "http.transfer_coding": "the request came in a transfer coding other than chunked",
        "http.version": "the request was neither HTTP/1.0 nor HTTP/1.1",
        "http.head_too_large": "the request's head was larger than allowed",
        "http.target_too_long": "the request's target was longer than allowed",
        "http.length_required": "the request did not say how long its body is",
        "http.expect": "the request expected something that is not offered",
        "http.timeout": "the request was not complete in time",
        "size.too_large": "the body was larger than the source allows",
        "route.unknown": "no source is configured for this path and host",
        "route.misdirected": "the path belongs to another host name than the connection asked for",
        "address.denied": "the client's address is in no list of allowed networks",
        "address.forwarded_invalid": "a trusted proxy did not say usably for whom it forwards",
        "content.method": "the method is not one that the source takes",
        "content.media_type": "the media type is not one that the source takes",
        "content.coding": "the body was compressed, which the source does not take",
        "signature.missing": "there was no signature",
        "signature.malformed": "the signature did not have the form that the scheme prescribes",
        "signature.ambiguous": "something that must be single in the signature was there twice",
        "signature.mismatch": "no key of the source gives this signature over these bytes: the sender does not have "
            + "the secret, or the body was changed on its way",
        "signature.key_retired": "the signature was made with a key whose time is over",
        "signature.key_revoked": "the signature was made with a key that was revoked: somebody holds a leaked secret",
        "timestamp.missing": "there was no signed time, which the source demands",
        "timestamp.malformed": "the signed time could not be read",
        "timestamp.stale": "the signed time was too long ago: a late retry, a replay, or a wrong clock",
        "timestamp.future": "the signed time lies ahead: a wrong clock",
        "payload.malformed": "the body was not one strict JSON text",
        "payload.duplicate_member": "an object of the body had a member twice",
        "payload.too_deep": "the body was nested deeper than allowed",
        "payload.limits": "the body broke a limit for JSON",
        "payload.schema": "the body did not fit the source's schema",
        "payload.event_not_allowed": "the event is not one that the source lets through",
        "replay.duplicate": "the event had been delivered before; the sender was told so, nothing was forwarded",
        "replay.exact": "it was an exact copy of a finished delivery, from a sender that signs every attempt anew",
        "replay.id_conflict": "its id was that of a finished delivery with another body",
        "replay.in_flight": "the first copy was still being forwarded",
        "replay.store_full": "the memory of deliveries was full",
        "replay.store_unavailable": "the memory of deliveries could not answer",
        "limit.rate": "there were too many requests",
        "limit.concurrency": "too many deliveries were under way at once",
        "upstream.connect": "the handler could not be reached; nothing was sent to it",
        "upstream.bad_response": "the handler's answer was not usable; it may have acted",
        "upstream.reset": "the handler's connection broke before its answer was complete; it may have acted",
        "upstream.redirect": "the handler answered with a redirect, which is never followed",
        "upstream.timeout": "the handler did not answer in time; it may have acted",
        "audit.unavailable": "the audit log could not record the admission, so nothing was forwarded",
        "keyring.unavailable": "the keys could not be used",
        "draining": "the gateway was stopping",
    ]
}
