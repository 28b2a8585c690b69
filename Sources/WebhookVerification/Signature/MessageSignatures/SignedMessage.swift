import GatewayCrypto

/// A message from which the covered components of an RFC 9421 signature are taken.
package struct SignedMessage {
    /// What a component could not be derived for.
    package struct Fault: Error, Equatable {
        /// The finer cause.
        package let fault: SignatureFault
        /// A sentence for the operator.
        package let sentence: String
    }

    /// Head of a request and its bytes; values are taken out of it when a component asks for them.
    private let head: DeliveryHead
    private let bytes: [UInt8]
    private let scheme: [UInt8]
    private let authority: [UInt8]?
    private let status: Int?
    private let responseFields: [(name: [UInt8], value: [UInt8])]

    /// A request; `publicURL` gives scheme and authority where it is configured, else `https` and the Host field.
    package init(head: DeliveryHead, bytes: Span<UInt8>, publicURL: String?) {
        self.head = head
        self.bytes = [UInt8](copying: bytes)
        responseFields = []
        status = nil
        let parts = publicURL.map { Array($0.utf8) }.flatMap(SignedMessage.origin)
        scheme = parts?.scheme ?? SignedMessage.https
        authority = parts?.authority ?? head.authority.map { [UInt8](copying: bytes.extracting($0.bounds)) }
    }

    /// A response, which has a status and no target; for tools.
    package init(status: Int, fields: [(name: String, value: [UInt8])]) {
        (head, bytes, scheme, authority) = (DeliveryHead(), [], [], nil)
        self.status = status
        responseFields = fields.map { (Array($0.name.utf8).map(FieldName.lowercased), $0.value) }
    }

    private static let https = Array("https".utf8)

    private func text(_ range: ByteRange) -> [UInt8] { Array(bytes[range.bounds]) }

    /// The values of a field, its name in lower case, in the order received.
    private func values(_ name: [UInt8]) -> [[UInt8]] {
        if status != nil { return responseFields.filter { $0.name == name }.map(\.value) }
        var values: [[UInt8]] = []
        for field in head.fields
        where FieldName.isName(bytes.span.extracting(field.name.bounds), spelling: name.span) {
            values.append(text(field.value))
        }
        return values
    }

    /// The value of a component identifier as it stands in Signature-Input; `related` is the request of a response.
    package func value(of identifier: [UInt8], related: (() -> SignedMessage)? = nil) -> Result<[UInt8], Fault> {
        guard let item = StructuredFieldParser.item(identifier) else {
            return SignedMessage.malformed("a component is not well formed")
        }
        return value(of: item, related: related)
    }

    func value(of component: StructuredItem, related: (() -> SignedMessage)?) -> Result<[UInt8], Fault> {
        guard case .string(let name) = component.value else {
            return SignedMessage.malformed("a component is not a string")
        }
        for parameter in component.parameters.entries {
            let known: [String] = ["sf", "key", "bs", "name", "req"]
            guard known.contains(where: { parameter.name.elementsEqual($0.utf8) }) else {
                return SignedMessage.malformed("a component has a parameter that is not supported")
            }
        }
        if component.parameters["req"] != nil {
            guard status != nil, let related else { return SignedMessage.malformed(";req belongs to responses") }
            var parameters = StructuredParameters()
            for entry in component.parameters.entries where !entry.name.elementsEqual("req".utf8) {
                parameters.set(entry.name, entry.value)
            }
            return related().value(of: StructuredItem(value: component.value, parameters: parameters), related: nil)
        }
        if name.first == UInt8(ascii: "@") {
            return derived(String(decoding: name, as: UTF8.self), component.parameters)
        }
        return field(name, component.parameters)
    }

    // MARK: - Derived components (RFC 9421 section 2.2)

    private func derived(_ name: String, _ parameters: StructuredParameters) -> Result<[UInt8], Fault> {
        if name == "@status" {
            guard let status else { return SignedMessage.malformed("@status belongs to responses") }
            return .success(Array(String(status).utf8))
        }
        guard status == nil else { return SignedMessage.malformed("a response has no \(name)") }
        switch name {
        case "@method": return .success(text(head.method))
        case "@request-target": return .success(text(head.target))
        case "@scheme": return .success(scheme.map(FieldName.lowercased))
        case "@path": return .success(head.path.count == 0 ? [UInt8(ascii: "/")] : text(head.path))
        case "@query": return .success([UInt8(ascii: "?")] + (head.query.map(text) ?? []))
        case "@authority": return normalizedAuthority()
        case "@target-uri":
            return normalizedAuthority().map {
                scheme.map(FieldName.lowercased) + Array("://".utf8) + $0 + text(head.target)
            }
        case "@query-param": return queryParameter(parameters)
        default: return SignedMessage.malformed("there is no component of that name")
        }
    }

    /// RFC 9421 section 2.2.3: lower case, default port left out.
    private func normalizedAuthority() -> Result<[UInt8], Fault> {
        guard var name = authority.map({ $0.map(FieldName.lowercased) }) else {
            return SignedMessage.malformed("the request has no authority")
        }
        let port = Array((scheme.elementsEqual("http".utf8) ? ":80" : ":443").utf8)
        if name.count > port.count, name.suffix(port.count).elementsEqual(port) { name.removeLast(port.count) }
        return .success(name)
    }

    /// RFC 9421 section 2.2.8: found by its decoded name, encoded anew; a name that occurs twice cannot be covered.
    private func queryParameter(_ parameters: StructuredParameters) -> Result<[UInt8], Fault> {
        guard case .string(let encoded)? = parameters["name"] else {
            return SignedMessage.malformed("@query-param needs a name")
        }
        var name: [UInt8] = []
        var value: [UInt8] = []
        guard FormReader.decode(encoded.span, appendingTo: &name), let query = head.query.map(text) else {
            return SignedMessage.absent("a signed parameter is not there")
        }
        switch FormReader.find(name, in: query.span, appendingTo: &value) {
        case .appended: return .success(SignedMessage.percentEncoded(value))
        case .absent: return SignedMessage.absent("a signed parameter is not there")
        case .several:
            return .failure(Fault(fault: .duplicateParameter, sentence: "a signed parameter is there more than once"))
        case .malformed:
            return .failure(Fault(fault: .malformedParameters, sentence: "the parameters are not well formed"))
        }
    }

    /// The set of application/x-www-form-urlencoded, a space as `%20`.
    private static func percentEncoded(_ value: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        for byte in value {
            let letter = (byte | 0x20) &- UInt8(ascii: "a")
            let isPlain =
                letter < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "-")
                || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
            if isPlain {
                output.append(byte)
            } else {
                output.append(UInt8(ascii: "%"))
                output += Array(Hex.encode([byte].span).uppercased().utf8)
            }
        }
        return output
    }

    // MARK: - Fields (RFC 9421 section 2.1)

    private func field(_ name: [UInt8], _ parameters: StructuredParameters) -> Result<[UInt8], Fault> {
        let values = values(name).map(SignedMessage.withoutFolds)
        guard !values.isEmpty else {
            return .failure(
                Fault(fault: .coveredHeaderMissing, sentence: "a signed header field is not there")
            )
        }
        if parameters["bs"] != nil {
            // RFC 9421 section 2.1.3: never together with sf or key.
            guard parameters["sf"] == nil, parameters["key"] == nil else {
                return SignedMessage.malformed("bs does not go with sf or key")
            }
            return .success(
                SignedMessage.join(
                    values.map { value in
                        var output: [UInt8] = []
                        StructuredValue.bytes(value).append(to: &output)
                        return output
                    }
                )
            )
        }
        let joined = SignedMessage.join(values)
        if let key = parameters["key"] {
            guard case .string(let wanted) = key, let members = StructuredFieldParser.dictionary(joined) else {
                return SignedMessage.malformed("a signed field is not a dictionary")
            }
            guard let member = members.first(where: { $0.name == wanted })?.member else {
                return SignedMessage.absent("a signed member of a field is not there")
            }
            var output: [UInt8] = []
            member.append(to: &output)
            return .success(output)
        }
        if parameters["sf"] != nil { return SignedMessage.canonical(joined) }
        return .success(joined)
    }

    private static func canonical(_ text: [UInt8]) -> Result<[UInt8], Fault> {
        var output: [UInt8] = []
        if let item = StructuredFieldParser.item(text) {
            item.append(to: &output)
        } else if let members = StructuredFieldParser.dictionary(text) {
            for (index, entry) in members.enumerated() {
                if index > 0 { output += Array(", ".utf8) }
                output += entry.name
                guard case .item(let item) = entry.member, item.value == .boolean(true) else {
                    output.append(UInt8(ascii: "="))
                    entry.member.append(to: &output)
                    continue
                }
                item.parameters.append(to: &output)
            }
        } else if let members = StructuredFieldParser.list(text) {
            for (index, member) in members.enumerated() {
                if index > 0 { output += Array(", ".utf8) }
                member.append(to: &output)
            }
        } else {
            return malformed("a signed field is not structured")
        }
        return .success(output)
    }

    private static func join(_ values: [[UInt8]]) -> [UInt8] {
        Array(values.joined(separator: Array(", ".utf8)))
    }

    /// Obsolete line folding becomes one space (RFC 9110 section 5.2); white space around a value is no part of it.
    private static func withoutFolds(_ value: [UInt8]) -> [UInt8] {
        let isPlain = !value.contains { $0 == 0x0D || $0 == 0x0A } && !isSpace(value.first) && !isSpace(value.last)
        if isPlain { return value }
        var output: [UInt8] = []
        var index = 0
        while index < value.count {
            if value[index] == 0x0D || value[index] == 0x0A {
                while output.last == 0x20 || output.last == 0x09 { output.removeLast() }
                while index < value.count, [0x0D, 0x0A, 0x20, 0x09].contains(value[index]) { index += 1 }
                output.append(0x20)
                continue
            }
            output.append(value[index])
            index += 1
        }
        while let last = output.last, last == 0x20 || last == 0x09 { output.removeLast() }
        return Array(output.drop { $0 == 0x20 || $0 == 0x09 })
    }

    private static func isSpace(_ byte: UInt8?) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func origin(_ url: [UInt8]) -> (scheme: [UInt8], authority: [UInt8])? {
        guard let colon = url.firstIndex(of: UInt8(ascii: ":")), url[colon...].starts(with: "://".utf8) else {
            return nil
        }
        let rest = url[(colon + 3)...]
        let end = rest.firstIndex(of: UInt8(ascii: "/")) ?? rest.endIndex
        let host = rest[..<end]
        let start = host.lastIndex(of: UInt8(ascii: "@")).map { $0 + 1 } ?? host.startIndex
        return (Array(url[..<colon]), Array(host[start...]))
    }

    private static func malformed(_ sentence: String) -> Result<[UInt8], Fault> {
        .failure(Fault(fault: .malformedSignature, sentence: sentence))
    }

    private static func absent(_ sentence: String) -> Result<[UInt8], Fault> {
        .failure(Fault(fault: .coveredValueMissing, sentence: sentence))
    }
}
