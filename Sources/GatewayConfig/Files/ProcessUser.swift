#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// The user that this process acts as.
enum ProcessUser {
    /// The effective user id.
    static var effective: UInt32 { geteuid() }
}
