/// The head of a delivery as places in its bytes: what the checks before the body look at.
///
/// Filled anew by the shell for every request (the storage is reused) from a head that passed the codec's grammar. All
/// ranges count from the start of the head's bytes, which every method takes as `bytes`. Owned by one event loop.
package struct DeliveryHead {
    /// One header field: its name and its value without surrounding white space.
    package struct Field: Sendable {
        /// Where the name is, in the spelling received.
        package let name: ByteRange
        /// Where the value is, white space at both ends left out.
        package let value: ByteRange

        /// Makes a field out of two places in the head.
        @inlinable
        package init(name: ByteRange, value: ByteRange) {
            self.name = name
            self.value = value
        }
    }

    /// How often a field occurs in a head, with its place where it is there exactly once.
    package enum Lookup: Sendable, Equatable {
        case absent
        case one(ByteRange)
        case several
    }

    /// The method, exact case.
    package var method = ByteRange(start: 0, count: 0)
    /// The target from the first `/`: path and query, as received.
    package var target = ByteRange(start: 0, count: 0)
    /// The path, raw bytes without the query.
    package var path = ByteRange(start: 0, count: 0)
    /// The query without `?`; `nil` where the target has none.
    package var query: ByteRange?
    /// Host, or the authority of an absolute-form target; `nil` in HTTP/1.0 without Host.
    package var authority: ByteRange?
    /// The fields in the order received.
    package var fields: ContiguousArray<Field> = []

    /// An empty head with room for the usual number of fields.
    package init() { fields.reserveCapacity(32) }

    /// Looks a field up by name; a field that occurs twice is never merged.
    @inlinable
    package func lookup(_ name: FieldName, in bytes: Span<UInt8>) -> Lookup {
        lookup(lowercased: name.bytes.span, in: bytes)
    }

    /// Looks a field up by a name in lower case.
    @inlinable
    package func lookup(lowercased name: Span<UInt8>, in bytes: Span<UInt8>) -> Lookup {
        var found: ByteRange?
        var index = 0
        let count = fields.count
        while index < count {
            let field = fields[index]
            if Int(field.name.count) == name.count,
                FieldName.isName(bytes.extracting(field.name.bounds), spelling: name)
            {
                if found != nil { return .several }
                found = field.value
            }
            index &+= 1
        }
        guard let found else { return .absent }
        return .one(found)
    }
}
