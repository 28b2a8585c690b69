extension KeyringKey {
    /// When the key should be replaced: at its own date, or at the age that the policy allows, whichever comes first.
    ///
    /// `maxAge` in milliseconds, for keys that sign deliveries or answers; the gateway's own keys have no such age.
    package func due(maxAge: Int64?) -> Timestamp? {
        guard let limit = reachesAge(maxAge) else { return expires }
        return expires.map { min($0, limit) } ?? limit
    }

    /// Whether it is the policy and not the key's own date that says so.
    package func isDueByAge(maxAge: Int64?) -> Bool {
        guard let limit = reachesAge(maxAge) else { return false }
        return expires.map { limit < $0 } ?? true
    }

    private func reachesAge(_ maxAge: Int64?) -> Timestamp? {
        guard let maxAge, purpose != .internal else { return nil }
        let (age, isTooLong) = maxAge.multipliedReportingOverflow(by: 1000)
        let (time, isTooLate) = created.microseconds.addingReportingOverflow(age)
        return isTooLong || isTooLate ? nil : Timestamp(microseconds: time)
    }
}
