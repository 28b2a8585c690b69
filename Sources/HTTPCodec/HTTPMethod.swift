/// The method of a request, compared byte by byte with case (RFC 9110 section 9.1).
package enum HTTPMethod: UInt8, Sendable {
    /// The method had not been read yet when the request was refused.
    case unread
    case get
    case head
    case post
    case put
    case delete
    case connect
    case options
    case trace
    case patch
    /// Any other token, `post` in lower case included; its bytes are at ``RequestHead/methodSpan``.
    case other

    @inline(__always)
    static func identify(_ bytes: RawSpan, at start: Int, length: Int) -> HTTPMethod {
        func isName(_ exact: StaticString) -> Bool { bytes.equals(exact, at: start) }
        switch length {
        case 3: return isName("GET") ? .get : isName("PUT") ? .put : .other
        case 4: return isName("POST") ? .post : isName("HEAD") ? .head : .other
        case 5: return isName("PATCH") ? .patch : isName("TRACE") ? .trace : .other
        case 6: return isName("DELETE") ? .delete : .other
        case 7: return isName("OPTIONS") ? .options : isName("CONNECT") ? .connect : .other
        default: return .other
        }
    }
}
