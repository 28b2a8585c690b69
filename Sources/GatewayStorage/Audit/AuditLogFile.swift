internal import AuditLog
internal import GatewayCrypto
internal import StrictJSON

/// `log.json` as its writer keeps it: the name of the log, its verifier keys, and the log it took the place of.
///
/// Source: `docs/audit-log-format.md`, files.
struct AuditLogFile {
    /// When the log was begun, the text of an entry's time.
    var created: String
    /// The log's full name.
    var origin: String
    /// The verifier keys, the newest first.
    var verifierKeys: [String]
    /// What is known of the log that this one took the place of (`audit recover`): texts and numbers by name.
    var previous: [String: AuditValue] = [:]

    /// The bytes of the file, in the form of RFC 8785.
    var bytes: [UInt8] {
        var members: [String: AuditValue] = [
            "created": .string(created), "format": .string("postern-audit/1"), "origin": .string(origin),
            "vkeys": .list(verifierKeys.map { .string($0) }),
        ]
        if !previous.isEmpty { members["previous"] = .object(previous) }
        var bytes: [UInt8] = []
        AuditValue.object(members).append(to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Makes a description of a new log.
    init(created: String, origin: String, verifierKeys: [String], previous: [String: AuditValue] = [:]) {
        self.created = created
        self.origin = origin
        self.verifierKeys = verifierKeys
        self.previous = previous
    }

    /// Reads the file; `nil` where it is not one of this format.
    init?(bytes: [UInt8]) {
        let document = JSONDocument()
        guard document.parse(bytes.span) == nil, let root = document.root,
            let format = document.member("format", of: root, in: bytes.span),
            document.equals(format, "postern-audit/1", in: bytes.span)
        else { return nil }
        func text(_ name: StaticString) -> String? {
            document.member(name, of: root, in: bytes.span).flatMap { document.string($0, in: bytes.span) }
        }
        guard let origin = text("origin"), !origin.isEmpty else { return nil }
        self.origin = origin
        created = text("created") ?? ""
        verifierKeys =
            (document.member("vkeys", of: root, in: bytes.span)).map { list in
                document.elements(of: list).compactMap { document.string($0, in: bytes.span) }
            } ?? []
        guard let object = document.member("previous", of: root, in: bytes.span) else { return }
        for name in AuditLogFile.previousTexts {
            let value = document.member(name, of: object, in: bytes.span)
            if let text = value.flatMap({ document.string($0, in: bytes.span) }) {
                previous["\(name)"] = .string(text)
            }
        }
        for name in AuditLogFile.previousNumbers {
            let value = document.member(name, of: object, in: bytes.span)
            if let number = value.flatMap({ document.integer($0, in: bytes.span) }) {
                previous["\(name)"] = .integer(Int(number))
            }
        }
    }

    private static let previousTexts: [StaticString] = ["cause", "moved", "origin", "reason", "root", "user"]
    private static let previousNumbers: [StaticString] = ["records", "signed", "uid"]

    /// The name of the log that takes the place of one named `origin`, for a node whose first log is named `base`.
    static func successor(of origin: String, base: String) -> String {
        let number = origin == base ? 1 : Int(origin.dropFirst(base.utf8.count + 1)) ?? 1
        return "\(base).\(number + 1)"
    }

    /// Whether a log of this name is one of the node whose first log is named `base`.
    func isOf(base: String) -> Bool {
        if origin == base { return true }
        guard origin.hasPrefix(base + ".") else { return false }
        let digits = origin.dropFirst(base.count + 1)
        return !digits.isEmpty && digits.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 }
    }
}
