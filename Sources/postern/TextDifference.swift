/// Differences between two texts, line by line.
enum TextDifference {
    /// Lines that are gone with `-` in front and new ones with `+`, in order, each with its path of keys above it.
    ///
    /// Lines that are comments in both are passed over. Empty where the texts say the same.
    static func lines(from old: String, to new: String) -> [String] {
        let before = split(old)
        let after = split(new)
        let difference = after.difference(from: before)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in difference {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var result: [String] = []
        var section = ""
        var (left, right) = (0, 0)
        while left < before.count || right < after.count {
            let isRemoved = removed.contains(left)
            guard isRemoved || inserted.contains(right) else {
                left += 1
                right += 1
                continue
            }
            let here = isRemoved ? path(before, left) : path(after, right)
            if here != section {
                result.append(here)
                section = here
            }
            if isRemoved {
                result.append("- " + before[left])
                left += 1
            } else {
                result.append("+ " + after[right])
                right += 1
            }
        }
        return result
    }

    private static func split(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }

    /// The keys that a line stands under: `sources.github.signature:`.
    private static func path(_ lines: [String], _ index: Int) -> String {
        var keys: [String] = []
        var depth = indent(lines[index])
        for line in lines[..<index].reversed() where indent(line) < depth {
            depth = indent(line)
            keys.append(String(line.drop { $0 == " " || $0 == "-" }.prefix { $0 != ":" }))
            if depth == 0 { break }
        }
        return keys.reversed().joined(separator: ".") + ":"
    }

    private static func indent(_ line: String) -> Int { line.prefix { $0 == " " }.count }
}
