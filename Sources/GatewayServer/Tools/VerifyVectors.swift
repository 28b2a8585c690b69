import GatewayCrypto
import StrictJSON
import WebhookVerification

/// A file of signed requests with the verdicts they should get: a JSON array of objects, or one of `MessageVectors`.
///
/// Members of an object: `scheme`, `secret` (a text or an array), `method`, `url`, `headers` (text or array each), `body`
/// or `body_b64`, `now` (seconds, `null` for no window), `params` (values for `config:` sources), and `valid`.
package struct VerifyVectors {
    /// What became of one request of the file.
    package struct Outcome: Sendable {
        /// The place in the file, counted from 0.
        package let index: Int
        /// The verdict; `nil` where the request could not be judged.
        package let verdict: VerifyTool.Verdict?
        /// Why it could not be judged.
        package let fault: String?
        /// Whether the verdict is the one that the file states.
        package let agrees: Bool
    }

    private let bytes: [UInt8]
    private let document = JSONDocument()
    private let elements: [JSONNode]
    private let messages: MessageVectors?

    /// Takes the file apart; throws where it is neither of the two forms.
    package init(_ bytes: [UInt8]) throws(CapturedRequest.Fault) {
        self.bytes = bytes
        // The file is the caller's own: only its form is judged, not its size.
        var policy = JSONPolicy.default
        policy.valuesMax = 10_000_000
        if let fault = document.parse(bytes.span, policy: policy) {
            throw CapturedRequest.Fault("the file is not JSON: \(fault)")
        }
        guard let root = document.root else { throw CapturedRequest.Fault("the file is not JSON") }
        messages = MessageVectors(document, root, bytes)
        guard document.kind(of: root) == .array || messages != nil else {
            throw CapturedRequest.Fault("the file is neither a JSON array of requests nor an object with 'signatures'")
        }
        elements = Array(document.elements(of: root))
    }

    /// How many requests there are.
    package var count: Int { messages?.count ?? elements.count }

    /// Judges one request of the file; `index` is from 0 to `count` - 1.
    package func outcome(_ index: Int) -> Outcome {
        if let messages { return messages.outcome(index) }
        let node = elements[index]
        do throws(SchemeChoice.Fault) {
            let verdict = try judge(node)
            guard let stated = member("valid", of: node), [.true, .false].contains(document.kind(of: stated)) else {
                throw SchemeChoice.Fault("'valid' is not true or false")
            }
            let agrees = verdict.isValid == (document.kind(of: stated) == .true)
            return Outcome(index: index, verdict: verdict, fault: nil, agrees: agrees)
        } catch {
            return Outcome(index: index, verdict: nil, fault: error.description, agrees: false)
        }
    }

    private func judge(_ node: JSONNode) throws(SchemeChoice.Fault) -> VerifyTool.Verdict {
        let url = text("url", of: node) ?? ""
        let authority = url.firstRange(of: "://")?.upperBound ?? url.startIndex
        let slash = url[authority...].firstIndex(of: "/") ?? url.endIndex
        let choice = try SchemeChoice(
            name: text("scheme", of: node) ?? "",
            publicURL: url.isEmpty ? nil : String(url[..<slash]),
            settings: settings(of: node)
        )
        let request = ComposedRequest(
            method: text("method", of: node) ?? "POST",
            target: slash == url.endIndex ? "/" : String(url[slash...]),
            fields: fields(of: node),
            body: try body(of: node)
        )
        let secrets = member("secret", of: node).map(texts) ?? []
        let now = member("now", of: node).flatMap { document.integer($0, in: bytes.span) }
        return try VerifyTool(choice, secrets: secrets).judge(request, now: now.flatMap { Timestamp(seconds: $0) })
    }

    private func body(of node: JSONNode) throws(SchemeChoice.Fault) -> [UInt8] {
        guard let encoded = text("body_b64", of: node) else {
            return member("body", of: node).flatMap { document.copyString($0, in: bytes.span) } ?? []
        }
        guard let body = Base64.decode(encoded) else { throw SchemeChoice.Fault("'body_b64' is not base64") }
        return body
    }

    private func fields(of node: JSONNode) -> [(name: String, value: [UInt8])] {
        guard let headers = member("headers", of: node) else { return [] }
        return document.members(of: headers).flatMap { member in
            let name = document.string(member.name, in: bytes.span) ?? ""
            return texts(member.value).map { (name, $0) }
        }
    }

    private func settings(of node: JSONNode) -> [String: String] {
        guard let parameters = member("params", of: node) else { return [:] }
        var settings: [String: String] = [:]
        for member in document.members(of: parameters) {
            guard let name = document.string(member.name, in: bytes.span) else { continue }
            settings[name] = document.string(member.value, in: bytes.span)
        }
        return settings
    }

    private func member(_ name: String, of node: JSONNode) -> JSONNode? {
        document.member(Array(name.utf8).span, of: node, in: bytes.span)
    }

    private func text(_ name: String, of node: JSONNode) -> String? {
        member(name, of: node).flatMap { document.string($0, in: bytes.span) }
    }

    /// The texts of a string, or of an array of strings.
    private func texts(_ node: JSONNode) -> [[UInt8]] {
        if document.kind(of: node) == .array {
            return document.elements(of: node).compactMap { document.copyString($0, in: bytes.span) }
        }
        return document.copyString(node, in: bytes.span).map { [$0] } ?? []
    }
}
