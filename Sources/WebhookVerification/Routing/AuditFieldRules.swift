package import StrictJSON

/// How one field of an audit entry is recorded.
package enum AuditFieldForm: String, Sendable, CaseIterable {
    /// In clear.
    case plain
    /// As a field MAC: equal values of one month can be found again, the value cannot be read.
    case mac
    /// As a field MAC, with the value sealed in a sidecar that can be erased.
    case seal
    /// Not at all.
    case drop
}

/// What of a delivery an audit entry records, and how; what is not named here stays out or is no matter of privacy.
///
/// Source: `docs/audit-log-format.md`, redaction.
package struct AuditFieldRules: Sendable {
    /// One recorded member of the payload.
    package struct Field: Sendable {
        /// The pointer as configured, the name in the entry.
        package let name: [UInt8]
        /// The member.
        package let pointer: JSONPointer
        /// How it is recorded.
        package let form: AuditFieldForm

        /// Makes a recorded member.
        package init(name: [UInt8], pointer: JSONPointer, form: AuditFieldForm) {
            self.name = name
            self.pointer = pointer
            self.form = form
        }
    }

    /// The recorded members of the payload, sorted by name; none of them is dropped.
    package let fields: [Field]
    /// `client.ip`, and with it `peer` and `via` where they would give it away.
    package let clientIP: AuditFieldForm
    /// `http.ua`, the User-Agent.
    package let userAgent: AuditFieldForm
    /// `http.query`: a MAC or nothing, because senders put secrets there.
    package let query: AuditFieldForm
    /// `body.mac`: a MAC or nothing.
    package let body: AuditFieldForm
    /// Whether anything is neither plain nor left out as it is: else nothing has to be done for it.
    package let needsRedaction: Bool

    /// Makes the rules; `fields` sorted by name.
    package init(
        fields: [Field],
        clientIP: AuditFieldForm = .plain,
        userAgent: AuditFieldForm,
        query: AuditFieldForm,
        body: AuditFieldForm
    ) {
        self.fields = fields
        self.clientIP = clientIP
        self.userAgent = userAgent
        self.query = query
        self.body = body
        needsRedaction =
            clientIP != .plain || [userAgent, query, body].contains { $0 == .mac || $0 == .seal }
            || fields.contains { $0.form != .plain }
    }

    /// What holds where nothing is configured: with a keyring User-Agent, query and body as MACs, without one not at all.
    package static func standard(hasKeyring: Bool) -> AuditFieldRules {
        let form = hasKeyring ? AuditFieldForm.mac : .drop
        return AuditFieldRules(fields: [], userAgent: form, query: form, body: form)
    }
}
