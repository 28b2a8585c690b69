import StrictJSON

/// An event of 01.software, as its handler reads it: `{collection, operation, data: {id, …}}`.
struct ExampleEvent: Sendable, Equatable {
    /// The collections that the example handler acts on.
    enum Collection: String, Sendable {
        case orders
        case products
        case posts
    }

    /// What happened in the collection.
    enum Operation: String, Sendable {
        case create
        case update
    }

    let collection: Collection
    let operation: Operation
    /// The member `id` of `data`.
    let id: String

    /// Reads the raw body; `nil` for anything else than an event of a known collection.
    init?(_ body: [UInt8]) {
        let document = JSONDocument()
        guard document.parse(body.span) == nil, let root = document.root else { return nil }
        func text(_ name: StaticString, of node: JSONNode) -> String? {
            document.member(name, of: node, in: body.span).flatMap { document.string($0, in: body.span) }
        }
        guard let collection = text("collection", of: root).flatMap(Collection.init(rawValue:)),
            let operation = text("operation", of: root).flatMap(Operation.init(rawValue:)),
            let data = document.member("data", of: root, in: body.span),
            let id = text("id", of: data)
        else { return nil }
        self.collection = collection
        self.operation = operation
        self.id = id
    }
}
