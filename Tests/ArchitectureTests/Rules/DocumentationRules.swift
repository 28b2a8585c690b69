/// Which `package` declarations need a `///` comment.
///
/// Always: types, protocols, functions, subscripts, properties with a body. Of a documented type may go without: stored
/// properties, and an initializer whose parameters are all stored properties. A member that fulfils a requirement of a
/// protocol takes the documentation of the requirement.
struct DocumentationRules {
    /// Requirements of protocols of other modules.
    private static let knownRequirements: Set = ["==", "<", "hash", "description", "debugDescription"]
    /// Protocols of other modules that are fulfilled as a whole, with their requirements.
    private static let knownProtocols: [String: Set<String>] = [
        "LogHandler": ["log", "metadata", "logLevel", "subscript"]
    ]

    private var documentedTypes: Set<String> = []
    private var storedNames: [String: Set<String>] = [:]
    private var conformances: [String: Set<String>] = [:]
    /// Documented requirements of the protocols of ours.
    private var requirements: [String: Set<String>] = DocumentationRules.knownProtocols

    /// Learns the types of all files; the rules look across files.
    init(_ sources: [SwiftSource]) {
        let all = sources.flatMap(DeclarationReader.read)
        let protocols = Set(all.filter { $0.kind == .protocol }.map(\.name))
        for declaration in all {
            switch declaration.kind {
            case .type, .protocol, .extension:
                conformances[declaration.name, default: []].formUnion(declaration.names)
                if declaration.isDocumented, declaration.kind != .extension { documentedTypes.insert(declaration.name) }
            case .stored: storedNames[declaration.owner, default: []].insert(declaration.name)
            case .function, .initializer, .subscript, .computed: break
            }
            if protocols.contains(declaration.owner), declaration.isDocumented {
                requirements[declaration.owner, default: []].insert(declaration.name)
            }
        }
    }

    /// The declarations of a file that need a comment and have none.
    func check(_ source: SwiftSource) -> [Finding] {
        DeclarationReader.read(source).filter { $0.isPackage && !$0.isDocumented && !mayGoWithout($0) }.map {
            let name = $0.owner.isEmpty ? $0.name : "\($0.owner).\($0.name)"
            return Finding(path: source.path, line: $0.line, text: "package \(name) has no /// comment")
        }
    }

    private func mayGoWithout(_ declaration: Declaration) -> Bool {
        let isOwnerDocumented = documentedTypes.contains(declaration.owner)
        switch declaration.kind {
        case .type, .protocol, .extension: return false
        case .function, .subscript, .computed: return isRequirement(declaration)
        case .stored: return isOwnerDocumented || isRequirement(declaration)
        case .initializer:
            return isOwnerDocumented && Set(declaration.names).isSubset(of: storedNames[declaration.owner] ?? [])
        }
    }

    private func isRequirement(_ declaration: Declaration) -> Bool {
        if DocumentationRules.knownRequirements.contains(declaration.name) { return true }
        return (conformances[declaration.owner] ?? []).contains { requirements[$0]?.contains(declaration.name) == true }
    }
}
