package import GatewayStorage
import StrictJSON

/// What a running gateway says of its keyring, as commands read it.
package struct KeyReport: Sendable {
    /// What became of a change.
    package enum Arrival: Sendable, Equatable {
        case taken(milliseconds: Int64)
        /// No gateway answers.
        case nobody
        /// It keeps the old keys, for this reason.
        case notTaken(String)
    }

    /// The revision in force.
    package let revision: Int64
    /// Why the newest file was not taken; `nil` where it was.
    package let fault: String?
    /// The name of the node.
    package let node: String
    /// What the node has counted.
    package let usage: KeyUsage

    /// Reads the answer to `GET /v1/keys`; `nil` for anything else.
    package init?(_ bytes: [UInt8]) {
        let json = JSONDocument()
        guard json.parse(bytes.span) == nil, let root = json.root,
            let revision = json.member("revision", of: root, in: bytes.span)
                .flatMap({ json.integer($0, in: bytes.span) }),
            let node = json.member("node", of: root, in: bytes.span).flatMap({ json.string($0, in: bytes.span) }),
            let usage = json.member("usage", of: root, in: bytes.span)
        else { return nil }
        self.revision = revision
        self.node = node
        fault = json.member("fault", of: root, in: bytes.span).flatMap { json.string($0, in: bytes.span) }
        var text: [UInt8] = []
        JSONCanonicalizer.append(json, usage, in: bytes.span, to: &text)
        self.usage = KeyUsage(text) ?? KeyUsage()
    }
}
