/// What differs between two texts, line by line: the longest common part is left out but for where it is needed to read.
struct LineDifference {
    /// Lines with `- `, `+ ` or two spaces before them, parts that are far apart divided by `...`; empty where nothing
    /// differs.
    let lines: [String]

    /// How many equal lines are shown before and behind a difference.
    private static let context = 2

    init(from old: [String], to new: [String]) {
        let all = LineDifference.merge(old, new)
        var isShown = [Bool](repeating: false, count: all.count)
        for (index, line) in all.enumerated() where !line.hasPrefix("  ") {
            let first = max(index - LineDifference.context, 0)
            let last = min(index + LineDifference.context, all.count - 1)
            for near in first...last { isShown[near] = true }
        }
        // The mappings that a line stands in are shown, too: without them nobody knows whose line it is.
        for index in all.indices where isShown[index] { LineDifference.showParents(of: index, all, &isShown) }
        var shown: [String] = []
        var last = -1
        for index in all.indices where isShown[index] {
            if last >= 0, index > last + 1 { shown.append("...") }
            shown.append(all[index])
            last = index
        }
        lines = shown
    }

    private static func showParents(of index: Int, _ all: [String], _ isShown: inout [Bool]) {
        var indent = depth(all[index])
        var before = index - 1
        while before >= 0, indent > 0 {
            if depth(all[before]) < indent {
                indent = depth(all[before])
                isShown[before] = true
            }
            before -= 1
        }
    }

    private static func depth(_ line: String) -> Int { line.dropFirst(2).prefix { $0 == " " }.count }

    private static func merge(_ old: [String], _ new: [String]) -> [String] {
        var result: [String] = []
        let changes = new.difference(from: old)
        var removed: Set<Int> = []
        var inserted: Set<Int> = []
        for change in changes {
            switch change {
            case .remove(let offset, _, _): removed.insert(offset)
            case .insert(let offset, _, _): inserted.insert(offset)
            }
        }
        var left = 0
        var right = 0
        while left < old.count || right < new.count {
            if left < old.count, removed.contains(left) {
                result.append("- " + old[left])
                left += 1
            } else if right < new.count, inserted.contains(right) {
                result.append("+ " + new[right])
                right += 1
            } else if left < old.count, right < new.count {
                result.append("  " + old[left])
                left += 1
                right += 1
            } else {
                break
            }
        }
        return result
    }
}
