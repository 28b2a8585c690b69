extension DeliveryFacts {
    /// Notes the sender's id of the event where the scheme carries one, signed or not: for the audit entry only.
    mutating func noteEventID(_ match: SignatureMatch?, headBytes: Span<UInt8>) {
        switch match?.eventID {
        case .head(let range): for index in range.bounds { eventID.append(headBytes[index]) }
        case .value(let value): eventID = value
        case .some(.none), nil: break
        }
    }
}
