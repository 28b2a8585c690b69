/// Decides which address a delivery came from: the peer's, or the one that trusted proxies say they saw.
///
/// X-Forwarded-For counts only where the peer is a trusted proxy; then all its lines joined in order are walked from the
/// right, trusted addresses are skipped, and the first other address is the client. Forwarded, X-Real-IP and the like
/// are never read. Source: `docs/threat-model.md`, client address (R-IP-03 to R-IP-12).
package final class ClientAddressResolver: Sendable {
    /// The proxies whose X-Forwarded-For is believed.
    package let trustedProxies: IPNetworkSet
    /// Elements of X-Forwarded-For over all lines (R-IP-12).
    package let elementsMax: Int
    /// Bytes of X-Forwarded-For over all lines (R-IP-12).
    package let bytesMax: Int
    /// Stored here and not as a global, which would be looked up through a lazy initialiser for every request.
    private let fieldName: [UInt8]

    /// Makes a resolver; with no trusted proxies the peer always decides.
    package init(trustedProxies: IPNetworkSet, elementsMax: Int = 32, bytesMax: Int = 4096) {
        self.trustedProxies = trustedProxies
        self.elementsMax = elementsMax
        self.bytesMax = bytesMax
        fieldName = Array("x-forwarded-for".utf8)
    }

    /// The client's address, or `address.forwarded_invalid` where a trusted proxy sent nothing usable.
    ///
    /// `bytes` are the head's; `peer` is the address of the socket, or the one that the PROXY protocol named. An element
    /// that the walk reaches and cannot read is a refusal, never skipped; elements further left are not looked at. A list
    /// of nothing but trusted addresses names no client and is refused.
    package func resolve(
        _ head: borrowing DeliveryHead,
        in bytes: Span<UInt8>,
        peer: IPAddress
    ) -> Result<IPAddress, Denial> {
        guard trustedProxies.contains(peer) else { return .success(peer) }
        if let denial = checkSize(head, in: bytes) { return .failure(denial) }
        var index = head.fields.count
        while index > 0 {
            index &-= 1
            let field = head.fields[index]
            guard isForwardedFor(bytes.extracting(field.name.bounds)) else { continue }
            switch walk(bytes.extracting(field.value.bounds)) {
            case .client(let address): return .success(address)
            case .unreadable:
                return .failure(
                    Denial(.addressForwardedInvalid, "X-Forwarded-For holds an element that is not an address")
                )
            case .onlyTrusted: continue
            }
        }
        return .failure(Denial(.addressForwardedInvalid, "X-Forwarded-For names trusted proxies only"))
    }

    private enum Walk {
        case client(IPAddress)
        case unreadable
        case onlyTrusted
    }

    /// Walks one line from the right.
    private func walk(_ line: Span<UInt8>) -> Walk {
        var end = line.count
        while true {
            var start = end
            while start > 0, line[start &- 1] != UInt8(ascii: ",") { start &-= 1 }
            let element = ClientAddressResolver.trimmed(line, start..<end)
            guard let address = IPAddress(forwardedElement: line.extracting(element)) else { return .unreadable }
            if !trustedProxies.contains(address) { return .client(address) }
            if start == 0 { return .onlyTrusted }
            end = start &- 1
        }
    }

    /// Counts lines, elements and bytes before anything is read.
    private func checkSize(_ head: borrowing DeliveryHead, in bytes: Span<UInt8>) -> Denial? {
        var elements = 0
        var total = 0
        var index = 0
        while index < head.fields.count {
            let field = head.fields[index]
            index &+= 1
            guard isForwardedFor(bytes.extracting(field.name.bounds)) else { continue }
            let line = bytes.extracting(field.value.bounds)
            total &+= line.count
            elements &+= 1
            for position in line.indices where line[position] == UInt8(ascii: ",") { elements &+= 1 }
        }
        if elements == 0 {
            return Denial(.addressForwardedInvalid, "a trusted proxy sent no X-Forwarded-For")
        }
        if elements > elementsMax {
            return Denial(.addressForwardedInvalid, "X-Forwarded-For has more than \(elementsMax) elements")
        }
        if total > bytesMax {
            return Denial(.addressForwardedInvalid, "X-Forwarded-For is longer than \(bytesMax) bytes")
        }
        return nil
    }

    private func isForwardedFor(_ name: Span<UInt8>) -> Bool {
        guard name.count == fieldName.count else { return false }
        var index = 0
        while index < name.count {
            if FieldName.lowercased(name[index]) != fieldName[index] { return false }
            index &+= 1
        }
        return true
    }

    /// `range` without the spaces and tabs at both ends.
    private static func trimmed(_ line: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
        var start = range.lowerBound
        var end = range.upperBound
        while start < end, isSpace(line[start]) { start &+= 1 }
        while end > start, isSpace(line[end &- 1]) { end &-= 1 }
        return start..<end
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
