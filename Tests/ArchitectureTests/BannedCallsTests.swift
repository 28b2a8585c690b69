import Testing

@Suite struct BannedCallsTests {
    private func texts(_ text: String, path: String = "Sources/StrictJSON/A.swift") -> [String] {
        BannedCalls.check(SwiftSource(path: path, text: text)).map(\.text)
    }

    @Test("The gateway's sources make no banned call")
    func sources() {
        let findings = Repository.sources.flatMap(BannedCalls.check)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test(
        "What is banned is found",
        arguments: [
            "let a = Date()", "let a = Date.now", "print(a)", "fatalError()", "try! f()", "a as! B", "Task { f() }",
            "Task.detached { f() }", "a!", "a!.b", "f()!", "a[0]!", "var a: B!", "a! = b", "\"\\(a!)\"", "// TODO: b",
            "/// FIXME", "final class A: @unchecked Sendable {}",
        ]
    )
    func found(text: String) {
        #expect(texts(text).count == 1, "\(texts(text))")
    }

    @Test(
        "What only looks like it is not",
        arguments: [
            "a != b", "a!=b", "a !== b", "!a", "f(!a)", "[!a]", "\"print(a!) TODO\".count", "// try! as! a! Date()",
            "imprint(a)", "self.print(a)", "a.Date()", "HTTPDate()", "case todo", "if !isDone, !a { }", "return !a",
            "/// Guarded by the lock `b`.\nfinal class A: @unchecked Sendable {}",
            "final class A: @unchecked Sendable {\n    // No lock: never changed after init.\n}",
        ]
    )
    func notFound(text: String) {
        #expect(texts(text) == [])
    }

    @Test("The command prints, the libraries do not")
    func command() {
        #expect(texts("print(a)", path: "Sources/postern/A.swift") == [])
        #expect(texts("print(a)", path: "Sources/GatewayServer/A.swift").count == 1)
    }
}
