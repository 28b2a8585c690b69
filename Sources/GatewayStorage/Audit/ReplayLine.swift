internal import AuditLog

/// The members of one line that the replay store needs, found without reading the whole line as JSON.
struct ReplayLine {
    private enum Kind {
        case admit
        case outcome
        case duplicate
        case resolved(isDone: Bool)
        case allowed
    }

    private let kind: Kind
    private let requestID: Int
    private let key: Range<Int>
    private let source: Range<Int>
    private let status: Int
    private let marks: Int?
    private let end: Int
    /// The time of the entry.
    let time: Int64

    /// Finds the members; `nil` for other kinds of entries and those without a replay key.
    init?(_ line: Span<UInt8>) {
        guard let (kind, kindEnd) = ReplayLine.decision(line) ?? ReplayLine.kind(line) else { return nil }
        self.kind = kind
        guard let rid = ReplayLine.find(",\"rid\":\"", line, from: kindEnd), rid + 36 < line.count,
            let rk = ReplayLine.find(",\"rk\":\"", line, from: rid + 36, within: 2), rk + 27 < line.count
        else { return nil }
        guard let name = ReplayLine.find(",\"source\":\"", line, from: rk + 27) else { return nil }
        var nameEnd = name
        while nameEnd < line.count, line[nameEnd] != UInt8(ascii: "\"") { nameEnd &+= 1 }
        guard let stamp = ReplayLine.find(",\"ts\":\"", line, from: nameEnd), stamp + 27 < line.count,
            let time = EntryTime.parse(line.extracting(stamp..<(stamp + 27)))
        else { return nil }
        var status = 0
        if let place = ReplayLine.find(",\"status\":", line, from: nameEnd, within: 2) {
            status = ReplayLine.integer(line, from: place)
        }
        if let place = ReplayLine.find(",\"rm\":\"", line, from: rk + 27, within: 2), place + 32 < line.count {
            marks = place
        } else {
            marks = nil
        }
        requestID = rid
        key = rk..<(rk + 27)
        source = name..<nameEnd
        self.status = status
        self.time = time
        end = stamp + 27
    }

    /// The kind of a request's entry, and the place behind what names it.
    private static func kind(_ line: Span<UInt8>) -> (Kind, Int)? {
        guard let end = find("\"kind\":\"request.", line, from: 0), end + 7 < line.count else { return nil }
        switch (line[end], line[end + 1]) {
        case (UInt8(ascii: "a"), _): return (.admit, end)
        case (UInt8(ascii: "o"), _): return (.outcome, end)
        // `duplicate`, not `deny`.
        case (UInt8(ascii: "d"), UInt8(ascii: "u")): return (.duplicate, end)
        default: return nil
        }
    }

    /// The same for what an operator decided: `action` is the first member of such a line.
    private static func decision(_ line: Span<UInt8>) -> (Kind, Int)? {
        guard let action = find("{\"action\":\"replay.", line, from: 0, within: 0),
            let end = find("\"kind\":\"admin.action\"", line, from: action)
        else { return nil }
        // Spelt in `ReplayDecision`: `allow`, `done`, `retry`.
        switch line[action] {
        case UInt8(ascii: "a"): return (.allowed, end)
        case UInt8(ascii: "d"): return (.resolved(isDone: true), end)
        case UInt8(ascii: "r"): return (.resolved(isDone: false), end)
        default: return nil
        }
    }

    /// The entry; `nil` where a member is not of its form.
    func entry(_ line: Span<UInt8>, _ sources: inout SourceNames) -> AuditReplayEntry? {
        guard let bytes = ReplayKeyBytes(text: line.extracting(key)),
            let id = ReplayLine.uuid(line.extracting(requestID..<(requestID + 36)))
        else { return nil }
        let act: AuditReplayEntry.Act
        switch kind {
        case .admit: act = .admitted
        case .duplicate: act = .duplicate(status: status)
        case .outcome: act = outcome(line)
        case .resolved(let isDone): act = .resolved(isDone: isDone)
        case .allowed: act = .allowed
        }
        return AuditReplayEntry(
            act: act,
            key: bytes,
            requestID: id,
            marks: ReplayLine.marks(line, at: marks),
            source: sources.name(line.extracting(source)),
            time: time
        )
    }

