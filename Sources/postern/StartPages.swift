import Glibc

/// Gives back what only the start has used: reading a configuration touches far more code than serving does.
///
/// Code pages are clean copies of files; the kernel brings one back when it is needed again. Nothing that was written to is
/// touched: only mappings that can be run and not written. What fails is left as it is.
enum StartPages {
    static func giveBack() {
        giveBackHeap()
        guard let maps = fopen("/proc/self/maps", "re") else { return }
        defer { fclose(maps) }
        // The list is read whole before the first mapping is let go.
        var ranges: [Range<UInt>] = []
        while let line = readLine(from: maps) {
            if let range = codeRange(line) { ranges.append(range) }
        }
        for range in ranges {
            madvise(UnsafeMutableRawPointer(bitPattern: range.lowerBound), range.count, Int32(MADV_DONTNEED))
        }
    }

    /// `malloc_trim(0)`; found by name, since the C library's module for Swift does not declare it.
    private static func giveBackHeap() {
        typealias Trim = @convention(c) (Int) -> Int32
        guard let symbol = dlsym(nil, "malloc_trim") else { return }
        _ = unsafeBitCast(symbol, to: Trim.self)(0)
    }

    /// The addresses of a line such as `7f00-7f20 r-xp 00000000 fe:00 77 /usr/lib/x`, if it is code of a file.
    static func codeRange(_ line: String) -> Range<UInt>? {
        let parts = line.split(separator: " ")
        guard parts.count >= 6, parts[1] == "r-xp", parts[5].hasPrefix("/") else { return nil }
        let ends = parts[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard ends.count == 2, ends[0] < ends[1] else { return nil }
        return ends[0]..<ends[1]
    }

    private static func readLine(from file: UnsafeMutablePointer<FILE>) -> String? {
        var buffer: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(buffer) }
        guard getline(&buffer, &capacity, file) > 0, let buffer else { return nil }
        return String(cString: buffer)
    }
}
