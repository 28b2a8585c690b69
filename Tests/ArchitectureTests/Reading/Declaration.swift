/// A declaration directly in a file or in a type, as far as the rules need it.
struct Declaration: Equatable {
    /// What is declared.
    enum Kind: String {
        case type
        case `protocol`
        case `extension`
        case function
        case initializer
        case `subscript`
        /// `let`, or a `var` without a body.
        case stored
        /// A `var` with a body.
        case computed
    }

    let kind: Kind
    /// The name; of an extension what it extends; `init` and `subscript` for those.
    let name: String
    /// Of an extension of `A.B` the outermost name, `A`; else the name.
    let root: String
    /// The innermost type or extension around it; empty at the top of a file.
    let owner: String
    let line: Int
    let isPackage: Bool
    /// Whether a `///` comment stands directly above, attributes between allowed.
    let isDocumented: Bool
    /// Of an initializer the names under which its parameters are known; of a type or extension what it conforms to.
    let names: [String]
}
