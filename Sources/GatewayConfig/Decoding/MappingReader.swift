/// Reads the members of one mapping by their settings; every wrong key or value goes to the log with its place.
struct MappingReader {
    let section: Section
    let position: TextPosition
    let log: MistakeLog
    private let members: [ConfigNode.Member]

    /// Takes a mapping and reports keys that are unknown, not built yet or missing; `nil` where it is no mapping.
    init?(_ node: ConfigNode, _ section: Section, _ log: MistakeLog) {
        guard case .mapping(let members) = node.content else {
            let name = section.path.isEmpty ? "the configuration" : "'\(section.path.split(separator: ".").last ?? "")'"
            log.mistake("\(name) has to be a mapping, found \(node.summary)", at: node.position)
            return nil
        }
        self.section = section
        self.log = log
        position = node.position
        self.members = members
        checkKeys()
    }

    private func checkKeys() {
        for member in members {
            guard let setting = section.setting(member.key) else {
                let known = section.settings.filter { $0.state == .built }.map(\.name)
                let hint = Suggestion.hint(for: member.key, among: known)
                log.mistake("unknown key '\(ConfigNode.cut(member.key))'\(hint)", at: member.keyPosition)
                continue
            }
            if setting.state == .notBuilt, !NotBuilt.isOff(member.value) {
                log.mistake("'\(setting.name)' is not built yet", at: member.keyPosition)
            } else if setting.state == .built, member.value.isNull {
                log.mistake(
                    "'\(setting.name)' has no value; expected \(setting.shape.expectation)",
                    at: member.keyPosition
                )
            }
        }
        for setting in section.settings where setting.isRequired && !members.contains(where: { $0.key == setting.name })
        {
            let wanted = setting.shape.isMapping ? "" : "; expected \(setting.shape.expectation)"
            log.mistake("'\(setting.name)' is missing\(wanted)", at: position)
        }
    }

    /// The value of a built setting; `nil` where it is absent or null.
    func node(_ name: String) -> ConfigNode? {
        guard let member = members.first(where: { $0.key == name }), !member.value.isNull else { return nil }
        return member.value
    }

    /// Whether the key is written.
    func has(_ name: String) -> Bool { node(name) != nil }

    /// The place of a key, or of the mapping where the key is not written.
    func position(of name: String) -> TextPosition {
        members.first { $0.key == name }?.keyPosition ?? position
    }

    /// Reports a mistake in the value of `name`.
    func mistake(_ text: String, in name: String) {
        log.mistake(text, at: node(name)?.position ?? position(of: name))
    }

    /// Reports something that loads and should not stay in the value of `name`.
    func warning(_ text: String, in name: String) {
        log.warning(text, at: node(name)?.position ?? position(of: name))
    }

    /// The reader of a nested mapping.
    func mapping(_ name: String) -> MappingReader? { mapping(name, log) }

    /// The reader of a nested mapping that reports to another log.
    func mapping(_ name: String, _ log: MistakeLog) -> MappingReader? {
        guard let node = node(name), case .section(let section)? = section.setting(name)?.shape else { return nil }
        return MappingReader(node, section, log)
    }

    /// The members of a mapping whose keys the operator chooses.
    func members(_ name: String) -> [ConfigNode.Member] {
        guard let node = node(name) else { return [] }
        guard case .mapping(let members) = node.content else {
            mistake("'\(name)' has to be a mapping, found \(node.summary)", in: name)
            return []
        }
        if members.isEmpty { mistake("'\(name)' is empty", in: name) }
        return members
    }

    /// The elements of a list.
    func list(_ name: String) -> [ConfigNode]? {
        guard let node = node(name) else { return nil }
        guard case .sequence(let items) = node.content else {
            mistake("'\(name)' has to be a list, found \(node.summary)", in: name)
            return nil
        }
        if items.isEmpty, section.setting(name)?.shape.refusesEmptyList == true {
            mistake("'\(name)' is an empty list", in: name)
        }
        return items
    }

    // MARK: Scalars

    /// Text.
    func text(_ name: String) -> String? {
        guard let node = node(name) else { return nil }
        return ScalarReader(log).text(node, name, expected: expectation(name))
    }

    /// Texts of a list with the places they stand at.
    func texts(_ name: String) -> [(text: String, position: TextPosition)]? {
        guard let items = list(name) else { return nil }
        let reader = ScalarReader(log)
        return items.compactMap { item in
            reader.text(item, name, expected: "text").map { ($0, item.position) }
        }
    }

    /// One text, or the texts of a list, with the places they stand at.
    func textOrTexts(_ name: String) -> [(text: String, position: TextPosition)]? {
        guard let node = node(name) else { return nil }
        if case .sequence = node.content { return texts(name) }
        return text(name).map { [($0, node.position)] }
    }

    /// One of the words of the setting's shape.
    func choice(_ name: String) -> String? {
        guard let node = node(name), case .choice(let words, let notBuilt)? = section.setting(name)?.shape else {
            return nil
        }
        return ScalarReader(log).choice(node, name, words: words, notBuilt: notBuilt)
    }

    /// `true` or `false`.
    func boolean(_ name: String) -> Bool? {
        guard let node = node(name) else { return nil }
        return ScalarReader(log).boolean(node, name)
    }

    /// A whole number in the range of the setting's shape.
    func integer(_ name: String) -> Int? {
        guard let node = node(name), case .integer(let range)? = section.setting(name)?.shape else { return nil }
        return ScalarReader(log).integer(node, name, range)
    }

    /// A size in bytes in the range of the setting's shape.
    func size(_ name: String) -> Int? {
        guard let node = node(name), case .size(let range)? = section.setting(name)?.shape else { return nil }
        return ScalarReader(log).size(node, name, range)
    }

    /// A duration in milliseconds in the range of the setting's shape.
    func duration(_ name: String) -> Int64? {
        guard let node = node(name), case .duration(let range)? = section.setting(name)?.shape else { return nil }
        return ScalarReader(log).duration(node, name, range)
    }

    private func expectation(_ name: String) -> String { section.setting(name)?.shape.expectation ?? "text" }
}

/// Settings whose feature does not exist yet.
enum NotBuilt {
    /// Whether a value only says that the feature is off: null, false, an empty list, or a mapping of such values.
    static func isOff(_ node: ConfigNode) -> Bool {
        switch node.content {
        case .scalar:
            switch node.kind {
            case .null?, .boolean(false)?: true
            default: false
            }
        case .sequence(let items): items.isEmpty
        case .mapping(let members): members.allSatisfy { isOff($0.value) }
        }
    }
}
