/// Which target may import what: the table of `docs/architecture.md`, targets.
enum ImportRules {
    /// What one target may import.
    struct Rule {
        /// Targets of ours.
        let ours: Set<String>
        /// Modules of others.
        let others: Set<String>
        /// Why the arrows end there.
        let reason: String
        /// Modules that only files below these directories may import.
        var onlyBelow: [String: [String]] = [:]
    }

    /// The C library and the standard library's atomics: for targets that talk to the system.
    private static let system: Set = ["Glibc", "Musl", "Darwin", "Synchronization"]

    static let table: [String: Rule] = [
        "COpenSSL": Rule(ours: [], others: [], reason: "a system library"),
        "CZlib": Rule(ours: [], others: [], reason: "a system library"),
        "GatewayCrypto": Rule(ours: ["COpenSSL"], others: [], reason: "cryptography needs neither Foundation nor NIO"),
        "StrictJSON": Rule(ours: [], others: [], reason: "bytes in, tape out"),
        "JSONSchema": Rule(ours: ["StrictJSON"], others: [], reason: "no network, no files"),
        "WebhookVerification": Rule(
            ours: ["StrictJSON", "JSONSchema", "GatewayCrypto"],
            others: [],
            reason: "the core cannot read a clock, a file or a socket"
        ),
        "HTTPCodec": Rule(
            ours: [],
            others: ["NIOCore"],
            reason: "a codec over ByteBuffer: no sockets, and not the parser it is tested against"
        ),
        "AuditLog": Rule(
            ours: ["StrictJSON", "GatewayCrypto"],
            others: [],
            reason: "a verifier must be able to use it without the gateway"
        ),
        "GatewayConfig": Rule(
            ours: ["WebhookVerification", "JSONSchema", "StrictJSON", "GatewayCrypto"],
            others: system.union(["Yams", "SystemPackage"]),
            reason: "text to values, no network"
        ),
        "GatewayStorage": Rule(
            ours: ["AuditLog", "WebhookVerification", "GatewayCrypto", "StrictJSON", "CZlib"],
            others: system.union(["GRDB", "GRDBSQLite", "SystemPackage", "Logging"]),
            reason: "files, no network"
        ),
        "GatewayServer": Rule(
            ours: [
                "GatewayConfig", "GatewayStorage", "AuditLog", "WebhookVerification", "HTTPCodec", "JSONSchema",
                "StrictJSON", "GatewayCrypto",
            ],
            others: system.union([
                "NIOCore", "NIOPosix", "NIOTLS", "NIOSSL", "NIOHTTP1", "NIOHTTP2", "NIOHPACK", "ServiceLifecycle",
                "Logging", "Metrics", "Hummingbird", "Mustache",
            ]),
            reason: "the wire path is our own codec on event loops",
            onlyBelow: [
                "NIOHTTP1": ["Sources/GatewayServer/Admin/", "Sources/GatewayServer/Tools/"],
                "Hummingbird": ["Sources/GatewayServer/Admin/"], "Mustache": ["Sources/GatewayServer/Admin/"],
            ]
        ),
        "postern": Rule(
            ours: ["GatewayServer", "GatewayConfig", "GatewayStorage", "AuditLog", "WebhookVerification"],
            others: system.union(["ArgumentParser", "Logging"]),
            reason: "argument parsing and printing only"
        ),
    ]

    /// A module named by an `import`, in whatever form.
    struct Import: Equatable {
        let module: String
        let isTestable: Bool
        let line: Int
    }

    private static let modifiers: Set = ["public", "package", "internal", "fileprivate", "private"]
    private static let kinds: Set = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
    ]

    /// Every import of a file: `import A`, `package import A`, `@testable import A`, `import struct A.B`.
    static func imports(of source: SwiftSource) -> [Import] {
        var result: [Import] = []
        for (index, token) in source.tokens.enumerated() where token.text == "import" {
            var isTestable = false
            var before = index - 1
            while let previous = source.token(before), previous.line == token.line {
                guard modifiers.contains(previous.text) || source.token(before, -1)?.text == "@" || previous.text == "@"
                else { break }
                if previous.text == "testable" { isTestable = true }
                before -= 1
            }
            // Something else stands in front: a label or a name, not an import.
            if let previous = source.token(before), previous.line == token.line, previous.text != ";" { continue }
            var name = index + 1
            if let kind = source.token(name), kinds.contains(kind.text) { name += 1 }
            guard let module = source.token(name), module.line == token.line, module.isWord else { continue }
            result.append(Import(module: module.text, isTestable: isTestable, line: token.line))
        }
        return result
    }

    /// What a file of the gateway imports and must not.
    static func check(_ source: SwiftSource) -> [Finding] {
        guard let rule = table[source.target] else {
            return [Finding(path: source.path, line: 0, text: "target '\(source.target)' is not in the table")]
        }
        var findings: [Finding] = []
        for found in imports(of: source) {
            if !rule.ours.contains(found.module), !rule.others.contains(found.module) {
                findings.append(
                    Finding(
                        path: source.path,
                        line: found.line,
                        text: "\(source.target) must not import \(found.module): \(rule.reason)"
                    )
                )
            } else if let directories = rule.onlyBelow[found.module],
                !directories.contains(where: source.path.hasPrefix)
            {
                findings.append(
                    Finding(
                        path: source.path,
                        line: found.line,
                        text: "\(found.module) only below \(directories.joined(separator: ", ")): \(rule.reason)"
                    )
                )
            }
        }
        return findings + checkTestable(source)
    }

    /// `@testable` couples tests to what is private; it is used nowhere.
    static func checkTestable(_ source: SwiftSource) -> [Finding] {
        imports(of: source).filter(\.isTestable).map {
            Finding(path: source.path, line: $0.line, text: "@testable import \($0.module)")
        }
    }
}
