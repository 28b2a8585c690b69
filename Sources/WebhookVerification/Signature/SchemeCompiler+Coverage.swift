import GatewayCrypto
import StrictJSON

/// What follows from the rest: what is covered, and in which order the work is done.
extension SchemeCompiler {
    mutating func deriveCoverage() {
        var parts = draft.parts + (draft.token?.bindings ?? []).flatMap(\.parts)
        // A hash that is equal to the body's and stands in what is signed covers the body.
        for requirement in draft.requirements {
            let sides = requirement.left + requirement.right
            let isCovered = sides.contains { part in
                if case .value(let source) = part.origin { return self.isCovered(source) }
                return false
            }
            if isCovered { parts += sides.filter { $0.origin == .body } }
        }
        for part in parts {
            switch part.origin {
            case .body, .sortedForm: draft.covers.insert(.body)
            case .url, .path, .pathAndQuery, .encodedPathAndQuery: draft.covers.insert(.url)
            case .urlWithForm: draft.covers.formUnion([.body, .url])
            case .method: draft.covers.insert(.method)
            case .literal, .value, .signedHeaders, .key: break
            }
        }
        if draft.algorithm == .detachedJWS { draft.covers = [.body, .url, .method] }
        if draft.algorithm == .snsMessage {
            draft.covers = [.body]
            warn("algorithm", "Amazon signs the members Message to Type only: do not use others of the body")
        }
        let required = scheme.messageSignature?.requiredComponents ?? []
        if required.contains("\"content-digest\"") { draft.covers.insert(.body) }
        if required.contains("\"@method\"") { draft.covers.insert(.method) }
        if required.contains("\"@target-uri\"") || required.contains("\"@path\"") { draft.covers.insert(.url) }
        if !draft.covers.contains(.body) { warn("content", "the signature does not cover the body") }
        if draft.timestamp == nil, draft.token == nil, draft.algorithm != .httpMessageSignatures {
            warn("timestamp", "without a signed timestamp only the memory for replays bounds the age of a delivery")
        }
    }

    mutating func compileEventID() {
        for (index, text) in scheme.eventID.enumerated() {
            guard let source = source(text, "event_id[\(index)]") else { continue }
            guard isCovered(source) || (draft.token != nil && source.isInBody && draft.covers.contains(.body)) else {
                continue
            }
            if case .json(let pointer) = source {
                draft.signedEventIDPointers.append(pointer)
            } else {
                draft.signedEventIDSources.append(source)
            }
        }
    }

    mutating func deriveWorkOrder() {
        let sources =
            draft.places
            + allParts.compactMap { part in
                if case .value(let source) = part.origin { return source }
                return nil
            }
        draft.readsBody =
            sources.contains(where: \.isInBody)
            || allParts.contains { $0.origin == .sortedForm || $0.origin == .urlWithForm || $0.filters.first == .jcs }
            || draft.timestamp?.source.isInBody == true || draft.algorithm == .snsMessage
        let bodies = draft.parts.indices.filter { draft.parts[$0].origin == .body }
        let isStreamable =
            bodies.count == 1 && !draft.readsBody && draft.requirements.isEmpty && draft.urlBases.count < 2
            && bodies.allSatisfy { draft.parts[$0].isPlainBody }
        if case .hmac = draft.algorithm, isStreamable { draft.streamedBodyIndex = bodies.first }
        draft.contentIsBody = draft.parts.count == 1 && draft.parts.allSatisfy { $0.isPlainBody && $0.condition == nil }
    }
}
