/// Finds the declarations of a file without compiling it: keywords, their modifiers, and braces.
struct DeclarationReader {
    /// A pair of braces that is open: of a type with its name, or of anything else.
    private enum Scope {
        case type(String)
        case body
    }

    private static let modifiers: Set = [
        "package", "public", "internal", "fileprivate", "private", "open", "static", "class", "final", "mutating",
        "nonmutating", "borrowing", "consuming", "override", "convenience", "required", "indirect", "lazy", "weak",
        "unowned", "nonisolated", "unsafe", "dynamic", "set",
    ]

    private let source: SwiftSource
    private var scopes: [Scope] = []
    /// The type whose opening brace is expected.
    private var pending: String?
    private var result: [Declaration] = []

    private init(_ source: SwiftSource) { self.source = source }

    /// The declarations of a file in their order; what is inside function bodies is left out.
    static func read(_ source: SwiftSource) -> [Declaration] {
        var reader = DeclarationReader(source)
        for index in source.tokens.indices { reader.step(index) }
        return reader.result
    }

    private mutating func step(_ index: Int) {
        switch source.tokens[index].text {
        case "{":
            scopes.append(pending.map(Scope.type) ?? .body)
            pending = nil
        case "}": _ = scopes.popLast()
        case "struct", "class", "enum", "actor", "protocol", "extension": type(index)
        case "typealias": add(.type, name(index + 1), index)
        case "func": add(.function, functionName(index + 1), index)
        case "init" where source.token(index, -1)?.text != ".": add(.initializer, "init", index, names: labels(index))
        case "subscript": add(.subscript, "subscript", index)
        case "let": add(.stored, name(index + 1), index)
        case "var": add(hasBody(index) ? .computed : .stored, name(index + 1), index)
        default: break
        }
    }

    /// The owner of what is declared here; `nil` inside a function body.
    private var owner: String? {
        var owner = ""
        for scope in scopes {
            guard case .type(let name) = scope else { return nil }
            owner = name
        }
        return owner
    }

    private mutating func type(_ index: Int) {
        guard owner != nil, source.token(index, -1)?.text != ".", let next = source.token(index, 1) else { return }
        // `class func`, `class var`, `P: class`.
        if ["func", "var", "let", "subscript", "{", ","].contains(next.text) { return }
        var name = ""
        var root = ""
        var conformances: [String] = []
        var isAfterColon = false
        var place = index + 1
        while let token = source.token(place), token.text != "{", token.text != "where" {
            if token.text == ":" { isAfterColon = true }
            if token.isWord {
                if isAfterColon {
                    conformances.append(token.text)
                } else if name.isEmpty || source.token(place, -1)?.text == "." {
                    name = token.text
                    if root.isEmpty { root = name }
                }
            }
            place += 1
        }
        let kind: Declaration.Kind =
            switch source.tokens[index].text {
            case "protocol": .protocol
            case "extension": .extension
            default: .type
            }
        add(kind, name, index, root: root, names: conformances)
        pending = name
    }

    private mutating func add(
        _ kind: Declaration.Kind,
        _ name: String,
        _ index: Int,
        root: String? = nil,
        names: [String] = []
    ) {
        guard let owner, source.token(index, -1)?.text != "." else { return }
        var first = index
        var isPackage = false
        while let before = source.token(first, -1) {
            if before.text == "package", source.token(first)?.text != "(" { isPackage = true }
            guard DeclarationReader.modifiers.contains(before.text) || isInParentheses(first - 1) else { break }
            first -= 1
        }
        let comments = source.comments(above: source.tokens[first].line)
        result.append(
            Declaration(
                kind: kind,
                name: name,
                root: root ?? name,
                owner: owner,
                line: source.tokens[index].line,
                isPackage: isPackage,
                isDocumented: comments.contains { $0.hasPrefix("///") },
                names: names
            )
        )
    }

    /// Whether a token is a parenthesis of `private(set)` or `nonisolated(unsafe)`.
    private func isInParentheses(_ index: Int) -> Bool {
        switch source.token(index)?.text {
        case ")": ["set", "unsafe"].contains(source.token(index, -1)?.text)
        case "(": ["set", "unsafe"].contains(source.token(index, 1)?.text)
        default: false
        }
    }

    private func name(_ index: Int) -> String { source.token(index)?.text ?? "" }

    /// The name of a function, which may be an operator.
    private func functionName(_ index: Int) -> String {
        if let first = source.token(index), first.isWord { return first.text }
        var name = ""
        var place = index
        while let token = source.token(place), token.text != "(" {
            name += token.text
            place += 1
        }
        return name
    }

    /// The names of an initializer's parameters: the label, or the inner name where the label is `_`.
    private func labels(_ index: Int) -> [String] {
        var result: [String] = []
        var depth = 0
        var place = index + 1
        while let token = source.token(place) {
            switch token.text {
            case "(", "[", "<", "{": depth += 1
            case ")", "]", "}": depth -= 1
            case ">" where source.token(place, -1)?.text != "-": depth -= 1
            default:
                let before = source.token(place, -1)?.text
                if depth == 1, token.isWord, before == "(" || before == "," {
                    let inner = token.text == "_" ? source.token(place, 1)?.text : token.text
                    result.append(inner ?? token.text)
                }
            }
            if depth == 0, token.text == ")" { return result }
            place += 1
        }
        return result
    }

    /// Whether a `var` has a body of its own: a brace before a `=` and before the line ends.
    private func hasBody(_ index: Int) -> Bool {
        var depth = 0
        var place = index + 1
        while let token = source.token(place) {
            if depth == 0, token.line != source.token(place, -1)?.line { return false }
            switch token.text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "=" where depth == 0: return false
            case "{" where depth == 0: return !["didSet", "willSet"].contains(source.token(place, 1)?.text)
            default: break
            }
            place += 1
        }
        return false
    }
}
