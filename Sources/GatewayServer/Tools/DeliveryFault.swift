/// Why a delivery got no answer that could be used.
package struct DeliveryFault: Error, Sendable, CustomStringConvertible {
    /// One sentence.
    package let description: String

    init(_ description: String) { self.description = description }
}
