import Testing

@Suite struct SettingRulesTests {
    @Test("Every limit and every setting of the process is read where it matters, not only printed")
    func sources() {
        let findings = SettingRules.check(Repository.sources)
        #expect(findings.isEmpty, "\(findings.report)")
    }

    @Test("The models that are looked at are there")
    func models() {
        let types = Set(Repository.sources.flatMap(DeclarationReader.read).filter { $0.kind == .type }.map(\.name))
        #expect(Set(SettingRules.holders.keys).subtracting(types).sorted() == [])
    }

    @Test(
        "A setting that is only written or printed is found, one that is read is not",
        arguments: [
            ("f(limits.body)", "Sources/A/B.swift", 0), ("limits.body = 1", "Sources/A/B.swift", 1),
            ("if limits.body == 1 {}", "Sources/A/B.swift", 0),
            ("f(limits.body)", "Sources/GatewayConfig/Publishing/B.swift", 1),
            ("f(other.body)", "Sources/A/B.swift", 1),
        ]
    )
    func found(text: String, path: String, count: Int) {
        let model = SwiftSource(path: "Sources/A/Limits.swift", text: "struct Limits {\n    var body = 0\n}")
        #expect(SettingRules.check([model, SwiftSource(path: path, text: text)]).count == count)
    }
}
