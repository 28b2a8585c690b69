/// Serialises a `RequestEntry` into the line that is stored, all but the sequence number.
///
/// The form is RFC 8785: members sorted by construction, no white space, integers only. Nothing is allocated once the
/// buffer has its size. Source: `docs/audit-log-format.md`, encoding.
package enum RequestLineEncoder {
    /// Room for one attempt: a line that outgrows this was too long anyway.
    private static let workspace = 16 * 1024
    /// The longest line before the number, the member `cut` and the line feed are added.
    private static let maxBody = EncodedLine.maxLineBytes - 512
    /// The text limits that are tried in turn until the line fits; under the last one, lists are left out.
    private static let limits = [RequestEntry.textLimit, 160, 40, 8]

    /// Appends the line of `entry` to `buffer` and says where it is.
    ///
    /// `inout` although nothing is changed: so the closure that writes refers to the entry in place of copying it.
    package static func encode(_ entry: inout RequestEntry, into buffer: inout [UInt8]) -> EncodedLine {
        let start = buffer.count
        var pass = LinePass(limit: RequestEntry.textLimit)
        for limit in limits {
            pass = LinePass(limit: limit)
            buffer.append(addingCapacity: workspace) { output in
                pass.write(entry, to: &output)
            }
            if buffer.count - start <= maxBody { break }
            buffer.removeSubrange(start...)
        }
        if !pass.cut.isEmpty { insertCut(pass.cut, &pass, into: &buffer, start: start) }
        return EncodedLine(start: start, count: buffer.count - start, sequenceOffset: pass.sequenceOffset)
    }

    private static func insertCut(_ cut: CutFields, _ pass: inout LinePass, into buffer: inout [UInt8], start: Int) {
        var member = cut.member
        let length = member.count
        // The member may become the first of the line, whose comma is the brace already.
        if pass.cutOffset == 0 {
            member[0] = UInt8(ascii: "{")
            buffer[start] = UInt8(ascii: ",")
        }
        buffer.insert(contentsOf: member, at: start + pass.cutOffset)
        pass.sequenceOffset += length
    }
}
