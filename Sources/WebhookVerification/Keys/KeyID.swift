/// The name of a signing key in audit entries and metrics, chosen by us and never derived from the secret.
package struct KeyID: Sendable, Hashable, CustomStringConvertible {
    /// The name: `[A-Za-z0-9._-]{1,64}`.
    package let text: String

    /// Takes a name; `nil` where it is empty, longer than 64 bytes or has other characters.
    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(KeyID.isAllowed) else { return nil }
        self.text = text
    }

    /// The name.
    package var description: String { text }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
