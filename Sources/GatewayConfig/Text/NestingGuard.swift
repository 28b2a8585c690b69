/// Refuses text that nests so deep that a recursive reader would run out of stack.
enum NestingGuard {
    /// Brackets open at once, and list markers in a row on one line.
    static let limit = 200

    /// Counts brackets without regard to quotes: a file of settings has nowhere near as many open at once.
    ///
    /// Lists opened on one line (`- - - -`) are the other way to nest without bounds on little text; levels made by
    /// indentation cost more text the deeper they are.
    static func isShallow(_ bytes: [UInt8]) -> Bool {
        var open = 0
        var markers = 0
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "["), UInt8(ascii: "{"):
                open += 1
                markers = 0
            case UInt8(ascii: "]"), UInt8(ascii: "}"): open = max(0, open - 1)
            case UInt8(ascii: "-"), UInt8(ascii: "?"): markers += 1
            case UInt8(ascii: " "), UInt8(ascii: "\t"): break
            default: markers = 0
            }
            if open > limit || markers > limit { return false }
        }
        return true
    }
}
