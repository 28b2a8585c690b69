internal import Synchronization

/// File operations in which a compressed segment looks as if it were the plain one: `N.jsonl` for `N.jsonl.gz`.
///
/// Where both are there, which a crash can leave behind, the plain one counts. Reading goes forward cheaply; going back
/// starts again at the first byte. Safe to use from any thread. Source: `docs/audit-log-format.md`, files.
package final class SegmentFiles: FileOperations {
    /// One open compressed segment.
    private final class Inflated {
        let inflater = GzipInflater()
        /// The next byte of the compressed file to read.
        var fileOffset = 0
        var input: [UInt8] = []
        var taken = 0
        /// Inflated bytes that were not asked for yet, and the offset of the first of them.
        var output: [UInt8] = []
        var offset = 0
        var hasEnded = false
    }

    /// Open compressed segments by descriptor, behind a lock that is held while one of them is read.
    private final class Table: @unchecked Sendable {
        // `@unchecked`: `states` is only touched under the lock.
        let lock = Mutex<Void>(())
        var states: [Int32: Inflated] = [:]
    }

    private static let chunk = 256 * 1024
    private let base: any FileOperations
    private let table = Table()

    /// Puts the layer over `base`; over itself it adds nothing.
    package init(_ base: any FileOperations) { self.base = (base as? SegmentFiles)?.base ?? base }

    package func open(_ path: String, _ mode: FileOpenMode) throws(FileFailure) -> Int32 {
        do throws(FileFailure) {
            return try base.open(path, mode)
        } catch {
            // ENOENT
            guard mode == .read, error.code == 2, path.hasSuffix(".jsonl") else { throw error }
            do throws(FileFailure) {
                return try openCompressed(path + ".gz")
            } catch let second {
                throw second.code == 2 ? error : second
            }
        }
    }

    /// Opens a compressed file for reading its text.
    func openCompressed(_ path: String) throws(FileFailure) -> Int32 {
        let descriptor = try base.open(path, .read)
        table.lock.withLock { _ in table.states[descriptor] = Inflated() }
        return descriptor
    }

    package func close(_ descriptor: Int32) {
        table.lock.withLock { _ in table.states[descriptor] = nil }
        base.close(descriptor)
    }

    package func read(_ descriptor: Int32, count: Int, at offset: Int) throws(FileFailure) -> [UInt8] {
        // A closure of withLock cannot throw a typed error of ours; the result carries it.
        let result: Result<[UInt8], FileFailure>? = table.lock.withLock { _ in
            guard let state = table.states[descriptor] else { return nil }
            do throws(FileFailure) {
                if offset < state.offset {
                    let again = Inflated()
                    table.states[descriptor] = again
                    return .success(try inflated(again, descriptor, count: count, at: offset))
                }
                return .success(try inflated(state, descriptor, count: count, at: offset))
            } catch {
                return .failure(error)
            }
        }
        guard let result else { return try base.read(descriptor, count: count, at: offset) }
        return try result.get()
    }

    private func inflated(
        _ state: Inflated,
        _ descriptor: Int32,
        count: Int,
        at offset: Int
    ) throws(FileFailure) -> [UInt8] {
        while true {
            let skipped = min(max(offset - state.offset, 0), state.output.count)
            if skipped > 0 {
                state.output.removeFirst(skipped)
                state.offset += skipped
            }
            if state.offset == offset, state.output.count >= count || state.hasEnded {
                let part = Array(state.output.prefix(count))
                state.output.removeFirst(part.count)
                state.offset += part.count
                return part
            }
            // The end of the file lies before the offset.
            if state.hasEnded { return [] }
            try inflateMore(state, descriptor)
        }
    }

    private func inflateMore(_ state: Inflated, _ descriptor: Int32) throws(FileFailure) {
        var isAtEnd = false
        if state.taken == state.input.count {
            state.input = try base.read(descriptor, count: SegmentFiles.chunk, at: state.fileOffset)
            state.fileOffset += state.input.count
            state.taken = 0
            isAtEnd = state.input.isEmpty
        }
        let before = state.output.count
        let step = state.inflater.inflate(
            state.input,
            taken: &state.taken,
            into: &state.output,
            room: SegmentFiles.chunk
        )
        switch step {
        case .ended:
            // One member and nothing behind it.
            let rest = try base.read(descriptor, count: 1, at: state.fileOffset)
            guard state.taken == state.input.count, rest.isEmpty else { throw SegmentFiles.damaged }
            state.hasEnded = true
        case .goOn: if isAtEnd, state.output.count == before { throw SegmentFiles.damaged }
        case .damaged: throw SegmentFiles.damaged
        }
    }

    /// What a compressed segment that cannot be read looks like: EBADMSG.
    static let damaged = FileFailure(call: "inflate", path: "", code: 74)

    package func size(_ descriptor: Int32) throws(FileFailure) -> Int {
        let size = try base.size(descriptor)
        let isCompressed = table.lock.withLock { _ in table.states[descriptor] != nil }
        guard isCompressed else { return size }
        // The last four bytes are the length of the text, less than 4 GiB for a segment of ours.
        let tail = try base.read(descriptor, count: 4, at: max(size - 4, 0))
        return tail.reversed().reduce(0) { $0 << 8 | Int($1) }
    }

    package func list(_ path: String) throws(FileFailure) -> [String] {
        let names = try base.list(path)
        guard names.contains(where: { $0.hasSuffix(".jsonl.gz") }) else { return names }
        var seen: Set<String> = []
        let mapped = names.map { $0.hasSuffix(".jsonl.gz") ? String($0.dropLast(3)) : $0 }
        return mapped.filter { seen.insert($0).inserted }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    package func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileFailure) -> Int {
        try base.write(descriptor, bytes)
    }
    package func fdatasync(_ descriptor: Int32) throws(FileFailure) { try base.fdatasync(descriptor) }
    package func syncDirectory(_ path: String) throws(FileFailure) { try base.syncDirectory(path) }
    package func truncate(_ path: String, to size: Int) throws(FileFailure) { try base.truncate(path, to: size) }
    package func rename(_ from: String, _ to: String) throws(FileFailure) { try base.rename(from, to) }
    package func link(_ from: String, _ to: String) throws(FileFailure) { try base.link(from, to) }
    package func unlink(_ path: String) throws(FileFailure) { try base.unlink(path) }
    package func makeDirectory(_ path: String) throws(FileFailure) { try base.makeDirectory(path) }
    package func setMode(_ descriptor: Int32, _ mode: UInt32) throws(FileFailure) { try base.setMode(descriptor, mode) }
    package func mode(_ descriptor: Int32) throws(FileFailure) -> UInt32 { try base.mode(descriptor) }
    package func lock(_ descriptor: Int32) throws(FileFailure) -> Bool { try base.lock(descriptor) }
    package func unlock(_ descriptor: Int32) { base.unlock(descriptor) }
    package func allocate(_ descriptor: Int32, size: Int) throws(FileFailure) {
        try base.allocate(descriptor, size: size)
    }
    package func space(_ path: String) throws(FileFailure) -> (free: UInt64, total: UInt64) { try base.space(path) }
}
