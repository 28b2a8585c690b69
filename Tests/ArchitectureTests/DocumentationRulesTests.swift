import Testing

@Suite struct DocumentationRulesTests {
    private func lines(_ text: String) -> [Int] {
        let source = SwiftSource(path: "Sources/A/A.swift", text: text)
        return DocumentationRules([source]).check(source).lines
    }

    @Test(
        "Every package type, function, subscript and computed property has a /// comment; stored properties and memberwise initializers may leave it to their documented type, members that fulfil a documented requirement to the protocol"
    )
    func sources() {
        let rules = DocumentationRules(Repository.sources)
        let findings = Repository.sources.flatMap(rules.check)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test(
        "A declaration without a comment is found at its line",
        arguments: [
            ("package struct A {}", [1]),
            ("// Not one.\npackage enum A {}", [2]),
            ("/// Too far.\n\npackage protocol A {}", [3]),
            ("package func a() {}", [1]),
            ("/// A.\npackage struct A {\n    package func b() {}\n}", [3]),
            ("/// A.\npackage struct A {\n    package var b: Int { 1 }\n}", [3]),
            ("/// A.\npackage struct A {\n    package subscript(b: Int) -> Int { 1 }\n}", [3]),
            ("/// A.\npackage struct A {\n    package init(b: Int) {}\n}", [3]),
            ("struct A {\n    package let b: Int\n}", [2]),
            ("/// A.\npackage struct A {\n    @inlinable\n    package static func b() {}\n}", [4]),
            ("/// A.\nstruct A {}\nextension A {\n    package func b() {}\n}", [4]),
            ("package typealias A = Int", [1]),
        ]
    )
    func found(text: String, expected: [Int]) {
        #expect(lines(text) == expected)
    }

    @Test(
        "A comment, a documented type or a documented requirement is enough",
        arguments: [
            "/// A.\npackage struct A {}",
            "/// A.\n@frozen\npackage struct A {}",
            "/// A.\npackage struct A {\n    package let b: Int\n    package init(b: Int) { self.b = b }\n}",
            "/// A.\npackage struct A {\n    package let b: Int\n    package init(_ b: Int) { self.b = b }\n}",
            "/// P.\npackage protocol P {\n    /// F.\n    func f()\n}\n/// A.\npackage struct A: P {\n    package func f() {}\n}",
            "/// A.\npackage struct A {\n    package static func == (a: A, b: A) -> Bool { true }\n}",
            "package import Foundation",
            "struct A { func b() { let c = 1 } }",
            "/// A.\npackage struct A {\n    package private(set) var b = 1\n}",
        ]
    )
    func notFound(text: String) {
        #expect(lines(text) == [])
    }
}
