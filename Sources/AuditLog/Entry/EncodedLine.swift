/// Where an encoded entry lies in the buffer it was appended to, and where its sequence number has to go.
///
/// The event loop serialises everything but the number; the writer inserts the digits. No line feed is included.
package struct EncodedLine: Sendable, Equatable {
    /// The offset of the first byte in the buffer.
    package let start: Int
    /// How many bytes, without the digits of the number.
    package let count: Int
    /// How many bytes after `start` the digits go: right behind `"seq":`.
    package let sequenceOffset: Int

    /// The longest line in bytes, with its digits and its line feed.
    package static let maxLineBytes = 8192
    /// The most digits a sequence number can have.
    package static let maxSequenceDigits = 20

    /// Describes a line.
    package init(start: Int, count: Int, sequenceOffset: Int) {
        self.start = start
        self.count = count
        self.sequenceOffset = sequenceOffset
    }
}
