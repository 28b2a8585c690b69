import Testing

@Suite struct ImportRulesTests {
    private func check(_ path: String, _ text: String) -> [Finding] {
        ImportRules.check(SwiftSource(path: path, text: text))
    }

    @Test("The gateway's sources import only what the table of docs/architecture.md allows")
    func sources() {
        let findings = Repository.sources.flatMap(ImportRules.check)
        #expect(findings.isEmpty, "\(findings.report)")
        #expect(Repository.sources.count > 50)
    }

    @Test("Every directory of Sources is a target of the table")
    func targets() {
        let unknown = Repository.names(in: "Sources").filter { ImportRules.table[$0] == nil }
        #expect(unknown == [])
    }

    @Test("No test imports what it tests as @testable")
    func testable() {
        let findings = Repository.tests.flatMap(ImportRules.checkTestable)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test(
        "Every form of an import is seen",
        arguments: [
            "import Foundation", "package import Foundation", "internal import Foundation",
            "import class Foundation.Bundle",
            "@preconcurrency import Foundation", "@_exported public import Foundation", "import A; import Foundation",
        ]
    )
    func forms(text: String) {
        let modules = ImportRules.imports(of: SwiftSource(path: "a", text: text)).map(\.module)
        #expect(modules.last == "Foundation")
    }

    @Test("The word import elsewhere is no import")
    func noImport() {
        let text = "// import Foundation\nlet a = \"import Foundation\"\ncase keyImport\nlet b = x.import\nf(import: c)"
        #expect(ImportRules.imports(of: SwiftSource(path: "a", text: text)) == [])
    }

    @Test(
        "A target that imports too much is named with its line",
        arguments: [
            ("Sources/WebhookVerification/A.swift", "NIOCore"), ("Sources/WebhookVerification/A.swift", "Foundation"),
            ("Sources/WebhookVerification/A.swift", "Dispatch"), ("Sources/WebhookVerification/A.swift", "Glibc"),
            ("Sources/HTTPCodec/A.swift", "NIOPosix"), ("Sources/HTTPCodec/A.swift", "NIOHTTP1"),
            ("Sources/AuditLog/A.swift", "WebhookVerification"), ("Sources/GatewayConfig/A.swift", "NIOCore"),
            ("Sources/GatewayStorage/A.swift", "NIOSSL"), ("Sources/GatewayServer/A.swift", "ArgumentParser"),
            ("Sources/GatewayServer/HTTP/A.swift", "NIOHTTP1"), ("Sources/postern/A.swift", "NIOCore"),
            ("Sources/postern/A.swift", "Foundation"), ("Sources/Unknown/A.swift", "StrictJSON"),
        ]
    )
    func refused(path: String, module: String) {
        let findings = check(path, "import StrictJSON\nimport \(module)\n").filter { $0.line != 1 }
        #expect(findings.count == 1)
        #expect(findings.first?.line == 2 || path.hasPrefix("Sources/Unknown"))
    }

    @Test("NIOHTTP1 is allowed below Admin and Tools, which are not on the wire path, and @testable is found")
    func edges() {
        #expect(check("Sources/GatewayServer/Admin/A.swift", "import NIOHTTP1") == [])
        #expect(check("Sources/GatewayServer/Tools/A.swift", "import NIOHTTP1") == [])
        #expect(check("Sources/JSONSchema/A.swift", "@testable import StrictJSON").lines == [1])
    }
}
