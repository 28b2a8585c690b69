/// The segment that is written now.
struct AuditSegment {
    /// The file.
    let descriptor: Int32
    /// Its path.
    let path: String
    /// The number of its first entry.
    let first: UInt64
    /// Bytes written.
    var size: Int
    /// Bytes that the last successful fdatasync covers.
    var durableSize: Int
    /// When it was begun, microseconds since 1970.
    let begun: Int64
}
