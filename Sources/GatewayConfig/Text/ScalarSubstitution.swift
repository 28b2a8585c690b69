/// Replaces `${env:NAME}`, `${env:NAME:-default}` and `${file:/path}` in scalars by what they stand for.
///
/// Other `${…}` are left alone: `${body:…}` and `${header:…}` belong to event names. Keys are never replaced, and what a
/// reference stands for is not looked at again.
struct ScalarSubstitution {
    let environment: [String: String]
    let paths: PathResolver
    let log: MistakeLog
    /// Largest file that `${file:…}` takes in, in bytes.
    static let fileLimit = 64 << 10

    /// The tree with every scalar's references replaced; mistakes are in the log.
    func apply(to node: ConfigNode) -> ConfigNode {
        switch node.content {
        case .scalar(var scalar):
            guard scalar.text.contains("${") else { return node }
            scalar.text = replace(scalar.text, at: node.position)
            return ConfigNode(position: node.position, content: .scalar(scalar))
        case .sequence(let items):
            return ConfigNode(position: node.position, content: .sequence(items.map(apply)))
        case .mapping(let members):
            let replaced = members.map {
                ConfigNode.Member(key: $0.key, keyPosition: $0.keyPosition, value: apply(to: $0.value))
            }
            return ConfigNode(position: node.position, content: .mapping(replaced))
        }
    }

    private func replace(_ text: String, at position: TextPosition) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                log.mistake("'${' without '}'", at: position)
                return result + rest[start.lowerBound...]
            }
            let reference = String(rest[start.upperBound..<end])
            result += value(of: reference, at: position) ?? String(rest[start.lowerBound...end])
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }

    private func value(of reference: String, at position: TextPosition) -> String? {
        if reference.hasPrefix("env:") { return variable(String(reference.dropFirst(4)), at: position) }
        if reference.hasPrefix("file:") { return file(String(reference.dropFirst(5)), at: position) }
        if reference.hasPrefix("body:") || reference.hasPrefix("header:") { return nil }
        log.mistake(
            "'${\(ConfigNode.cut(reference))}' is no reference; there are ${env:NAME}, ${env:NAME:-default} and ${file:/path}",
            at: position
        )
        return nil
    }

    private func variable(_ text: String, at position: TextPosition) -> String? {
        let separator = text.firstRange(of: ":-")
        let name = String(text[..<(separator?.lowerBound ?? text.endIndex)])
        guard SecretReference.isVariableName(name) else {
            log.mistake("'\(ConfigNode.cut(name))' is not the name of an environment variable", at: position)
            return nil
        }
        // As in a shell, the default also stands in for a variable that is set to nothing.
        if let value = environment[name], !value.isEmpty || separator == nil { return value }
        if let separator { return String(text[separator.upperBound...]) }
        log.mistake("the environment variable '\(name)' is not set", at: position)
        return nil
    }

    private func file(_ path: String, at position: TextPosition) -> String? {
        do throws(FileReader.Fault) {
            var bytes = try FileReader.read(
                paths.resolve(path),
                trust: .configuration,
                limit: ScalarSubstitution.fileLimit
            )
            if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
            guard let text = String(validating: bytes, as: UTF8.self) else {
                log.mistake("the file '\(ConfigNode.cut(path))' is not UTF-8", at: position)
                return nil
            }
            return text
        } catch {
            log.mistake("the file '\(ConfigNode.cut(path))' \(error.sentence)", at: position)
            return nil
        }
    }
}
