internal import CZlib

/// Makes a gzip file piece by piece (RFC 1952), always the same bytes for the same text.
///
/// Owned by one thread at a time.
final class GzipDeflater {
    private let stream: UnsafeMutablePointer<z_stream>
    private let isReady: Bool

    /// Starts a file.
    init() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let size = Int32(MemoryLayout<z_stream>.size)
        isReady = deflateInit2_(stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
    }

    deinit {
        if isReady { deflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// What becomes of the next bytes of the text; `nil` where zlib refuses, which only lack of memory makes it do.
    func deflate(_ input: [UInt8], isLast: Bool) -> [UInt8]? {
        guard isReady else { return nil }
        var output: [UInt8] = []
        var result = Z_OK
        input.withUnsafeBufferPointer { source in
            stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
            stream.pointee.avail_in = UInt32(input.count)
            repeat {
                let chunk = [UInt8](unsafeUninitializedCapacity: 64 * 1024) { target, count in
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(target.count)
                    result = CZlib.deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    count = target.count - Int(stream.pointee.avail_out)
                }
                output += chunk
            } while result == Z_OK && stream.pointee.avail_out == 0
        }
        switch result {
        case Z_STREAM_END: return output
        case Z_OK, Z_BUF_ERROR: return isLast ? nil : output
        default: return nil
        }
    }
}
