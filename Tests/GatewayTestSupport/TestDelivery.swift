/// A request as a sender would make it; every part can be changed.
package struct TestDelivery: Sendable {
    /// The method.
    package var method = "POST"
    /// The target.
    package var target: String
    /// The version in the request line.
    package var version = "HTTP/1.1"
    /// The field lines, without framing ones.
    package var fields: [(name: String, value: String)]
    /// The body.
    package var body: [UInt8]
    /// How the body's length is told.
    package var framing = Framing.length

    /// How the body's length is told.
    package enum Framing: Sendable {
        case length
        /// In chunks of at most so many bytes.
        case chunked(Int)
        /// Another number than the true one.
        case announced(Int)
        case none
    }

    /// A delivery without signature.
    package init(_ target: String, body: [UInt8]) {
        self.target = target
        self.body = body
        fields = [("Host", "gateway.test"), ("Content-Type", "application/json"), ("User-Agent", "sender/1.0")]
    }

    /// The value of the first field called `name`; `nil` removes it.
    package subscript(_ name: String) -> String? {
        get { fields.first { $0.name.lowercased() == name.lowercased() }?.value }
        set {
            let index = fields.firstIndex { $0.name.lowercased() == name.lowercased() }
            switch (index, newValue) {
            case (let index?, let value?): fields[index].value = value
            case (let index?, nil): fields.remove(at: index)
            case (nil, let value?): fields.append((name, value))
            case (nil, nil): break
            }
        }
    }

    /// The same with another value of a field.
    package func with(_ name: String, _ value: String?) -> TestDelivery {
        var copy = self
        copy[name] = value
        return copy
    }

    /// The same with `change` made to it.
    package func changed(_ change: (inout TestDelivery) -> Void) -> TestDelivery {
        var copy = self
        change(&copy)
        return copy
    }

    /// The head, its empty line included.
    package var head: [UInt8] {
        var text = "\(method) \(target) \(version)\r\n"
        for field in fields { text += "\(field.name): \(field.value)\r\n" }
        switch framing {
        case .length: text += "Content-Length: \(body.count)\r\n"
        case .announced(let length): text += "Content-Length: \(length)\r\n"
        case .chunked: text += "Transfer-Encoding: chunked\r\n"
        case .none: break
        }
        return Array((text + "\r\n").utf8)
    }

    /// The bytes on the wire.
    package var bytes: [UInt8] {
        guard case .chunked(let size) = framing else { return head + body }
        var bytes = head
        for start in stride(from: 0, to: body.count, by: size) {
            let part = body[start..<min(start + size, body.count)]
            bytes += Array(String(part.count, radix: 16).utf8) + [13, 10] + part + [13, 10]
        }
        return bytes + Array("0\r\n\r\n".utf8)
    }
}
