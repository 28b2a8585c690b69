/// A parsed JSON text: a tape of entries that refer to the bytes they were parsed from.
///
/// Made once per event loop and used for one document after the other: the storage is kept, so that parsing allocates
/// nothing in steady state. The document does not keep the bytes: every question that needs them takes the same bytes
/// again. Not thread-safe; owned by one event loop.
package final class JSONDocument {
    /// Behind an address: properties of the class would be checked for exclusive access whenever the parser's loops
    /// reach them.
    let state: DocumentState

    /// An empty document.
    package init() {
        state = DocumentState()
    }

    deinit {
        state.deallocate()
    }

    /// How many tape entries the last document has; 0 when it was refused.
    package var entryCount: Int { state.fields.entryCount }

    /// Whether an integer beyond ±(2^53−1) was seen, which a handler in JavaScript would read as a neighbour.
    package var hasUnsafeIntegers: Bool { state.fields.hasUnsafeIntegers }

    /// Parses one JSON text that fills `bytes`, RFC 8259 and `policy`; gives the first fault, `nil` when it is accepted.
    ///
    /// A refused text leaves the document empty: every look-up finds nothing.
    package func parse(_ bytes: Span<UInt8>, policy: JSONPolicy = .default) -> JSONFault? {
        withByteView(bytes) { view in
            parse(view, policy: policy)
        }
    }

    /// The same over a view, for callers that already hold one.
    package func parse(_ bytes: ByteView, policy: JSONPolicy) -> JSONFault? {
        state.fields.entryCount = 0
        state.fields.decodedNameBytes = 0
        state.fields.hasUnsafeIntegers = false
        state.fields.byteCount = bytes.count
        guard bytes.count <= min(policy.documentBytesMax, 1 << 30) else {
            return JSONFault(.documentTooLarge, at: bytes.count)
        }
        reserve(for: bytes.count, policy: policy)
        do throws(JSONFault) {
            state.fields.entryCount = try parseValue(bytes, policy: policy)
            return nil
        } catch {
            return error
        }
    }

    /// Makes room for the worst document of `byteCount` bytes.
    ///
    /// A value takes at least one byte and a separator or bracket, so there are no more entries than half the bytes and
    /// the open brackets; a member takes at least three bytes.
    private func reserve(for byteCount: Int, policy: JSONPolicy) {
        let byBytes = byteCount / 2 + policy.depthMax + 16
        let byValues = policy.valuesMax.multipliedReportingOverflow(by: 2)
        state.fields.entries.reserve(byValues.overflow ? byBytes : min(byBytes, byValues.partialValue + 16))
        state.fields.openNames.reserve(min(byteCount / 3 + 16, byValues.overflow ? .max : policy.valuesMax + 16))
    }

    /// How many bytes the last text had.
    package var byteCount: Int { state.fields.byteCount }

    /// The tape for the validator's loops.
    package var tape: TapeView { unsafe TapeView(base: state.fields.entries.base, count: entryCount) }

    /// The bytes of names with escapes for the validator's loops.
    package var decodedNameView: ByteView {
        unsafe ByteView(
            base: UnsafeRawPointer(state.fields.decodedNames.base),
            count: state.fields.decodedNameBytes
        )
    }
}
