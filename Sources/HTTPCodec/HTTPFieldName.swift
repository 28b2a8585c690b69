/// The field names that framing, forwarding and routing rules look at; every other name is `other`.
package enum HTTPFieldName: UInt8, Sendable, CaseIterable {
    case other
    /// Not itself `Content-Length` or `Transfer-Encoding`, but read as one by software that folds `_` or `%XX` (R-H1-06).
    case framingLookalike
    case authorization
    case connection
    case contentEncoding
    case contentLength
    case contentType
    case cookie
    case date
    case expect
    case forwarded
    case host
    case http2Settings
    case keepAlive
    case location
    case proxyAuthenticate
    case proxyAuthorization
    case proxyConnection
    case server
    case setCookie
    case te
    case trailer
    case transferEncoding
    case upgrade
    case userAgent
    case via
    case xForwardedFor
    case xForwardedHost
    case xForwardedProto
    case xRealIP

    /// Finds the name that lies at `start`; the bytes are known to be 1*tchar.
    ///
    /// `plain` says that they are letters, digits and `-` only: no other spelling has to be considered then.
    @inline(__always)
    static func identify(_ bytes: RawSpan, at start: Int, length: Int, plain: Bool) -> HTTPFieldName {
        if !plain {
            return FieldRules.isFramingLookalike(bytes, at: start, length: length) ? .framingLookalike : .other
        }
        func isName(_ lowercased: StaticString) -> Bool { bytes.matches(lowercased, at: start) }
        switch length {
        case 2: return isName("te") ? .te : .other
        case 3: return isName("via") ? .via : .other
        case 4: return isName("host") ? .host : isName("date") ? .date : .other
        case 6: return isName("expect") ? .expect : isName("cookie") ? .cookie : isName("server") ? .server : .other
        case 7: return isName("upgrade") ? .upgrade : isName("trailer") ? .trailer : .other
        case 8: return isName("location") ? .location : .other
        case 9: return isName("x-real-ip") ? .xRealIP : isName("forwarded") ? .forwarded : .other
        case 10: return identifyTen(isName)
        case 12: return isName("content-type") ? .contentType : .other
        case 13: return isName("authorization") ? .authorization : .other
        case 14: return isName("content-length") ? .contentLength : isName("http2-settings") ? .http2Settings : .other
        case 15: return isName("x-forwarded-for") ? .xForwardedFor : .other
        case 16: return identifySixteen(isName)
        case 17:
            return isName("transfer-encoding")
                ? .transferEncoding : isName("x-forwarded-proto") ? .xForwardedProto : .other
        case 18: return isName("proxy-authenticate") ? .proxyAuthenticate : .other
        case 19: return isName("proxy-authorization") ? .proxyAuthorization : .other
        default: return .other
        }
    }

    @inline(__always)
    private static func identifyTen(_ isName: (StaticString) -> Bool) -> HTTPFieldName {
        if isName("connection") { return .connection }
        if isName("user-agent") { return .userAgent }
        if isName("keep-alive") { return .keepAlive }
        return isName("set-cookie") ? .setCookie : .other
    }

    @inline(__always)
    private static func identifySixteen(_ isName: (StaticString) -> Bool) -> HTTPFieldName {
        if isName("content-encoding") { return .contentEncoding }
        if isName("x-forwarded-host") { return .xForwardedHost }
        return isName("proxy-connection") ? .proxyConnection : .other
    }
}
