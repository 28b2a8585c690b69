internal import StrictJSON

/// Collects the documents, resources and anchors a schema consists of.
///
/// Nothing is fetched: a reference leads to the documents of the options, to the built-in meta-schemas, or is a mistake.
struct SchemaLoader {
    let options: SchemaOptions
    private(set) var sources: [SchemaSource] = []
    private(set) var resources: [SchemaResource] = []
    private(set) var problems: [SchemaFault.Problem] = []
    private var resourceNumbers: [String: Int] = [:]
    private var owners: [SchemaValue: Int] = [:]
    /// The members of large objects that pointers lead through, by name.
    private var directories: [SchemaValue: [[UInt8]: JSONNode]] = [:]

    static let problemsMax = 100

    init(_ options: SchemaOptions) {
        self.options = options
    }

    // MARK: - Reading values

    func kind(_ value: SchemaValue) -> JSONKind { sources[value.source].document.kind(of: value.node) }

    func member(_ value: SchemaValue, _ name: StaticString) -> SchemaValue? {
        let source = sources[value.source]
        let sourceBytes = source.bytes
        return source.document.member(name, of: value.node, in: sourceBytes.span)
            .map { SchemaValue(source: value.source, node: $0) }
    }

    func members(_ value: SchemaValue) -> [(name: [UInt8], value: SchemaValue)] {
        let source = sources[value.source]
        let sourceBytes = source.bytes
        return source.document.members(of: value.node).map { member in
            let name = source.document.copyString(member.name, in: sourceBytes.span) ?? []
            return (name, SchemaValue(source: value.source, node: member.value))
        }
    }

    func elements(_ value: SchemaValue) -> [SchemaValue] {
        sources[value.source].document.elements(of: value.node).map { SchemaValue(source: value.source, node: $0) }
    }

    func bytes(_ value: SchemaValue) -> [UInt8]? {
        let source = sources[value.source]
        let sourceBytes = source.bytes
        return source.document.copyString(value.node, in: sourceBytes.span)
    }

    func string(_ value: SchemaValue?) -> String? {
        guard let value, kind(value) == .string else { return nil }
        return bytes(value).map { String(decoding: $0, as: UTF8.self) }
    }

    func integer(_ value: SchemaValue) -> Int64? {
        let source = sources[value.source]
        let sourceBytes = source.bytes
        return source.document.integer(value.node, in: sourceBytes.span)
    }

    /// The text of a number.
    func numberText(_ value: SchemaValue) -> [UInt8]? {
        guard kind(value) == .number else { return nil }
        let source = sources[value.source]
        return source.document.textRange(of: value.node).map { Array(source.bytes[$0]) }
    }

    // MARK: - Mistakes

    mutating func report(_ value: SchemaValue, _ text: String) {
        guard problems.count < Self.problemsMax else { return }
        let source = sources[value.source]
        let entry = source.document.tape[value.node.index]
        // A string's offset is that of its content; people look for the quotation mark.
        let offset = Int(entry.offset) - (entry.code == TapeEntry.string ? 1 : 0)
        let (line, column) = source.position(of: offset)
        let problem = SchemaFault.Problem(
            document: source.uri,
            pointer: pointer(value, from: 0),
            line: line,
            column: column,
            text: text
        )
        if !problems.contains(problem) { problems.append(problem) }
    }

