internal import StrictJSON

/// The formats of JSON Schema, each a scan over the decoded bytes.
enum SchemaFormat: UInt8, CaseIterable {
    case dateTime
    case date
    case time
    case duration
    case email
    case idnEmail
    case hostname
    case idnHostname
    case ipv4
    case ipv6
    case uri
    case uriReference
    case iri
    case iriReference
    case uriTemplate
    case uuid
    case jsonPointer
    case relativeJSONPointer
    case regex

    /// The format of the given name, `nil` where the draft does not define it: then it says nothing.
    init?(name: String, _ draft: SchemaDraft) {
        guard let (format, since) = Self.names[name], since <= draft else { return nil }
        self = format
    }

    /// The name in schemas.
    var name: String { Self.names.first { $0.value.0 == self }?.key ?? "" }

    private static let names: [String: (SchemaFormat, SchemaDraft)] = [
        "date-time": (.dateTime, .draft4), "email": (.email, .draft4), "hostname": (.hostname, .draft4),
        "ipv4": (.ipv4, .draft4), "ipv6": (.ipv6, .draft4), "uri": (.uri, .draft4),
        "uri-reference": (.uriReference, .draft6), "uri-template": (.uriTemplate, .draft6),
        "json-pointer": (.jsonPointer, .draft6), "date": (.date, .draft7), "time": (.time, .draft7),
        "idn-email": (.idnEmail, .draft7), "idn-hostname": (.idnHostname, .draft7), "iri": (.iri, .draft7),
        "iri-reference": (.iriReference, .draft7), "relative-json-pointer": (.relativeJSONPointer, .draft7),
        "regex": (.regex, .draft7), "duration": (.duration, .draft201909), "uuid": (.uuid, .draft201909),
    ]

    /// Whether the text has the format.
    func accepts(_ text: ByteView) -> Bool {
        switch self {
        case .dateTime: TimeFormats.isDateTime(text)
        case .date: text.count == 10 && TimeFormats.isDate(text, 0)
        case .time: TimeFormats.isTime(text, 0)
        case .duration: TimeFormats.isDuration(text)
        case .email: MailFormat.isMailbox(text, isInternational: false)
        case .idnEmail: MailFormat.isMailbox(text, isInternational: true)
        case .hostname: HostFormats.isHostname(text)
        case .idnHostname: InternationalName.isHostname(text)
        case .ipv4: HostFormats.isIPv4(text)
        case .ipv6: HostFormats.isIPv6(text)
        case .uri: URIFormats.isURI(text, isInternational: false, mayBeRelative: false)
        case .uriReference: URIFormats.isURI(text, isInternational: false, mayBeRelative: true)
        case .iri: URIFormats.isURI(text, isInternational: true, mayBeRelative: false)
        case .iriReference: URIFormats.isURI(text, isInternational: true, mayBeRelative: true)
        case .uriTemplate: URITemplateFormat.isTemplate(text)
        case .uuid: TextFormats.isUUID(text)
        case .jsonPointer: TextFormats.isPointer(text, 0)
        case .relativeJSONPointer: TextFormats.isRelativePointer(text)
        case .regex: PatternMatcher.isPattern(text.copy())
        }
    }
}

/// Classes of ASCII bytes.
enum ByteClass {
    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 <= 9 }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 <= 25 }

    @inline(__always)
    static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 <= 5 }
}

/// Formats of JSON texts themselves, and UUIDs.
enum TextFormats {
    /// RFC 4122 section 3.
    static func isUUID(_ text: ByteView) -> Bool {
        guard text.count == 36 else { return false }
        for index in 0..<36 {
            let isDash = index == 8 || index == 13 || index == 18 || index == 23
            guard isDash ? text[index] == UInt8(ascii: "-") : ByteClass.isHex(text[index]) else { return false }
        }
        return true
    }

    /// RFC 6901 section 3.
    static func isPointer(_ text: ByteView, _ start: Int) -> Bool {
        var index = start
        if index < text.count, text[index] != UInt8(ascii: "/") { return false }
        while index < text.count {
            if text[index] == UInt8(ascii: "~") {
                index += 1
                guard index < text.count, text[index] == UInt8(ascii: "0") || text[index] == UInt8(ascii: "1") else {
                    return false
                }
            }
            index += 1
        }
        return true
    }

    /// draft-bhutton-relative-json-pointer-00 section 3.
    static func isRelativePointer(_ text: ByteView) -> Bool {
        var index = 0
        while index < text.count, ByteClass.isDigit(text[index]) { index += 1 }
        guard index > 0, index == 1 || text[0] != UInt8(ascii: "0") else { return false }
        if index == text.count { return true }
        if text[index] == UInt8(ascii: "#") { return index + 1 == text.count }
        return isPointer(text, index)
    }
}
