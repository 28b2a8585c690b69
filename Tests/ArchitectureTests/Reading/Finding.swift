/// One place where a rule is broken.
struct Finding: Equatable, CustomStringConvertible {
    let path: String
    /// Counts from 1; 0 where the whole file or directory is meant.
    let line: Int
    let text: String

    /// `path:line: text`, the form that editors open.
    var description: String { line == 0 ? "\(path): \(text)" : "\(path):\(line): \(text)" }
}

extension [Finding] {
    /// All findings, one a line, to be read in a failed expectation.
    var report: String { map { "\($0)" }.joined(separator: "\n") }

    /// The lines, for tests of the rules themselves.
    var lines: [Int] { map(\.line) }
}
