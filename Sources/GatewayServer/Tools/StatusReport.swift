import StrictJSON

/// Reads what `GET /v1/status` said, for the command that shows it.
package struct StatusReport {
    /// What a source has seen since the start.
    package struct Source {
        /// Its name; empty for requests that reached no source.
        package let name: String
        /// Deliveries that were forwarded.
        package let admitted: Int64
        /// Repeats that were acknowledged.
        package let duplicates: Int64
        /// Refusals.
        package let denied: Int64
        /// Exchanges under way.
        package let inFlight: Int64
    }

    private let bytes: [UInt8]
    private let document: JSONDocument
    private let root: JSONNode

    /// Takes the answer apart; `nil` where it is no JSON object.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let document = JSONDocument()
        let fault = document.parse(bytes.span)
        guard fault == nil, let root = document.root, document.kind(of: root) == .object else { return nil }
        self.bytes = bytes
        self.document = document
        self.root = root
    }

    /// Whether deliveries are taken.
    package var isReady: Bool { member("ready", root).map { document.kind(of: $0) } == .true }

    /// The text of a member; empty where there is none.
    package func text(_ name: String) -> String { text(name, root) }

    /// The number of a member; 0 where there is none.
    package func number(_ name: String) -> Int64 { number(name, root) }

    /// The texts of a member.
    package func texts(_ name: String) -> [String] {
        guard let list = member(name, root) else { return [] }
        return document.elements(of: list).compactMap { document.string($0, in: bytes.span) }
    }

    /// The sources in the order of the configuration.
    package var sources: [Source] {
        guard let list = member("sources", root) else { return [] }
        return document.elements(of: list).map { node in
            Source(
                name: text("name", node),
                admitted: number("admitted", node),
                duplicates: number("duplicates", node),
                denied: number("denied", node),
                inFlight: number("inFlight", node)
            )
        }
    }

    private func member(_ name: String, _ node: JSONNode) -> JSONNode? {
        document.member(Array(name.utf8).span, of: node, in: bytes.span)
    }

    private func text(_ name: String, _ node: JSONNode) -> String {
        member(name, node).flatMap { document.string($0, in: bytes.span) } ?? ""
    }

    private func number(_ name: String, _ node: JSONNode) -> Int64 {
        member(name, node).flatMap { document.integer($0, in: bytes.span) } ?? 0
    }
}
