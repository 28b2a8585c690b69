package import WebhookVerification

/// Reads a request that somebody captured into a file: head and body as they were sent.
///
/// Lines may end in a line feed alone, as editors leave them. The gateway itself takes no such liberties.
package enum CapturedRequest {
    /// Why a file is no request.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// One sentence.
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// The request in `bytes`; the body is what follows the empty line, and has to fit Content-Length where it is given.
    package static func read(_ bytes: [UInt8]) throws(Fault) -> ComposedRequest {
        var rest = bytes[...]
        let words = try line(&rest).split(separator: 0x20, omittingEmptySubsequences: false)
        guard words.count == 3, words[2].starts(with: "HTTP/1.".utf8), let method = String(validating: words[0]),
            FieldName(method) != nil, let target = String(validating: words[1])
        else { throw Fault("the first line is not 'METHOD /path HTTP/1.1'") }
        var request = ComposedRequest(method: method, target: try path(target))
        while true {
            let text = try line(&rest)
            if text.isEmpty { break }
            request.fields.append(try field(text, number: request.fields.count + 2))
        }
        request.body = Array(rest)
        try checkLength(of: request)
        return request
    }

    private static func line(_ rest: inout ArraySlice<UInt8>) throws(Fault) -> ArraySlice<UInt8> {
        guard let end = rest.firstIndex(of: 0x0A) else { throw Fault("there is no empty line between head and body") }
        let isReturn = end > rest.startIndex && rest[end - 1] == 0x0D
        let text = rest[rest.startIndex..<(isReturn ? end - 1 : end)]
        rest = rest[(end + 1)...]
        return text
    }

    private static func field(
        _ text: ArraySlice<UInt8>,
        number: Int
    ) throws(Fault) -> (name: String, value: [UInt8]) {
        guard let colon = text.firstIndex(of: UInt8(ascii: ":")), let name = String(validating: text[..<colon]),
            FieldName(name) != nil
        else { throw Fault("line \(number) is not a header field") }
        return (name, Array(text[(colon + 1)...]))
    }

    /// Path and query of a target, which may be a whole URL.
    private static func path(_ target: String) throws(Fault) -> String {
        if target.hasPrefix("/") { return target }
        guard let scheme = target.firstRange(of: "://") else { throw Fault("the target does not start with '/'") }
        let rest = target[scheme.upperBound...]
        return rest.firstIndex(of: "/").map { String(rest[$0...]) } ?? "/"
    }

    private static func checkLength(of request: ComposedRequest) throws(Fault) {
        let name = FieldName(literal: "content-length")
        if request.hasField(FieldName(literal: "transfer-encoding")) {
            throw Fault("the body is chunked: write it down as it was before, with Content-Length")
        }
        for field in request.fields where FieldName(field.name) == name {
            let text = String(decoding: field.value, as: UTF8.self).filter { $0 != " " && $0 != "\t" }
            guard let count = Int(text) else { throw Fault("Content-Length is not a number") }
            guard count == request.body.count else {
                throw Fault(
                    "the body has \(request.body.count) bytes, but Content-Length is \(count); "
                        + "a line feed at the end of the file counts"
                )
            }
        }
    }
}

extension String {
    /// The text of `bytes` where they are UTF-8.
    fileprivate init?(validating bytes: ArraySlice<UInt8>) {
        self.init(validating: bytes, as: UTF8.self)
    }
}
