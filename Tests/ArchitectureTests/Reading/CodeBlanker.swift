/// Replaces comments and the insides of string literals by spaces, so that what is left is code.
///
/// Every byte keeps its place. Code inside an interpolation stays. Knows nested block comments, raw strings and strings
/// of several lines (The Swift Programming Language, lexical structure); regular expression literals are not used here.
struct CodeBlanker {
    private enum Mode {
        /// Code; inside an interpolation with the parentheses that are open in it.
        case code(open: Int)
        case string(hashes: Int, isMultiline: Bool)
    }

    private let input: [UInt8]
    private var output: [UInt8] = []
    private var modes: [Mode] = [.code(open: 0)]
    private var index = 0

    private init(_ text: String) {
        input = Array(text.utf8)
        output.reserveCapacity(input.count)
    }

    /// The code of `text`, byte for byte at its place.
    static func blank(_ text: String) -> String {
        var blanker = CodeBlanker(text)
        while blanker.index < blanker.input.count { blanker.step() }
        return String(decoding: blanker.output, as: UTF8.self)
    }

    private mutating func step() {
        switch modes.last {
        case .code(let open): readCode(open: open)
        case .string(let hashes, let isMultiline): readString(hashes: hashes, isMultiline: isMultiline)
        case nil: index = input.count
        }
    }

    private mutating func readCode(open: Int) {
        if starts(with: "//") {
            while index < input.count, input[index] != UInt8(ascii: "\n") { drop(1) }
        } else if starts(with: "/*") {
            dropBlockComment()
        } else if let hashes = hashesOfString() {
            keep(hashes)
            let isMultiline = starts(with: "\"\"\"")
            keep(isMultiline ? 3 : 1)
            modes.append(.string(hashes: hashes, isMultiline: isMultiline))
        } else {
            if input[index] == UInt8(ascii: "(") {
                modes[modes.count - 1] = .code(open: open + 1)
            } else if input[index] == UInt8(ascii: ")") {
                if open == 0, modes.count > 1 {
                    modes.removeLast()
                    return keep(1)
                }
                modes[modes.count - 1] = .code(open: max(0, open - 1))
            }
            keep(1)
        }
    }

    private mutating func readString(hashes: Int, isMultiline: Bool) {
        let marks = String(repeating: "#", count: hashes)
        if starts(with: "\\" + marks) {
            drop(1 + hashes)
            guard index < input.count else { return }
            if input[index] == UInt8(ascii: "(") {
                keep(1)
                modes.append(.code(open: 0))
            } else {
                drop(1)
            }
        } else if starts(with: (isMultiline ? "\"\"\"" : "\"") + marks) {
            keep((isMultiline ? 3 : 1) + hashes)
            modes.removeLast()
        } else if !isMultiline, input[index] == UInt8(ascii: "\n") {
            // Not closed: the compiler refuses it, here the rest of the file is still judged.
            modes.removeLast()
        } else {
            drop(1)
        }
    }

    private mutating func dropBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                drop(2)
            } else if starts(with: "*/") {
                depth -= 1
                drop(2)
            } else {
                drop(1)
            }
        } while depth > 0 && index < input.count
    }

    /// The number of `#` in front of the string literal that begins here; `nil` where none begins.
    private func hashesOfString() -> Int? {
        var end = index
        while end < input.count, input[end] == UInt8(ascii: "#") { end += 1 }
        return end < input.count && input[end] == UInt8(ascii: "\"") ? end - index : nil
    }

    private func starts(with text: String) -> Bool { input[index...].starts(with: text.utf8) }

    private mutating func keep(_ count: Int) {
        for _ in 0..<count where index < input.count {
            output.append(input[index])
            index += 1
        }
    }

    private mutating func drop(_ count: Int) {
        for _ in 0..<count where index < input.count {
            output.append(input[index] == UInt8(ascii: "\n") ? input[index] : UInt8(ascii: " "))
            index += 1
        }
    }
}
