import Glibc

/// Colours for people: only where standard output is a terminal that has them, and `NO_COLOR` is not set.
struct TerminalStyle {
    /// What a text means.
    enum Meaning {
        case good
        case bad
        case notice
        case heading
        case faint
    }

    private let isColoured: Bool

    init() {
        let environment = Environment.all
        let refused = environment["NO_COLOR"].map { !$0.isEmpty } ?? false
        isColoured = isatty(STDOUT_FILENO) == 1 && !refused && environment["TERM"] != "dumb"
    }

    /// The text in the colour of its meaning.
    func paint(_ text: String, _ meaning: Meaning) -> String {
        guard isColoured, !text.isEmpty else { return text }
        let code =
            switch meaning {
            case .good: "32"
            case .bad: "31"
            case .notice: "33"
            case .heading: "1"
            case .faint: "2"
            }
        return "\u{1B}[\(code)m\(text)\u{1B}[0m"
    }
}
