/// Why the codec refuses a message: one case per cause, closed.
///
/// For a request `reason` gives status and code of the answer; the connection is closed and nothing after the refused
/// bytes is parsed. For a response every cause means 502 `upstream.bad_response`, and only `detail` is of interest.
package enum HTTPRefusal: UInt8, Error, Sendable, CaseIterable {
    // Request line (RFC 9112 section 3).
    case leadingEmptyLines
    case methodMalformed
    case methodTooLong
    case targetMissing
    case targetCharacter
    case targetPercentEncoding
    case targetForm
    case targetTooLong
    case versionMissing
    case protocolName
    case versionMalformed
    case versionUnsupported

    // Lines and fields (RFC 9112 sections 2.2 and 5).
    case bareLineFeed
    case bareCarriageReturn
    case whitespaceBeforeFields
    case foldedField
    case fieldNameEmpty
    case fieldNameMalformed
    case fieldNameTooLong
    case spaceBeforeColon
    case colonMissing
    case fieldValueMalformed
    case tooManyFields
    case headTooLarge

    // Host (RFC 9112 section 3.2).
    case hostMissing
    case hostRepeated
    case hostMalformed
    case hostDiffersFromTarget

    // Length of the body (RFC 9112 section 6).
    case contentLengthMalformed
    case contentLengthRepeated
    case transferCodingRepeated
    case transferCodingEmpty
    case transferCodingUnknown
    case transferCodingInHTTP10
    case lengthAndTransferCoding
    case framingFieldLookalike
    case lengthRequired

    // Connection and Expect (RFC 9110 sections 7.6.1 and 10.1.1).
    case connectionMalformed
    case connectionOptionsTooMany
    case connectionNominatesProtected
    case expectationUnknown

    // Chunked bodies (RFC 9112 section 7.1).
    case chunkSizeMalformed
    case chunkSizeOverflow
    case chunkExtensionMalformed
    case chunkExtensionsTooLong
    case chunkLineEnding
    case chunkDataEnding
    case framingOverhead
    case bodyTooLarge
    case trailersTooLarge
    case trailerForbidden

    // Responses (RFC 9112 section 4 and 6.3).
    case statusLineMalformed
    case statusOutOfRange
    case reasonPhraseMalformed
    case switchingProtocols
    case interimResponsesTooMany
    case bodyForbidden
}

extension HTTPRefusal {
    /// The answer to a refused request: the rows of the contract, section 2, that the codec decides.
    package enum Reason: Sendable, CaseIterable {
        case framing
        case transferCoding
        case version
        case headTooLarge
        case targetTooLong
        case bodyTooLarge
        case lengthRequired
        case expectation

        /// The status code of the answer.
        package var status: Int {
            switch self {
            case .framing: 400
            case .transferCoding: 501
            case .version: 505
            case .headTooLarge: 431
            case .targetTooLong: 414
            case .bodyTooLarge: 413
            case .lengthRequired: 411
            case .expectation: 417
            }
        }

        /// The reason code of the audit entry.
        package var code: StaticString {
            switch self {
            case .framing: "http.framing"
            case .transferCoding: "http.transfer_coding"
            case .version: "http.version"
            case .headTooLarge: "http.head_too_large"
            case .targetTooLong: "http.target_too_long"
            case .bodyTooLarge: "size.too_large"
            case .lengthRequired: "http.length_required"
            case .expectation: "http.expect"
            }
        }
    }

