import Foundation

/// Looks through the whole memory of another process, what is kept out of core dumps included; needs root.
enum ProcessMemory {
    /// How often `needle` is in it.
    static func count(_ needle: [UInt8], in process: Int32) throws -> Int {
        let maps = try String(contentsOfFile: "/proc/\(process)/maps", encoding: .utf8)
        let memory = open("/proc/\(process)/mem", O_RDONLY)
        guard memory >= 0 else { throw CocoaError(.fileReadNoPermission) }
        defer { close(memory) }
        let wanted = Data(needle)
        var count = 0
        for line in maps.split(separator: "\n") {
            let words = line.split(separator: " ")
            let ends = words[0].split(separator: "-").compactMap { Int($0, radix: 16) }
            guard words[1].hasPrefix("r"), ends.count == 2, !line.hasSuffix("[vvar]"), !line.hasSuffix("[vsyscall]")
            else { continue }
            var bytes = Data(count: ends[1] - ends[0])
            let read = bytes.withUnsafeMutableBytes { pread(memory, $0.baseAddress, $0.count, off_t(ends[0])) }
            guard read > 0 else { continue }
            var from = bytes.startIndex
            while let found = bytes.range(of: wanted, in: from..<(bytes.startIndex + read)) {
                count += 1
                from = found.upperBound
            }
        }
        return count
    }
}
