package import JSONSchema
package import StrictJSON

/// What a signed body has to be.
package struct PayloadRules: Sendable {
    /// The form of the body.
    package enum Form: Sendable {
        /// One strict JSON text.
        case json(JSONPolicy)
        /// Not parsed; only where the schema is `none` written out.
        case opaque
    }

    /// The schema, or `none` written out.
    package enum Schema: Sendable {
        case none
        case compiled(CompiledSchema)
    }

    /// How the body is read.
    package let form: Form
    /// What a body has to look like.
    package let schema: Schema
    /// How the event's name is made, `nil` where the source names none.
    package let eventType: EventTemplate?
    /// Where the event's id stands in the body, for the audit entry.
    package let eventID: JSONPointer?
    /// The header field that names the event, signed or not; for the audit entry only.
    package let eventIDHeader: FieldName?
    /// Patterns of accepted event names with `*` as wildcard; empty accepts all.
    package let allowedEvents: [EventPattern]

    /// Makes the rules.
    package init(
        form: Form,
        schema: Schema,
        eventType: EventTemplate?,
        eventID: JSONPointer?,
        eventIDHeader: FieldName? = nil,
        allowedEvents: [EventPattern]
    ) {
        self.form = form
        self.schema = schema
        self.eventType = eventType
        self.eventID = eventID
        self.eventIDHeader = eventIDHeader
        self.allowedEvents = allowedEvents
    }
}

/// How an event's name is put together, for example `${body:/collection}.${body:/operation}`.
package struct EventTemplate: Sendable {
    /// One piece of the name.
    package enum Part: Sendable {
        case literal([UInt8])
        /// A string, integer or boolean of the body.
        case body(JSONPointer)
        /// A header field; its value is recorded, and counts for the allow list only where the scheme signs it.
        case header(FieldName)
    }

    /// The pieces in order.
    package let parts: [Part]

    /// Makes a template out of its pieces.
    package init(parts: [Part]) { self.parts = parts }
}

/// A pattern over event names: literal bytes, with `*` for any run of bytes.
package struct EventPattern: Sendable, Equatable {
    /// The literal pieces between the wildcards; one piece means no wildcard.
    package let pieces: [[UInt8]]

    /// Reads a pattern such as `posts.*`.
    package init(_ text: String) {
        pieces = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether the whole of `name` fits; linear in its length.
    package func matches(_ name: [UInt8]) -> Bool {
        guard let first = pieces.first, let last = pieces.last else { return false }
        if pieces.count == 1 { return name == first }
        guard name.count >= first.count + last.count, name.starts(with: first), name.suffix(last.count) == last[...]
        else { return false }
        var rest = name[first.count..<(name.count - last.count)]
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let end = EventPattern.endOfFirst(piece, in: rest) else { return false }
            rest = rest[end...]
        }
        return true
    }

    private static func endOfFirst(_ piece: [UInt8], in haystack: ArraySlice<UInt8>) -> Int? {
        guard piece.count <= haystack.count else { return nil }
        for start in haystack.startIndex...(haystack.endIndex - piece.count)
        where haystack[start..<(start + piece.count)] == piece[...] { return start + piece.count }
        return nil
    }
}
