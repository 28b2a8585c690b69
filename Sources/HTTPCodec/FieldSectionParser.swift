/// Reads field lines up to and including the empty line: the part that request heads, response heads and trailers share.
///
/// A state machine over a growing prefix of the same bytes: it stops where the bytes end and goes on there, so each byte
/// is visited once and the verdict depends on the bytes only, never on how they were split (R-H1-42). Grammar: RFC 9112
/// section 5 without its leniencies: CR LF only, no folding, no whitespace before the colon, 1*tchar names.
struct FieldSectionParser {
    enum Step {
        case needMoreBytes
        /// The empty line is read; the offset is the one after it.
        case complete(Int)
        case refused(HTTPRefusal)
    }

    fileprivate enum Phase: UInt8 {
        case lineStart
        case name
        case blankBeforeValue
        case value
        case lineFeed
        case lastLineFeed
    }

    /// Where the parser stands in the current line.
    fileprivate struct Line {
        var phase = Phase.lineStart
        var position: Int
        var nameStart = 0
        var nameEnd = 0
        /// Whether the name is letters, digits and `-` only.
        var isPlain = true
        var valueStart = 0
        /// The value's bytes joined by or: a top bit is set when one of them is not ASCII.
        var highBits: UInt64 = 0
    }

    private let maximumFields: Int
    private let maximumNameBytes: Int
    private var line: Line

    /// A parser of at most `maximumFields` lines that begins at offset `start`.
    init(start: Int, maximumFields: Int, maximumNameBytes: Int) {
        self.line = Line(position: start)
        self.maximumFields = maximumFields
        self.maximumNameBytes = maximumNameBytes
    }

    /// Goes on reading `bytes[..<end]`, a prefix that only ever grows, and appends the lines that are complete.
    mutating func parse(_ bytes: RawSpan, end: Int, into fields: inout ContiguousArray<HTTPField>) -> Step {
        // The state lives in a local while bytes are read: in registers, not behind checked accesses of the owner.
        var line = line
        while line.position < end {
            switch line.phase {
            case .lineStart:
                let byte = bytes.byte(at: line.position)
                guard ByteClass.isToken(byte) else {
                    if byte != ByteClass.carriageReturn { return refuseLineStart(byte, isFirst: fields.isEmpty) }
                    line.position &+= 1
                    line.phase = .lastLineFeed
                    continue
                }
                guard fields.count < maximumFields else { return .refused(.tooManyFields) }
                line.nameStart = line.position
                line.isPlain = true
                line.phase = .name
            case .name:
                line.scanName(bytes, to: end)
                if line.position &- line.nameStart > maximumNameBytes { return .refused(.fieldNameTooLong) }
                guard line.position < end else { continue }
                let byte = bytes.byte(at: line.position)
                guard byte == 0x3A else { return refuseInName(byte) }
                line.nameEnd = line.position
                line.position &+= 1
                line.phase = .blankBeforeValue
            case .blankBeforeValue:
                while line.position < end, ByteClass.isBlank(bytes.byte(at: line.position)) { line.position &+= 1 }
                guard line.position < end else { continue }
                line.valueStart = line.position
                line.highBits = 0
                line.phase = .value
            case .value:
                line.position = bytes.firstControl(from: line.position, to: end, highBits: &line.highBits)
                guard line.position < end else { continue }
                let byte = bytes.byte(at: line.position)
                guard byte == ByteClass.carriageReturn else {
                    return .refused(byte == ByteClass.lineFeed ? .bareLineFeed : .fieldValueMalformed)
                }
                fields.append(line.field(bytes))
                line.position &+= 1
                line.phase = .lineFeed
            case .lineFeed:
                guard bytes.byte(at: line.position) == ByteClass.lineFeed else { return .refused(.bareCarriageReturn) }
                line.position &+= 1
                line.phase = .lineStart
            case .lastLineFeed:
                guard bytes.byte(at: line.position) == ByteClass.lineFeed else { return .refused(.bareCarriageReturn) }
                return .complete(line.position &+ 1)
            }
        }
        self.line = line
        return .needMoreBytes
    }

    private func refuseLineStart(_ byte: UInt8, isFirst: Bool) -> Step {
        switch byte {
        case ByteClass.space, ByteClass.tab: .refused(isFirst ? .whitespaceBeforeFields : .foldedField)
        case ByteClass.lineFeed: .refused(.bareLineFeed)
        case 0x3A: .refused(.fieldNameEmpty)
        default: .refused(.fieldNameMalformed)
        }
    }

    private func refuseInName(_ byte: UInt8) -> Step {
        switch byte {
        case ByteClass.space, ByteClass.tab: .refused(.spaceBeforeColon)
        case ByteClass.carriageReturn: .refused(.colonMissing)
        case ByteClass.lineFeed: .refused(.bareLineFeed)
        default: .refused(.fieldNameMalformed)
        }
    }
}

extension FieldSectionParser.Line {
    /// Goes to the first byte that is not part of the name.
    @inline(__always)
    fileprivate mutating func scanName(_ bytes: RawSpan, to end: Int) {
        while position &+ 8 <= end {
            let stops = RawSpan.notPlain(in: bytes.word(at: position))
            if stops == 0 {
                position &+= 8
                continue
            }
            position &+= stops.trailingZeroBitCount &>> 3
            guard ByteClass.isToken(bytes.byte(at: position)) else { return }
            isPlain = false
            position &+= 1
        }
        while position < end {
            let byte = bytes.byte(at: position)
            guard ByteClass.isToken(byte) else { return }
            if !ByteClass.isPlain(byte) { isPlain = false }
            position &+= 1
        }
    }

    /// The line whose value ends at `position`.
    @inline(__always)
    fileprivate func field(_ bytes: RawSpan) -> HTTPField {
        var end = position
        while end > valueStart, ByteClass.isBlank(bytes.byte(at: end &- 1)) { end &-= 1 }
        return HTTPField(
            name: HTTPSpan(from: nameStart, to: nameEnd),
            value: HTTPSpan(from: valueStart, to: end),
            id: .identify(bytes, at: nameStart, length: nameEnd &- nameStart, plain: isPlain),
            isASCII: highBits & 0x8080_8080_8080_8080 == 0
        )
    }
}