    private func outcome(_ line: Span<UInt8>) -> AuditReplayEntry.Act {
        guard let up = ReplayLine.find(",\"up\":{", line, from: end, within: 2),
            let state = ReplayLine.find("\"state\":\"", line, from: up - 1), state < line.count
        else { return .unknown }
        switch line[state] {
        case UInt8(ascii: "d"):
            let place = ReplayLine.find(",\"status\":", line, from: state)
            return .done(status: place.map { ReplayLine.integer(line, from: $0) } ?? status)
        case UInt8(ascii: "f"): return .failed
        default: return .unknown
        }
    }

    /// The time of the first line in a piece of a segment.
    static func time(of piece: Span<UInt8>) -> Int64? {
        guard let stamp = find("\"ts\":\"", piece, from: 0) else { return nil }
        // The event's own `ts` is a number, so this is the entry's.
        guard stamp + 27 <= piece.count else { return nil }
        return EntryTime.parse(piece.extracting(stamp..<(stamp + 27)))
    }

    /// The offset behind the next occurrence of `pattern`; with `within`, only where it begins so close to `start`.
    private static func find(
        _ pattern: StaticString,
        _ line: Span<UInt8>,
        from start: Int,
        within distance: Int = .max
    ) -> Int? {
        let length = pattern.utf8CodeUnitCount
        guard length >= 6, start >= 0, line.count - start >= length else { return nil }
        return line.withUnsafeBytes { bytes in
            let head = UnsafeRawPointer(pattern.utf8Start).loadUnaligned(as: UInt32.self)
            let last = min(line.count - length, distance > line.count ? line.count : start + distance)
            guard let base = bytes.baseAddress, start <= last else { return nil }
            for index in start...last
            where (base + index).loadUnaligned(as: UInt32.self) == head
                && equals(base + index, pattern.utf8Start, length)
            {
                return index + length
            }
            return nil
        }
    }

    private static func equals(_ left: UnsafeRawPointer, _ right: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        for index in 4..<count where left.load(fromByteOffset: index, as: UInt8.self) != right[index] { return false }
        return true
    }

    private static func marks(_ line: Span<UInt8>, at place: Int?) -> AuditReplayEntry.Marks {
        guard let place else { return .none }
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<32 {
            let byte = line[place + index]
            let value = byte &- 0x30 < 10 ? byte &- 0x30 : byte &- 0x61 < 6 ? byte &- 0x57 : 255
            guard value < 16 else { return .none }
            if index < 16 { words.0 = words.0 << 4 | UInt64(value) } else { words.1 = words.1 << 4 | UInt64(value) }
        }
        return AuditReplayEntry.Marks(body: words.0, content: words.1)
    }

    private static func integer(_ line: Span<UInt8>, from start: Int) -> Int {
        var value = 0
        var index = start
        while index < line.count, index < start + 9, line[index] &- 0x30 < 10 {
            value = value * 10 + Int(line[index] &- 0x30)
            index += 1
        }
        return value
    }

    private static func uuid(_ text: Span<UInt8>) -> UUIDv7? {
        var words: (UInt64, UInt64) = (0, 0)
        var digits = 0
        for index in 0..<36 {
            let byte = text[index]
            if index == 8 || index == 13 || index == 18 || index == 23 {
                if byte != UInt8(ascii: "-") { return nil }
                continue
            }
            let lower = byte | 0x20
            let value = byte &- 0x30 < 10 ? byte &- 0x30 : lower &- 0x61 < 6 ? lower &- 0x57 : 255
            guard value < 16 else { return nil }
            if digits < 16 { words.0 = words.0 << 4 | UInt64(value) } else { words.1 = words.1 << 4 | UInt64(value) }
            digits += 1
        }
        return UUIDv7(high: words.0, low: words.1)
    }
}
