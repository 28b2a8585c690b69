import Testing

@Suite struct FileRulesTests {
    @Test("The top of the repository holds only what has a place there")
    func topLevel() {
        let findings = FileRules.checkTopLevel(Repository.names(in: ""))
        #expect(findings.isEmpty, "\(findings.report)")
        #expect(FileRules.checkTopLevel(["Sources", ".git", ".build-x", "notes.txt"]).map(\.path) == ["notes.txt"])
    }

    @Test("Every directory of tests belongs to a target")
    func testDirectories() {
        let targets = Set(ImportRules.table.keys)
        let findings = FileRules.checkTestDirectories(Repository.names(in: "Tests"), targets: targets)
        #expect(findings.isEmpty, "\(findings.report)")
        let wrong = FileRules.checkTestDirectories(
            ["StrictJSONTests", "Fuzz", "OtherTests", "StrictJSON"],
            targets: targets
        )
        #expect(wrong.map(\.path) == ["Tests/OtherTests", "Tests/StrictJSON"])
    }

    @Test("A file of the gateway is named after its main type, or Type+Topic after the one it extends")
    func names() {
        let findings = Repository.sources.flatMap(FileRules.checkName)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test(
        "A wrong name is found, a right one is not",
        arguments: [
            ("A.swift", "struct A {}", true), ("A.swift", "struct B {}\nfinal class A {}", true),
            ("A.swift", "package protocol A: B {}", true), ("A.swift", "typealias A = Int", true),
            ("A+Topic.swift", "extension A {}", true),
            ("A+B.swift", "extension A.B {}", true), ("Sum.swift", "func sumUp() {}", true),
            ("Sum.swift", "func difference() {}", false), ("A.swift", "struct B {}", false),
            ("A.swift", "struct B { struct A {} }", false), ("A.swift", "extension A {}", false),
            ("A+Topic.swift", "extension B {}", false), ("A+Topic.swift", "struct A {}", false),
        ]
    )
    func name(file: String, text: String, isRight: Bool) {
        #expect(FileRules.checkName(SwiftSource(path: "Sources/T/\(file)", text: text)).isEmpty == isRight)
    }
}
