internal import COpenSSL

/// Key material: bytes outside the reach of swap and core dumps, wiped when the last owner lets go.
///
/// Kept in OpenSSL's secure heap (one locked area of 1 MiB per process) and, where that is full or cannot be had, in
/// plain memory, still wiped at the end. It has no description of its contents, is compared in constant time, and is
/// never changed after it was made, which is what makes it safe to share between threads.
@safe
package final class SecretBytes: @unchecked Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible {
    // `@unchecked`: no lock, because the bytes are written once, inside `init`, before anyone else can see them.
    private let storage: UnsafeMutableRawPointer
    private let isSecure: Bool
    /// How many bytes.
    package let count: Int

    /// Copies `bytes`; the caller still has to wipe its own copy, see `wipe(_:)`.
    package init(_ bytes: Span<UInt8>) {
        count = bytes.count
        let size = max(bytes.count, 1)
        _ = SecretBytes.secureHeap
        // The random generator keeps its state there, too, and fails where it finds no room: a quarter is its own.
        let hasRoom = CRYPTO_secure_used() + size < SecretBytes.share
        if hasRoom, let secure = unsafe CRYPTO_secure_malloc(size, nil, 0) {
            unsafe storage = secure
            isSecure = true
        } else {
            unsafe storage = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
            isSecure = false
        }
        unsafe bytes.withUnsafeBytes { source in
            if let base = source.baseAddress { unsafe storage.copyMemory(from: base, byteCount: source.count) }
        }
    }

    /// Takes the bytes of an array and wipes the array.
    package convenience init(consuming bytes: inout [UInt8]) {
        self.init(bytes.span)
        SecretBytes.wipe(&bytes)
    }

    deinit {
        if isSecure {
            unsafe CRYPTO_secure_clear_free(storage, max(count, 1), nil, 0)
        } else {
            unsafe OPENSSL_cleanse(storage, max(count, 1))
            unsafe storage.deallocate()
        }
    }

    /// Lends the bytes for the time of a call; nothing may keep or copy them beyond it without wiping the copy.
    package func withBytes<Result, Failure: Error>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let buffer = unsafe UnsafeRawBufferPointer(start: storage, count: count)
        return try unsafe body(Span(_bytes: RawSpan(_unsafeBytes: buffer)))
    }

    /// Writes zeroes over an array, also where the optimiser would leave that out, and empties it.
    package static func wipe(_ bytes: inout [UInt8]) {
        unsafe bytes.withUnsafeMutableBytes { buffer in
            if let base = buffer.baseAddress { unsafe OPENSSL_cleanse(base, buffer.count) }
        }
        bytes.removeAll()
    }

    /// Compares in constant time; only the lengths are not secret.
    package static func == (left: SecretBytes, right: SecretBytes) -> Bool {
        left.withBytes { leftBytes in right.withBytes { constantTimeEquals(leftBytes, $0) } }
    }

    /// The number of bytes, never their values.
    package var description: String { "SecretBytes(\(count) bytes)" }
    /// The same as `description`.
    package var debugDescription: String { description }

    /// Whether the locked area could be set up (2 of `CRYPTO_secure_malloc_init`: it exists but is not locked).
    private static let secureHeap: Bool = CRYPTO_secure_malloc_init(1 << 20, 64) != 0
    /// How much of it secrets may take, in bytes.
    private static let share = 3 << 18
}
