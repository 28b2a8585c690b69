import Glibc

/// How far long work is, on standard error where that is a terminal; nothing elsewhere.
final class ProgressBar {
    private static let width = 40
    private let title: String
    private let isShown = isatty(STDERR_FILENO) == 1
    private var last = -1

    /// Names the work in a few words.
    init(_ title: String) { self.title = title }

    /// Shows the share that is done, where it has grown by a hundredth or more.
    func show(_ done: Int, of total: Int) {
        guard isShown, total > 0 else { return }
        let percent = min(done * 100 / total, 100)
        guard percent > last else { return }
        last = percent
        let full = percent * ProgressBar.width / 100
        let bar = String(repeating: "#", count: full) + String(repeating: ".", count: ProgressBar.width - full)
        StandardError.progress("\(title) [\(bar)] \(percent) %")
    }

    /// Takes the bar away.
    func end() {
        if isShown, last >= 0 { StandardError.progress("") }
        last = -1
    }
}
