/// Where things stand and what they are called.
enum FileRules {
    /// The names the top of the repository may hold; what git and the build leave there is not looked at.
    static let topLevel: Set = [
        "Package.swift", "Package.resolved", "README.md", "LICENSE", ".swift-format", ".editorconfig", ".gitignore",
        ".ci",
        "certs", "docs", "Sources", "Tests", "Benchmarks",
    ]

    /// Test directories beside those of the targets.
    private static let testDirectories: Set = ["EndToEndTests", "ArchitectureTests", "GatewayTestSupport", "Fuzz"]

    /// Names at the top of the repository that have no place there.
    static func checkTopLevel(_ names: [String]) -> [Finding] {
        names.filter { !topLevel.contains($0) && $0 != ".git" && !$0.hasPrefix(".build") }.map {
            Finding(path: $0, line: 0, text: "has no place at the top of the repository")
        }
    }

    /// Directories of tests that belong to no target.
    static func checkTestDirectories(_ names: [String], targets: Set<String>) -> [Finding] {
        names.filter {
            !testDirectories.contains($0) && !($0.hasSuffix("Tests") && targets.contains("\($0.dropLast(5))"))
        }
        .map { Finding(path: "Tests/\($0)", line: 0, text: "belongs to no target") }
    }

    /// A file is named after the type it declares, `Type+Topic.swift` after the one it extends, and one of functions
    /// only by the beginning of a function's name.
    static func checkName(_ source: SwiftSource) -> [Finding] {
        let declarations = DeclarationReader.read(source).filter { $0.owner.isEmpty }
        let parts = source.name.split(separator: "+", maxSplits: 1).map(String.init)
        let isExtension = parts.count == 2
        let isThere = declarations.contains { declaration in
            switch declaration.kind {
            case .type, .protocol: !isExtension && declaration.name == source.name
            case .extension: isExtension && (declaration.name == parts[0] || declaration.root == parts[0])
            case .function: declaration.name.lowercased().hasPrefix(source.name.lowercased())
            case .initializer, .subscript, .stored, .computed: false
            }
        }
        if isThere { return [] }
        let wanted = isExtension ? "extends \(parts[0])" : "declares \(source.name)"
        return [Finding(path: source.path, line: 0, text: "is named so, but nothing in it \(wanted)")]
    }
}
