internal import Yams

/// Reads the bytes of a configuration file as a tree of values with places.
///
/// YAML 1.2 as far as the library goes, JSON included; one document, no tags, no merge keys, at most 100 aliases, at most
/// 32 levels. Mistakes go to the log; the tree is `nil` where the text has no usable structure.
struct YAMLReader {
    /// Largest configuration file, in bytes.
    static let fileLimit = 1 << 20
    /// Aliases (`*name`) in one file, counted where they are used.
    static let aliasLimit = 100
    /// Levels of mappings and lists.
    static let depthLimit = 32

    private let log: MistakeLog
    private var aliases = 0
    /// Where anchored values stand that were converted already; one that comes again was reached by an alias.
    private var anchored: Set<TextPosition> = []
    private var isExhausted = false

    private init(log: MistakeLog) { self.log = log }

    /// Reads `bytes`; every mistake found is in `log`.
    static func read(_ bytes: [UInt8], log: MistakeLog) -> ConfigNode? {
        guard bytes.count <= fileLimit else {
            log.mistake("the file is larger than \(Units.text(bytes: fileLimit))", at: .start)
            return nil
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            log.mistake("the file is not UTF-8", at: .start)
            return nil
        }
        if text.unicodeScalars.first == "\u{FEFF}" {
            log.mistake("the file starts with a byte order mark", at: .start)
            return nil
        }
        guard NestingGuard.isShallow(bytes) else {
            log.mistake("values nest more than \(depthLimit) deep", at: .start)
            return nil
        }
        var reader = YAMLReader(log: log)
        return reader.compose(text)
    }

    private mutating func compose(_ text: String) -> ConfigNode? {
        var marking = DuplicateMarking(text)
        while true {
            do {
                // The parser owns the anchors that the nodes only point to, so it has to live until they are converted.
                let parser = try Parser(yaml: marking.text, resolver: .basic, encoding: .utf8)
                guard let root = try parser.singleRoot() else {
                    log.mistake("the file is empty", at: .start)
                    return nil
                }
                let tree = withExtendedLifetime(parser) { convert(root, depth: 0, marking: marking) }
                // Half a tree would only add mistakes that are none.
                return isExhausted ? nil : tree
            } catch let error as YamlError {
                if case .duplicatedKeysInMapping(let keys, let context) = error,
                    marking.rename(
                        keys.first ?? "",
                        at: TextPosition(line: context.mark.line, column: context.mark.column)
                    )
                {
                    continue
                }
                let (sentence, position) = YAMLReader.explain(error)
                log.mistake(sentence, at: position)
                return nil
            } catch {
                log.mistake("the file is not YAML", at: .start)
                return nil
            }
        }
    }

    private mutating func convert(_ node: Node, depth: Int, marking: DuplicateMarking) -> ConfigNode? {
        let position = node.mark.map { TextPosition(line: $0.line, column: $0.column) } ?? .start
        guard !isExhausted, countAlias(node, at: position) else { return nil }
        guard depth < YAMLReader.depthLimit else {
            log.mistake("values nest more than \(YAMLReader.depthLimit) deep", at: position)
            return nil
        }
        checkTag(node, at: position)
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain && scalar.tag.rawValue.isEmpty
            let content = ConfigNode.Scalar(text: scalar.string, written: scalar.string, isPlain: isPlain)
            return ConfigNode(position: position, content: .scalar(content))
        case .sequence(let sequence):
            let items = sequence.compactMap { convert($0, depth: depth + 1, marking: marking) }
            return ConfigNode(position: position, content: .sequence(items))
        case .mapping(let mapping):
            var members: [ConfigNode.Member] = []
            reportDuplicates(in: mapping, marking: marking)
            for (key, value) in mapping {
                guard let member = member(key, value, depth: depth, marking: marking) else { continue }
                members.append(member)
            }
            return ConfigNode(position: position, content: .mapping(members))
        case .alias:
            log.mistake("an alias stands for nothing", at: position)
            return nil
        }
    }

    private mutating func member(
        _ key: Node,
        _ value: Node,
        depth: Int,
        marking: DuplicateMarking
    ) -> ConfigNode.Member? {
        let position = key.mark.map { TextPosition(line: $0.line, column: $0.column) } ?? .start
        guard let scalar = key.scalar else {
            log.mistake("a key has to be text", at: position)
            return nil
        }
        if marking.renamed(scalar.string) != nil { return nil }
        if scalar.string == "<<", scalar.style == .plain {
            log.mistake("merge keys ('<<') are not supported; use an alias for the whole value", at: position)
            return nil
        }
        guard let converted = convert(value, depth: depth + 1, marking: marking) else { return nil }
        return ConfigNode.Member(key: scalar.string, keyPosition: position, value: converted)
    }

    /// Reports the later of two equal keys; the renamed one is the earlier.
    private func reportDuplicates(in mapping: Node.Mapping, marking: DuplicateMarking) {
        var firstLines: [String: Int] = [:]
        for (key, _) in mapping {
            guard let scalar = key.scalar, let mark = key.mark else { continue }
            let name = marking.renamed(scalar.string)?.key ?? scalar.string
            if let line = firstLines[name] {
                let position = TextPosition(line: mark.line, column: mark.column)
                log.mistake("duplicate key '\(ConfigNode.cut(name))' (first at line \(line))", at: position)
            } else {
                firstLines[name] = mark.line
            }
        }
    }

    /// Counts uses of anchors beyond their definition; `false` once there are too many, which ends the reading, since
    /// aliases of aliases can stand for a tree that fits no memory.
    private mutating func countAlias(_ node: Node, at position: TextPosition) -> Bool {
        guard let anchor = node.anchor else { return true }
        if anchored.insert(position).inserted { return true }
        aliases += 1
        guard aliases > YAMLReader.aliasLimit else { return true }
        isExhausted = true
        log.mistake("more than \(YAMLReader.aliasLimit) aliases ('*\(ConfigNode.cut(anchor.rawValue))')", at: position)
        return false
    }

    private func checkTag(_ node: Node, at position: TextPosition) {
        let tag: String
        switch node {
        case .scalar(let scalar):
            tag = scalar.style == .plain || !scalar.tag.rawValue.hasSuffix(":str") ? scalar.tag.rawValue : ""
        case .mapping(let mapping): tag = mapping.tag.rawValue
        case .sequence(let sequence): tag = sequence.tag.rawValue
        case .alias: return
        }
        guard !tag.isEmpty, !tag.hasSuffix(":map"), !tag.hasSuffix(":seq") else { return }
        log.mistake("tags ('!…') are not supported; quotes make text of any value", at: position)
    }

    private static func explain(_ error: YamlError) -> (String, TextPosition) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            ("not valid YAML: \(problem)", TextPosition(line: mark.line, column: mark.column))
        case .reader(let problem, _, _, _):
            ("not valid YAML: \(problem)", .start)
        case .duplicatedKeysInMapping(let keys, let context):
            (
                "duplicate key '\(ConfigNode.cut(keys.first ?? ""))'",
                TextPosition(line: context.mark.line, column: context.mark.column)
            )
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            ("not valid YAML", .start)
        }
    }
}
