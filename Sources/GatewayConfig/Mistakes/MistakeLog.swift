/// Collects everything that is wrong with one configuration, so that all of it is reported at once.
///
/// Owned by one load; not shared between threads.
final class MistakeLog {
    let file: String
    private(set) var mistakes: [ConfigurationMistake] = []
    private(set) var warnings: [ConfigurationMistake] = []
    private var known: Set<ConfigurationMistake> = []

    init(file: String) { self.file = file }

    /// Notes a mistake; the same text at the same place is noted once.
    func mistake(_ text: String, at position: TextPosition) {
        let mistake = ConfigurationMistake(file: file, position: position, text: text)
        if known.insert(mistake).inserted { mistakes.append(mistake) }
    }

    /// Notes something that loads but that `check --strict` refuses.
    func warning(_ text: String, at position: TextPosition) {
        let warning = ConfigurationMistake(file: file, position: position, text: text)
        if known.insert(warning).inserted { warnings.append(warning) }
    }

    /// Mistakes in the order of the file.
    var sortedMistakes: [ConfigurationMistake] { MistakeLog.sorted(mistakes) }
    /// Warnings in the order of the file.
    var sortedWarnings: [ConfigurationMistake] { MistakeLog.sorted(warnings) }

    private static func sorted(_ list: [ConfigurationMistake]) -> [ConfigurationMistake] {
        list.enumerated().sorted { ($0.element.position, $0.offset) < ($1.element.position, $1.offset) }.map(\.element)
    }
}
