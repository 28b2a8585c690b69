/// The drafts of JSON Schema that can be told apart by `$schema`.
package enum SchemaDraft: Int, Sendable, CaseIterable, Comparable {
    /// draft-wright-json-schema-00 and its validation document.
    case draft4 = 4
    /// draft-wright-json-schema-01.
    case draft6 = 6
    /// draft-handrews-json-schema-01.
    case draft7 = 7
    /// draft-bhutton-json-schema's predecessor of 2019-09.
    case draft201909 = 2019
    /// draft-bhutton-json-schema-01, 2020-12.
    case draft202012 = 2020

    /// Older drafts are smaller.
    package static func < (left: SchemaDraft, right: SchemaDraft) -> Bool { left.rawValue < right.rawValue }

    /// The URI of the draft's meta-schema, without fragment.
    package var metaSchema: String {
        switch self {
        case .draft4: "http://json-schema.org/draft-04/schema"
        case .draft6: "http://json-schema.org/draft-06/schema"
        case .draft7: "http://json-schema.org/draft-07/schema"
        case .draft201909: "https://json-schema.org/draft/2019-09/schema"
        case .draft202012: "https://json-schema.org/draft/2020-12/schema"
        }
    }
}

/// How a schema is read.
package struct SchemaOptions: Sendable {
    /// What `format` does.
    package enum Format: Sendable {
        /// A value that does not have the format is invalid.
        case assert
        /// Nothing, as 2019-09 and 2020-12 have it without the format-assertion vocabulary.
        case annotate
    }

    /// What `contentEncoding` and `contentMediaType` do.
    package enum Content: Sendable {
        /// A string that cannot be decoded is invalid (drafts 7 only).
        case assert
        /// Nothing.
        case annotate
    }

    /// The draft of documents without `$schema`.
    package var draft = SchemaDraft.draft202012
    /// What `format` does.
    package var format = Format.assert
    /// What the content keywords do.
    package var content = Content.annotate
    /// Documents that references may lead to, by absolute URI; nothing is ever fetched.
    package var documents: [String: [UInt8]] = [:]
    /// The URI of the schema where its `$id` does not give one.
    package var baseURI = "urn:postern:schema"
    /// How long one document may be, in bytes.
    package var documentBytesMax = 4 << 20
    /// How many subschemas there may be.
    package var subschemasMax = 50_000
    /// How many subschemas may apply to one value inside one another.
    package var inPlaceDepthMax = 128

    /// The defaults of the contract.
    package init() {}
}