    /// The answer this cause gets when a request is refused for it.
    package var reason: Reason {
        switch self {
        case .versionUnsupported: .version
        case .targetTooLong: .targetTooLong
        case .fieldNameTooLong, .tooManyFields, .headTooLarge: .headTooLarge
        case .transferCodingUnknown: .transferCoding
        case .lengthRequired: .lengthRequired
        case .expectationUnknown: .expectation
        case .bodyTooLarge: .bodyTooLarge
        case .leadingEmptyLines, .methodMalformed, .methodTooLong, .targetMissing, .targetCharacter,
            .targetPercentEncoding, .targetForm, .versionMissing, .protocolName, .versionMalformed, .bareLineFeed,
            .bareCarriageReturn, .whitespaceBeforeFields, .foldedField, .fieldNameEmpty, .fieldNameMalformed,
            .spaceBeforeColon, .colonMissing, .fieldValueMalformed, .hostMissing, .hostRepeated, .hostMalformed,
            .hostDiffersFromTarget, .contentLengthMalformed, .contentLengthRepeated, .transferCodingRepeated,
            .transferCodingEmpty, .transferCodingInHTTP10, .lengthAndTransferCoding, .framingFieldLookalike,
            .connectionMalformed, .connectionOptionsTooMany, .connectionNominatesProtected, .chunkSizeMalformed,
            .chunkSizeOverflow, .chunkExtensionMalformed, .chunkExtensionsTooLong, .chunkLineEnding, .chunkDataEnding,
            .framingOverhead, .trailersTooLarge, .trailerForbidden, .statusLineMalformed, .statusOutOfRange,
            .reasonPhraseMalformed, .switchingProtocols, .interimResponsesTooMany, .bodyForbidden:
            .framing
        }
    }

    /// A short constant text for the audit log; it never contains bytes of the message.
    package var detail: StaticString {
        switch self {
        case .leadingEmptyLines: "more than one empty line before the request"
        case .methodMalformed: "method is not a token"
        case .methodTooLong: "method longer than 32 bytes"
        case .targetMissing: "no target after the method"
        case .targetCharacter: "character not allowed in a target"
        case .targetPercentEncoding: "percent sign without two hex digits"
        case .targetForm: "target neither a path nor an http URI"
        case .targetTooLong: "target too long"
        case .versionMissing: "no version in the request line"
        case .protocolName: "protocol is not HTTP"
        case .versionMalformed: "version malformed"
        case .versionUnsupported: "version is neither HTTP/1.0 nor HTTP/1.1"
        case .bareLineFeed: "LF without CR"
        case .bareCarriageReturn: "CR without LF"
        case .whitespaceBeforeFields: "whitespace before the first field"
        case .foldedField: "folded field line"
        case .fieldNameEmpty: "empty field name"
        case .fieldNameMalformed: "field name is not a token"
        case .fieldNameTooLong: "field name too long"
        case .spaceBeforeColon: "space before colon"
        case .colonMissing: "field line without colon"
        case .fieldValueMalformed: "control character in a field value"
        case .tooManyFields: "too many fields"
        case .headTooLarge: "head too large"
        case .hostMissing: "no Host"
        case .hostRepeated: "Host repeated"
        case .hostMalformed: "Host malformed"
        case .hostDiffersFromTarget: "Host differs from the target"
        case .contentLengthMalformed: "Content-Length is not digits"
        case .contentLengthRepeated: "Content-Length repeated"
        case .transferCodingRepeated: "Transfer-Encoding repeated"
        case .transferCodingEmpty: "Transfer-Encoding empty"
        case .transferCodingUnknown: "Transfer-Encoding other than chunked"
        case .transferCodingInHTTP10: "Transfer-Encoding in HTTP/1.0"
        case .lengthAndTransferCoding: "Content-Length and Transfer-Encoding together"
        case .framingFieldLookalike: "field name resembles a framing field"
        case .lengthRequired: "POST without length"
        case .connectionMalformed: "Connection is not a list of tokens"
        case .connectionOptionsTooMany: "too many options in Connection"
        case .connectionNominatesProtected: "Connection nominates a protected field"
        case .expectationUnknown: "Expect other than 100-continue"
        case .chunkSizeMalformed: "chunk size is not hex digits"
        case .chunkSizeOverflow: "chunk size too large for 64 bits"
        case .chunkExtensionMalformed: "chunk extension malformed"
        case .chunkExtensionsTooLong: "chunk extensions too long"
        case .chunkLineEnding: "chunk line not ended by CR LF"
        case .chunkDataEnding: "chunk data not ended by CR LF"
        case .framingOverhead: "too much chunk framing for the body"
        case .bodyTooLarge: "body too large"
        case .trailersTooLarge: "trailers too large"
        case .trailerForbidden: "field not allowed in trailers"
        case .statusLineMalformed: "status line malformed"
        case .statusOutOfRange: "status is not 100 to 599"
        case .reasonPhraseMalformed: "control character in the reason phrase"
        case .switchingProtocols: "101 without a request for it"
        case .interimResponsesTooMany: "too many interim responses"
        case .bodyForbidden: "length announced where no body may be"
        }
    }
}