    private mutating func report(_ uri: String, _ bytes: [UInt8], _ fault: JSONFault) {
        let before = bytes.prefix(fault.offset)
        let line = before.count(where: { $0 == UInt8(ascii: "\n") }) + 1
        let start = (before.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        problems.append(
            SchemaFault.Problem(
                document: uri,
                pointer: "",
                line: line,
                column: fault.offset - start + 1,
                text: "not strict JSON: \(fault)"
            )
        )
    }

    /// The pointer of `value` from the value whose tape index is `start`.
    func pointer(_ value: SchemaValue, from start: Int) -> String {
        Self.pointer(value.node.index, from: start, in: sources[value.source])
    }

    /// The pointer of the value at tape index `target` from the one at `start`: found by walking down, so only made for
    /// reports.
    static func pointer(_ target: Int, from start: Int, in source: SchemaSource) -> String {
        var text: [UInt8] = []
        let sourceBytes = source.bytes
        let tape = source.document.tape
        var node = JSONNode(index: start)
        while node.index < target {
            var next: JSONNode?
            for member in source.document.members(of: node)
            where member.value.index <= target && target < tape.next(after: member.value.index) {
                JSONPointer.append(source.document.copyString(member.name, in: sourceBytes.span) ?? [], to: &text)
                next = member.value
                break
            }
            for (position, element) in source.document.elements(of: node).enumerated()
            where element.index <= target && target < tape.next(after: element.index) {
                JSONPointer.append(String(position).utf8, to: &text)
                next = element
                break
            }
            guard let next else { break }
            node = next
        }
        return String(decoding: text, as: UTF8.self)
    }

    // MARK: - Documents and resources

    /// Adds a document and everything in it; gives its root.
    mutating func addDocument(_ uri: String, _ bytes: [UInt8], _ dialect: Dialect) -> SchemaValue? {
        let source: SchemaSource
        do throws(JSONFault) {
            source = try SchemaSource(uri: uri, bytes: bytes, options: options)
        } catch {
            report(uri, bytes, error)
            return nil
        }
        sources.append(source)
        let root = SchemaValue(source: sources.count - 1, node: JSONNode(index: 0))
        addResource(root, retrieval: uri, dialect)
        return root
    }

    private mutating func addResource(_ root: SchemaValue, retrieval: String, _ inherited: Dialect) {
        var dialect = inherited
        if let name = member(root, "$schema") {
            if let declared = self.dialect(named: string(name) ?? "") {
                dialect = declared
            } else {
                report(name, "unknown $schema: give one of the drafts 2020-12, 2019-09, 7, 6, 4 or add its document")
            }
        }
        var uri = URIReference(retrieval).withoutFragment
        let hidden = dialect.referenceHidesSiblings && member(root, "$ref") != nil
        let identifier = hidden ? nil : string(member(root, dialect.idKeyword))
        if let identifier, !identifier.hasPrefix("#") {
            uri = URIReference(identifier).resolved(against: URIReference(uri)).withoutFragment
        }
        let number = resources.count
        var resource = SchemaResource(uri: uri, root: root, dialect: dialect)
        if dialect.draft == .draft201909, let flag = member(root, "$recursiveAnchor"), kind(flag) == .true {
            resource.isRecursiveAnchor = true
        }
        resources.append(resource)
        for name in [uri, URIReference(retrieval).withoutFragment] where resourceNumbers[name] == nil {
            resourceNumbers[name] = number
        }
        if let identifier, dialect.draft <= .draft7, let fragment = URIReference(identifier).fragment, !fragment.isEmpty
        {
            resources[number].anchors[fragment] = root
        }
        collect(root, number)
    }

    /// Finds the resources and anchors at and below `value`.
    private mutating func collect(_ value: SchemaValue, _ owner: Int) {
        owners[value] = owner
        guard kind(value) == .object else { return }
        let dialect = resources[owner].dialect
        if dialect.draft >= .draft201909, let name = string(member(value, "$anchor")) {
            resources[owner].anchors[name] = value
        }
        if dialect.draft == .draft202012, let name = string(member(value, "$dynamicAnchor")) {
            resources[owner].anchors[name] = value
            resources[owner].dynamicAnchors[name] = value
        }
        for (name, shape, first, last) in Dialect.applicators where first <= dialect.draft && dialect.draft <= last {
            guard let child = member(value, name) else { continue }
            for schema in subschemas(child, shape) { collectChild(schema, owner) }
        }
    }

    private mutating func collectChild(_ value: SchemaValue, _ owner: Int) {
        guard kind(value) == .object else {
            owners[value] = owner
            return
        }
        let dialect = resources[owner].dialect
        let hidden = dialect.referenceHidesSiblings && member(value, "$ref") != nil
        guard !hidden, let identifier = string(member(value, dialect.idKeyword)) else {
            // A subschema of another draft may name itself with the other keyword.
            if dialect.draft == .draft4, member(value, "$id") != nil, member(value, "$schema") != nil {
                addResource(value, retrieval: resources[owner].uri, dialect)
                return
            }
            collect(value, owner)
            return
        }
        if dialect.draft <= .draft7, identifier.hasPrefix("#") {
            resources[owner].anchors[String(identifier.dropFirst())] = value
            collect(value, owner)
            return
        }
        addResource(value, retrieval: resources[owner].uri, dialect)
    }

    /// The subschemas of a keyword's value.
    func subschemas(_ value: SchemaValue, _ shape: Dialect.Shape) -> [SchemaValue] {
        switch shape {
        case .schema: [value]
        case .list: elements(value)
        case .map: members(value).map(\.value)
        case .schemaOrList: kind(value) == .array ? elements(value) : [value]
        case .dependencies: members(value).map(\.value).filter { kind($0) != .array }
        }
    }

    /// The number of the resource that `value` belongs to.
    func owner(of value: SchemaValue) -> Int { owners[value] ?? 0 }

    // MARK: - Dialects

    private mutating func dialect(named uri: String) -> Dialect? {
        let name = URIReference(uri).withoutFragment
        for draft in SchemaDraft.allCases where draft.metaSchema == name { return Dialect(draft) }
        guard let number = resource(named: name, Dialect(options.draft)) else { return nil }
        let root = resources[number].root
        let draft = resources[number].dialect.draft
        guard draft >= .draft201909, let vocabulary = member(root, "$vocabulary") else {
            return Dialect(draft)
        }
        let entries = members(vocabulary).map { entry in
            (uri: String(decoding: entry.name, as: UTF8.self), isRequired: kind(entry.value) == .true)
        }
        return Dialect(draft, vocabularies: entries)
    }

    // MARK: - References

    /// The resource of the given absolute URI, from what is loaded, the options or the built-in documents.
    private mutating func resource(named uri: String, _ dialect: Dialect) -> Int? {
        if let number = resourceNumbers[uri] { return number }
        if let bytes = options.documents[uri] {
            guard let root = addDocument(uri, bytes, Dialect(dialect.draft)) else { return nil }
            return owner(of: root)
        }
        for (name, text) in MetaSchemas.documents where name == uri {
            guard let root = addDocument(uri, Array(text.description.utf8), dialect) else { return nil }
            return owner(of: root)
        }
        return nil
    }

    /// What a reference found at `value` leads to.
    mutating func resolve(_ reference: String, at value: SchemaValue) -> (target: SchemaValue, anchor: String?)? {
        let base = resources[owner(of: value)]
        let resolved = URIReference(reference).resolved(against: URIReference(base.uri))
        guard let number = resource(named: resolved.withoutFragment, base.dialect) else { return nil }
        let found = resources[number]
        let fragment = URIReference.percentDecoded(resolved.fragment ?? "")
        if fragment.isEmpty { return (found.root, nil) }
        if fragment[0] == UInt8(ascii: "/") {
            guard let pointer = JSONPointer(utf8: fragment) else { return nil }
            return follow(pointer, from: found.root).map { ($0, nil) }
        }
        let anchor = String(decoding: fragment, as: UTF8.self)
        return found.anchors[anchor].map { ($0, anchor) }
    }

    /// The member of an object; large objects are searched through a dictionary made once.
    private mutating func named(_ name: [UInt8], in value: SchemaValue) -> JSONNode? {
        let source = sources[value.source]
        let sourceBytes = source.bytes
        if source.document.count(of: value.node) <= 32 {
            return source.document.member(name.span, of: value.node, in: sourceBytes.span)
        }
        if directories[value] == nil {
            var directory: [[UInt8]: JSONNode] = [:]
            for member in source.document.members(of: value.node) {
                guard let name = source.document.copyString(member.name, in: sourceBytes.span) else { continue }
                directory[name] = member.value
            }
            directories[value] = directory
        }
        return directories[value]?[name]
    }

    /// Walks a pointer; the target belongs to the innermost resource on the way.
    private mutating func follow(_ pointer: JSONPointer, from root: SchemaValue) -> SchemaValue? {
        var value = root
        var owner = owner(of: root)
        for token in pointer.tokens {
            let source = sources[value.source]
            let next: JSONNode?
            switch kind(value) {
            case .object: next = named(token.name, in: value)
            case .array: next = token.index.flatMap { source.document.element($0, of: value.node) }
            case .null, .false, .true, .number, .string: next = nil
            }
            guard let next else { return nil }
            value = SchemaValue(source: value.source, node: next)
            owner = owners[value] ?? owner
        }
        // A place that no keyword leads to becomes a subschema by being referred to.
        if owners[value] == nil { collectChild(value, owner) }
        return value
    }
}
