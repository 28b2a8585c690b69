/// A schema with a URI of its own: a document, or a subschema with `$id`.
struct SchemaResource {
    let uri: String
    let root: SchemaValue
    let dialect: Dialect
    var anchors: [String: SchemaValue] = [:]
    var dynamicAnchors: [String: SchemaValue] = [:]
    /// `$recursiveAnchor: true` at the root (2019-09).
    var isRecursiveAnchor = false
}
