/// The answer of a check that refuses: a value with a stable code, never a thrown error.
package struct Denial: Error, Sendable, Equatable {
    /// Why, as the code that dashboards and tests match.
    package let reason: DenialReason
    /// What exactly was wrong, for the operator's audit entry: at most 200 bytes, never a secret or a payload value.
    package let detail: String

    /// Makes a denial; `detail` is for the audit entry only, the sender never sees it.
    package init(_ reason: DenialReason, _ detail: String = "") {
        self.reason = reason
        self.detail = detail
    }

    /// A detail cut to the 200 bytes that an audit entry keeps, at a character's end.
    package static func cut(_ detail: String) -> String {
        guard detail.utf8.count > 200 else { return detail }
        var result = ""
        for character in detail.unicodeScalars {
            if result.utf8.count + character.utf8.count > 197 { break }
            result.unicodeScalars.append(character)
        }
        return result + "..."
    }
}
