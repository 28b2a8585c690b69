import Testing

@Suite struct WirePathRulesTests {
    @Test("The core, the codec, the audit log and the wire path use no async, await or tasks")
    func sources() {
        let findings = Repository.sources.flatMap(WirePathRules.check)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test(
        "What waits is found",
        arguments: [
            "func a() async {}", "let b = await a()", "Task { a() }", "await withTaskGroup(of: A.self) { _ in }",
        ]
    )
    func found(text: String) {
        #expect(WirePathRules.check(SwiftSource(path: "Sources/HTTPCodec/A.swift", text: text)).isEmpty == false)
    }

    @Test(
        "Names that contain the words are not",
        arguments: ["a = .async", "case async", "f(async: true)", "// await", "\"async\"", "let awaiting = 1"]
    )
    func notFound(text: String) {
        #expect(WirePathRules.check(SwiftSource(path: "Sources/AuditLog/A.swift", text: text)) == [])
    }

    @Test("The admin listener and the command may wait")
    func elsewhere() {
        for path in [
            "Sources/GatewayServer/Admin/A.swift", "Sources/postern/A.swift", "Sources/GatewayStorage/A.swift",
        ] {
            #expect(WirePathRules.check(SwiftSource(path: path, text: "await a()")) == [])
        }
        #expect(
            !WirePathRules.check(SwiftSource(path: "Sources/GatewayServer/HTTP/A.swift", text: "await a()")).isEmpty
        )
    }
}
