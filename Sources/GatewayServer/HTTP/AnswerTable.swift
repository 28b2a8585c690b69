import WebhookVerification

/// The one place where a denial becomes a status: the table of `docs/denial-reasons.md`.
enum AnswerTable {
    /// Status, text and fate of the connection for a reason.
    static func answer(_ reason: DenialReason, form: ResponseForm) -> OwnAnswer {
        switch reason {
        case .httpFraming: own(400, "Bad request", .close, form)
        case .httpTransferCoding: own(501, "Bad request", .close, form)
        case .httpVersion: own(505, "Bad request", .close, form)
        case .httpHeadTooLarge: own(431, "Too large", .close, form)
        case .httpTargetTooLong: own(414, "Too large", .close, form)
        case .sizeTooLarge: own(413, "Too large", .close, form)
        case .httpLengthRequired: own(411, "Length required", .close, form)
        case .httpExpect: own(417, "Expectation failed", .close, form)
        case .httpTimeout: own(408, "Timeout", .close, form)
        case .routeUnknown: own(404, "Not found", .keep, form)
        case .routeMisdirected: own(421, "Misdirected request", .keep, form)
        case .contentMethod: own(405, "Method not allowed", .keep, form)
        case .addressDenied, .addressForwardedInvalid: own(403, "Forbidden", .close, form)
        case .challengeRefused: own(403, "Forbidden", .keep, form)
        case .contentMediaType, .contentCoding: own(415, "Unsupported media type", .keep, form)
        case .signatureMissing, .signatureMalformed, .signatureAmbiguous, .signatureMismatch, .signatureKeyRetired,
            .signatureKeyRevoked, .timestampMissing, .timestampMalformed, .timestampStale, .timestampFuture:
            own(401, "Invalid signature", .keep, form)
        case .payloadMalformed, .payloadDuplicateMember, .payloadTooDeep, .payloadLimits:
            own(400, "Invalid webhook event", .keep, form)
        case .payloadSchema, .payloadEventNotAllowed: own(422, "Invalid webhook event", .keep, form)
        case .replayDuplicate: duplicate(form)
        case .replayExact, .replayIDConflict: own(409, "Replayed delivery", .keep, form)
        case .replayHeld: own(202, "Held for review", .keep, form)
        case .replayInFlight: retry(503, 1, .keep, form)
        case .limitRate: retry(429, 1, .keep, form)
        case .limitConcurrency: retry(503, 1, .keep, form)
        case .upstreamConnect, .upstreamBadResponse, .upstreamReset, .upstreamRedirect:
            own(502, "Upstream failed", .keep, form, retryAfter: 5)
        case .upstreamTimeout: own(504, "Upstream failed", .keep, form, retryAfter: 5)
        case .auditUnavailable, .replayStoreUnavailable, .replayStoreFull, .keyringUnavailable:
            retry(503, 30, .close, form)
        case .draining: retry(503, 1, .close, form)
        }
    }

    private static func own(
        _ status: Int,
        _ text: StaticString,
        _ connection: OwnAnswer.Connection,
        _ form: ResponseForm,
        retryAfter: Int? = nil
    ) -> OwnAnswer {
        OwnAnswer(status: status, text: text, form: form, connection: connection, retryAfter: retryAfter)
    }

    private static func retry(
        _ status: Int,
        _ seconds: Int,
        _ connection: OwnAnswer.Connection,
        _ form: ResponseForm
    ) -> OwnAnswer {
        own(status, "Try again later", connection, form, retryAfter: seconds)
    }

    private static func duplicate(_ form: ResponseForm) -> OwnAnswer {
        var answer = own(200, "Duplicate event ignored", .keep, form)
        answer.isDuplicate = true
        return answer
    }
}
