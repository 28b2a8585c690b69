/// Guesses which of the known words a misspelt one was meant to be.
enum Suggestion {
    /// ` (did you mean 'tolerance'?)`, or nothing where no word is near.
    static func hint(for word: String, among known: [String]) -> String {
        guard let best = nearest(to: word, among: known) else { return "" }
        return " (did you mean '\(best)'?)"
    }

    /// The word with the fewest edits, at most a third of its length; the first of several.
    static func nearest(to word: String, among known: [String]) -> String? {
        let written = Array(word.lowercased().utf8.prefix(64))
        var best: (word: String, distance: Int)?
        for candidate in known {
            let distance = editDistance(written, Array(candidate.lowercased().utf8.prefix(64)))
            guard distance <= max(1, min(written.count, candidate.utf8.count) / 3), distance < best?.distance ?? .max
            else { continue }
            best = (candidate, distance)
        }
        return best?.word
    }

    /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
    private static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for i in 0..<left.count {
            var current = [i + 1] + [Int](repeating: 0, count: right.count)
            for j in 0..<right.count {
                let replaced = last[j] + (left[i] == right[j] ? 0 : 1)
                current[j + 1] = min(replaced, last[j + 1] + 1, current[j] + 1)
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    current[j + 1] = min(current[j + 1], beforeLast[j - 1] + 1)
                }
            }
            beforeLast = last
            last = current
        }
        return last[right.count]
    }
}
