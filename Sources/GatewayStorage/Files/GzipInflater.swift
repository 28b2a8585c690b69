internal import CZlib

/// Reads a gzip file piece by piece (RFC 1952); one member, nothing behind it.
///
/// Owned by one thread at a time.
final class GzipInflater {
    /// What came of one step.
    enum Step: Equatable {
        /// More bytes of the file are needed, or there is room for more output.
        case goOn
        /// The end of the member; its checksum and length were right.
        case ended
        /// The bytes are no gzip member.
        case damaged
    }

    private let stream: UnsafeMutablePointer<z_stream>
    private var isReady: Bool

    /// Starts at the first byte of a file.
    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        // 15 bits of window, 16 for the gzip form.
        isReady = inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
    }

    deinit {
        if isReady { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Inflates what fits from `input` behind `taken` into `output`, and moves `taken` on.
    func inflate(_ input: [UInt8], taken: inout Int, into output: inout [UInt8], room: Int) -> Step {
        guard isReady, room > 0 else { return .damaged }
        var result = Z_OK
        let before = output.count
        output.append(contentsOf: repeatElement(0, count: room))
        let written = output.withUnsafeMutableBufferPointer { target in
            input.withUnsafeBufferPointer { source in
                stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress.map { $0 + taken })
                stream.pointee.avail_in = UInt32(input.count - taken)
                stream.pointee.next_out = target.baseAddress.map { $0 + before }
                stream.pointee.avail_out = UInt32(room)
                result = CZlib.inflate(stream, Z_NO_FLUSH)
                taken = input.count - Int(stream.pointee.avail_in)
                return room - Int(stream.pointee.avail_out)
            }
        }
        output.removeLast(room - written)
        switch result {
        case Z_STREAM_END: return .ended
        // No progress was possible: more input is needed.
        case Z_OK, Z_BUF_ERROR: return .goOn
        default: return .damaged
        }
    }
}
