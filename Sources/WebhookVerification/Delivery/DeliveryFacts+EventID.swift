extension DeliveryFacts {
    /// Notes the sender's id of the event where the head carries one, signed or not: for the audit entry only.
    mutating func noteEventID(
        _ match: SignatureMatch?,
        _ name: FieldName?,
        head: borrowing DeliveryHead,
        headBytes: Span<UInt8>
    ) {
        if let name {
            if case .one(let range) = head.lookup(name, in: headBytes) {
                for index in range.bounds { eventID.append(headBytes[index]) }
            }
            return
        }
        switch match?.eventID {
        case .head(let range): for index in range.bounds { eventID.append(headBytes[index]) }
        case .value(let value): eventID = value
        case .some(.none), nil: break
        }
    }
}
