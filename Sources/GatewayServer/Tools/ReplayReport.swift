import StrictJSON

/// Makes lines for a terminal out of what the admin listener says about replays; at most 80 columns.
package enum ReplayReport {
    /// The lines for a reply of `/v1/replay/…`; the text itself where it is not of the known form.
    package static func lines(_ reply: String) -> [String] {
        let bytes = Array(reply.utf8)
        let document = JSONDocument()
        guard document.parse(bytes.span) == nil, let root = document.root else { return [reply] }
        if let list = document.find("/deliveries", in: bytes) {
            return document.elements(of: list).enumerated().flatMap { index, node in
                (index > 0 ? [""] : []) + delivery(node, document, bytes)
            }
        }
        if let node = document.find("/delivery", in: bytes) { return delivery(node, document, bytes) }
        return stats(root, document, bytes)
    }

    private static func stats(_ node: JSONNode, _ document: JSONDocument, _ bytes: [UInt8]) -> [String] {
        let rows: [(String, StaticString, String)] = [
            ("in flight", "in_flight", "being forwarded now"),
            ("done", "done", "acknowledged: copies are duplicates"),
            ("released", "released", "not acknowledged: the next copy is forwarded"),
            ("held", "held", "outcome unknown: waits for 'postern replay resolve'"),
            ("limit", "max_entries", "replay.max_entries"),
        ]
        return rows.map { title, name, about in
            let number = document.member(name, of: node, in: bytes.span).flatMap {
                document.integer($0, in: bytes.span)
            }
            let digits = String(number ?? 0)
            let gap = String(repeating: " ", count: max(20 - title.utf8.count - digits.utf8.count, 1))
            return "\(title)\(gap)\(digits)  \(about)"
        }
    }

    private static func delivery(_ node: JSONNode, _ document: JSONDocument, _ bytes: [UInt8]) -> [String] {
        func text(_ name: StaticString) -> String {
            document.member(name, of: node, in: bytes.span).flatMap { document.string($0, in: bytes.span) } ?? ""
        }
        func number(_ name: StaticString) -> Int {
            let value = document.member(name, of: node, in: bytes.span).flatMap {
                document.integer($0, in: bytes.span)
            }
            return Int(value ?? 0)
        }
        let state = text("state")
        let status = number("status")
        return [
            "state         \(state)\(status > 0 ? " (\(status))" : "")",
            "              \(meaning(state))",
            "source        \(text("source"))",
            "key           \(text("key"))",
            "attempts      \(number("attempts"))",
            "last request  \(text("last_request"))",
            "              \(text("last_time"))",
            "remembered    \(duration(number("remaining_seconds")))",
        ]
    }

    private static func meaning(_ state: String) -> String {
        switch state {
        case "done": "its handler acknowledged it; copies are not forwarded"
        case "in-flight": "it is being forwarded now"
        case "released": "its handler did not acknowledge it; the next copy is forwarded"
        case "held": "nobody knows whether its handler acted: decide with 'resolve'"
        default: "not remembered any more; the next copy is forwarded"
        }
    }

    private static func duration(_ seconds: Int) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3600) h"
        default: "\(seconds / 86_400) d"
        }
    }
}

extension JSONDocument {
    /// The node at a pointer that is known to be one.
    fileprivate func find(_ pointer: String, in bytes: [UInt8]) -> JSONNode? {
        JSONPointer(pointer).flatMap { find($0, in: bytes.span) }
    }
}
