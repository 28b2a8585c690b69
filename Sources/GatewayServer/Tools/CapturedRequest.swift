import GatewayCrypto
package import WebhookVerification

/// Reads a request that somebody captured into a file: head and body as they were sent.
///
/// Lines may end in a line feed alone, as editors leave them, also those of a chunked body. The gateway itself takes no
/// such liberties.
package enum CapturedRequest {
    /// Why a file is no request.
    package struct Fault: Error, Sendable, Equatable, CustomStringConvertible {
        /// One sentence.
        package let description: String

        init(_ description: String) { self.description = description }
    }

    /// The request in `bytes`; the body is what follows the empty line: chunks are joined, and without them it has to fit
    /// Content-Length where that is given.
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
        if request.hasField(FieldName(literal: "transfer-encoding")) {
            request.body = try chunks(rest)
        } else {
            request.body = Array(rest)
            try checkLength(of: request)
        }
        return request
    }

    /// Where the body begins: behind the first empty line; `nil` where there is none.
    static func headEnd(_ bytes: [UInt8]) -> Int? {
        var rest = bytes[...]
        while let text = try? line(&rest) { if text.isEmpty { return rest.startIndex } }
        return nil
    }

    /// The joined data of a chunked body (RFC 9112 section 7.1); trailers are passed over.
    private static func chunks(_ bytes: ArraySlice<UInt8>) throws(Fault) -> [UInt8] {
        var rest = bytes
        var body: [UInt8] = []
        while true {
            guard rest.contains(0x0A) else { throw Fault("the chunked body ends before its last chunk") }
            let digits = try line(&rest).prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 }
            guard (1...8).contains(digits.count), digits.allSatisfy({ Hex.value($0) < 16 }) else {
                throw Fault("a chunk of the body does not begin with its size")
            }
            let size = digits.reduce(0) { $0 * 16 + Int(Hex.value($1)) }
            if size == 0 { return body }
            guard rest.count > size else { throw Fault("the chunked body ends before its last chunk") }
            body += rest.prefix(size)
            rest = rest.dropFirst(size)
            guard try line(&rest).isEmpty else { throw Fault("a chunk of the body is longer than its size") }
        }
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
