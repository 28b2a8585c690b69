/// The bytes of a body in whatever buffer the shell keeps them.
///
/// The core looks at the bytes and never copies or changes them; what is forwarded is the value that was judged (I2), so
/// an implementation never changes its bytes. One reference for each request: the stages of a delivery are not generic
/// over it, because generic code of the core could not be specialised in the shell's module.
package protocol DeliveryBody: AnyObject {
    /// Gives the whole body as one run of bytes, exactly once and before it returns.
    func withBytes(_ use: (Span<UInt8>) -> Void)
}
