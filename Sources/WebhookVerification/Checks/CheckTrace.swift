/// What each check of one delivery said, in two bytes: the audit entry's `checks` field.
package struct CheckTrace: Sendable, Equatable {
    /// The outcome of one check.
    package enum Mark: UInt16, Sendable {
        /// Not reached: an earlier check refused.
        case absent = 0
        /// Passed, written `+`.
        case passed = 1
        /// Refused, written `-`.
        case failed = 2
        /// Not configured for the source, written `~`.
        case notConfigured = 3
    }

    private var bits: UInt16 = 0
    /// Checks in shadow that would have refused, one bit each.
    private var shadowed: UInt8 = 0

    /// A trace in which no check has run.
    package init() {}

    /// The outcome of `check`; setting it replaces what was there.
    package subscript(check: CheckID) -> Mark {
        get { Mark(rawValue: (bits >> (UInt16(check.rawValue) &* 2)) & 3) ?? .absent }
        set {
            let shift = UInt16(check.rawValue) &* 2
            bits = (bits & ~(3 << shift)) | (newValue.rawValue << shift)
        }
    }

    /// Notes that a check in shadow would have refused.
    package mutating func markShadowed(_ check: CheckID) { shadowed |= 1 << check.rawValue }

    /// Whether a check in shadow would have refused.
    package func isShadowed(_ check: CheckID) -> Bool { shadowed & (1 << check.rawValue) != 0 }

    /// Appends the audit form, for example `route+,address+,content-`, ending at the first failure.
    ///
    /// A check in shadow that would have refused is written `?`: it was evaluated and recorded, not acted on.
    package func append(to bytes: inout [UInt8]) {
        var isFirst = true
        for check in CheckID.allCases {
            let mark = self[check]
            if mark == .absent { continue }
            if !isFirst { bytes.append(UInt8(ascii: ",")) }
            isFirst = false
            check.name.withUTF8Buffer { unsafe bytes.append(contentsOf: $0) }
            switch mark {
            case .passed: bytes.append(isShadowed(check) ? UInt8(ascii: "?") : UInt8(ascii: "+"))
            case .failed: bytes.append(UInt8(ascii: "-"))
            case .notConfigured: bytes.append(UInt8(ascii: "~"))
            case .absent: break
            }
            if mark == .failed { return }
        }
    }
}
