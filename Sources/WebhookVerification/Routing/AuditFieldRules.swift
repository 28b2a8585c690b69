package import StrictJSON

/// Which members of a payload an audit entry records; everything else stays out.
package struct AuditFieldRules: Sendable {
    /// One recorded member.
    package struct Field: Sendable {
        /// The pointer as configured, the name in the entry.
        package let name: [UInt8]
        /// The member.
        package let pointer: JSONPointer

        /// Makes a recorded member.
        package init(name: [UInt8], pointer: JSONPointer) {
            self.name = name
            self.pointer = pointer
        }
    }

    /// Members recorded in clear (`plain`), sorted by name.
    package let plain: [Field]

    /// Makes the rules; `plain` sorted by name.
    package init(plain: [Field]) { self.plain = plain }
}
