internal import AuditLog

/// Finds entries: where the index knows them through the index, everywhere else by reading.
///
/// What it gives are the lines as they stand, each of them held against the filter again; an index can hide nothing but
/// what it was made without, and cannot make anything up. Changes nothing, and may run beside the writer.
package struct AuditSearch {
    /// Which end of the log comes first.
    package enum Order: Sendable, Equatable {
        case oldest
        case newest
    }

    /// What one search found.
    package struct Page: Sendable {
        /// The lines, in the order asked for, without their line feeds.
        package var lines: [[UInt8]] = []
        /// The number to go on from, in the same order; `nil` where nothing follows.
        package var next: UInt64?
    }

    private let reader: AuditSegmentReader
    private let paths: AuditPaths
    private let index: AuditIndex?

    /// Searches the log in `directory`, with an index where there is one that can be used.
    package init(directory: String, index: AuditIndex?, files: any FileOperations = SystemFileOperations()) {
        paths = AuditPaths(root: directory)
        reader = AuditSegmentReader(directory: directory, files: files)
        self.index = index
    }

    private init(paths: AuditPaths, reader: AuditSegmentReader, index: AuditIndex?) {
        self.paths = paths
        self.reader = reader
        self.index = index
    }

    /// The first `limit` matches behind the entry `start` (before it with the newest first), or from the end on.
    ///
    /// `progress` hears of bytes read where the log has to be read.
    package func page(
        _ filter: EntryFilter,
        order: Order = .oldest,
        start: UInt64? = nil,
        limit: Int,
        progress: (_ done: Int, _ of: Int) -> Void = { _, _ in }
    ) throws(AuditIndexFault) -> Page {
        var page = Page()
        // Where every line has to be looked at, reading in order is faster than looking up one after the other.
        guard index == nil || !filter.isOfValuesOnly else {
            return try AuditSearch(paths: paths, reader: reader, index: nil)
                .page(filter, order: order, start: start, limit: limit, progress: progress)
        }
        do {
            // One more than asked for says whether there is another page.
            switch order {
            case .oldest: page.lines = try oldest(filter, start, limit + 1, progress)
            case .newest: page.lines = try newest(filter, start, limit + 1, progress)
            }
        } catch let fault as AuditIndexFault {
            throw fault
        } catch let failure as FileFailure {
            throw .file(failure)
        } catch {
            throw .database("\(error)")
        }
        if page.lines.count > limit {
            page.lines.removeLast()
            page.next = page.lines.last.flatMap { EntryFacts($0.span)?.sequence }
        }
        return page
    }

    private typealias Progress = (_ done: Int, _ of: Int) -> Void

    private func oldest(_ filter: EntryFilter, _ start: UInt64?, _ limit: Int, _ progress: Progress) throws -> [[UInt8]]
    {
        let first = start.map { $0 &+ 1 } ?? 0
        var found: [[UInt8]] = []
        let covered = index?.covered.sequence ?? 0
        if first < covered {
            try indexed(filter, in: first..<covered, .oldest, progress) { line in
                found.append(line)
                return found.count < limit
            }
        }
        guard found.count < limit else { return found }
        let segments = try reader.segments()
        guard let last = segments.last(where: { $0 <= max(first, covered) }) ?? segments.first else { return found }
        let place = first <= covered && index != nil ? index?.covered : nil
        let position = place ?? AuditSegmentReader.Position(segment: last, offset: 0, sequence: last)
        try scan(from: position, filter, progress) { sequence, line in
            if sequence >= first { found.append(line) }
            return found.count < limit
        }
        return found
    }

    private func newest(_ filter: EntryFilter, _ start: UInt64?, _ limit: Int, _ progress: Progress) throws -> [[UInt8]]
    {
        let end = start ?? .max
        var found: [[UInt8]] = []
        // What no index covers is read forwards, segment by segment from the last one, and only its end is kept.
        var upper = end
        for segment in try reader.segments().reversed() where found.count < limit {
            let covered = index?.covered
            if let covered, upper <= covered.sequence { break }
            let isPartial = covered.map { segment <= $0.segment } ?? false
            let position =
                isPartial ? covered : AuditSegmentReader.Position(segment: segment, offset: 0, sequence: segment)
            var part: [[UInt8]] = []
            try scan(from: position, filter, progress) { sequence, line in
                guard sequence < upper else { return false }
                part.append(line)
                if part.count > 2 * limit { part.removeFirst(part.count - limit) }
                return true
            }
            found += part.reversed().prefix(limit - found.count)
            upper = min(upper, segment)
            if isPartial { break }
        }
        guard found.count < limit, let covered = index?.covered.sequence else { return found }
        try indexed(filter, in: 0..<min(covered, end), .newest, progress) { line in
            found.append(line)
            return found.count < limit
        }
        return found
    }

    /// Looks up, reads each candidate's line, and hands over what does match; `take` says whether to go on.
    private func indexed(
        _ filter: EntryFilter,
        in range: Range<UInt64>,
        _ order: Order,
        _ progress: Progress,
        take: ([UInt8]) -> Bool
    ) throws {
        guard let index else { return }
        var looked = 0
        let segments = try reader.segments()
        let view = EntryView()
        try index.candidates(filter, in: range, order: order) { sequence, offset in
            // Entries that were pruned since are gone from the log, and with it from what can be shown.
            guard let segment = AuditSearch.segment(of: sequence, segments) else { return .goOn }
            guard let line = try reader.line(segment: segment, offset: offset), view.read(line.span),
                view.sequence == sequence
            else { throw AuditIndexFault.foreign("it does not fit \(paths.segment(segment))") }
            looked += 1
            if looked & 0xFFF == 0 {
                let done = order == .oldest ? sequence - range.lowerBound : range.upperBound - sequence
                progress(Int(clamping: done), range.count)
            }
            guard filter.matches(view) else { return .goOn }
            return take(line) ? .goOn : .stop
        }
    }

    private func scan(
        from position: AuditSegmentReader.Position?,
        _ filter: EntryFilter,
        _ progress: Progress,
        take: (UInt64, [UInt8]) -> Bool
    ) throws {
        let total = max(try reader.bytes(from: position?.segment ?? 0) - (position?.offset ?? 0), 1)
        let view = EntryView()
        var done = 0
        _ = try reader.read(from: position) { (line: Span<UInt8>, place: AuditSegmentReader.Position) in
            done += line.count + 1
            if place.sequence & 0xFFF == 0 { progress(done, total) }
            guard view.read(line), view.sequence == place.sequence, view.node("seq") != nil else {
                throw AuditIndexFault.log(segment: paths.segment(place.segment), sequence: place.sequence)
            }
            guard filter.matches(view) else { return .goOn }
            return take(place.sequence, view.line) ? .goOn : .stop
        }
    }

    /// The segment that holds an entry, by the numbers of the first entries.
    private static func segment(of sequence: UInt64, _ segments: [UInt64]) -> UInt64? {
        var low = 0
        var high = segments.count
        while low < high {
            let middle = (low + high) / 2
            if segments[middle] <= sequence { low = middle + 1 } else { high = middle }
        }
        return low > 0 ? segments[low - 1] : nil
    }
}
