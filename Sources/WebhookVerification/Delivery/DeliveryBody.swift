/// The bytes of a body in whatever buffer the shell keeps them.
///
/// The core looks at the bytes and never copies or changes them; what is forwarded is the value that was judged (I2).
package protocol DeliveryBody {
    /// Gives the whole body as one run of bytes.
    func withBytes<Result>(_ use: (Span<UInt8>) -> Result) -> Result
}
