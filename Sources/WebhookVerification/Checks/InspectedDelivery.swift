/// A head that passed every check that needs no body: its source and what the signature check keeps for later.
///
/// Only `DeliveryVerifier.inspect` makes one.
package struct InspectedDelivery {
    /// Index of the source in the route table.
    package let source: Int
    /// What the signature header presented; `nil` for a source without signatures.
    var attempt: SignatureAttempt?

    init(source: Int, attempt: SignatureAttempt?) {
        self.source = source
        self.attempt = attempt
    }
}
