import StrictJSON
import Testing

/// Parses `bytes` in a document of its own.
func fault(_ bytes: [UInt8], _ policy: JSONPolicy = .default) -> JSONFault? {
    JSONDocument().parse(bytes.span, policy: policy)
}

/// Parses the UTF-8 of `text`.
func fault(_ text: String, _ policy: JSONPolicy = .default) -> JSONFault? {
    fault(Array(text.utf8), policy)
}

/// A document and the bytes it was made from.
struct Parsed {
    let document = JSONDocument()
    let bytes: [UInt8]

    init(_ text: String, _ policy: JSONPolicy = .default) throws {
        bytes = Array(text.utf8)
        if let fault = document.parse(bytes.span, policy: policy) { throw fault }
    }

    func find(_ text: String) throws -> JSONNode {
        let pointer = try #require(JSONPointer(text))
        return try #require(document.find(pointer, inArray: bytes))
    }

    func canonical() -> String {
        var output: [UInt8] = []
        if let root = document.root { JSONCanonicalizer.append(document, root, in: bytes.span, to: &output) }
        return String(decoding: output, as: UTF8.self)
    }
}

/// The same questions over arrays: the macros of Testing take no `Span`.
extension JSONDocument {
    func parse(array bytes: [UInt8], policy: JSONPolicy = .default) -> JSONFault? {
        parse(bytes.span, policy: policy)
    }

    func integer(_ node: JSONNode, inArray bytes: [UInt8]) -> Int64? { integer(node, in: bytes.span) }

    func string(_ node: JSONNode, inArray bytes: [UInt8]) -> String? { string(node, in: bytes.span) }

    func equals(_ node: JSONNode, text: String, inArray bytes: [UInt8]) -> Bool {
        equals(node, Array(text.utf8).span, in: bytes.span)
    }

    func find(_ pointer: JSONPointer, inArray bytes: [UInt8]) -> JSONNode? { find(pointer, in: bytes.span) }
}
