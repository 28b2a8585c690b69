import Foundation
import GatewayStorage
import Synchronization

/// The system's file operations, of which the n-th one fails, once or from then on.
final class FaultyFiles: FileOperations {
    /// What fails.
    enum Plan: Sendable, Equatable {
        case never
        case once(call: Int, code: Int32)
        case from(call: Int, code: Int32)
        /// Every call of this name.
        case always(name: String, code: Int32)
    }

    /// A write that stands still until the test lets it go.
    final class Hold: Sendable {
        let entered = DispatchSemaphore(value: 0)
        let leave = DispatchSemaphore(value: 0)
    }

    private let hold = Mutex<Hold?>(nil)
    private let state: Mutex<(plan: Plan, calls: Int, hits: Int, names: [String])>
    private let system = SystemFileOperations()

    init(_ plan: Plan = .never) { state = Mutex((plan, 0, 0, [])) }

    private let space = Mutex<(free: UInt64, total: UInt64)?>(nil)

    /// Says how much space there is.
    func setSpace(free: UInt64, total: UInt64) { space.withLock { $0 = (free, total) } }

    /// Makes the next write stand still.
    func holdNextWrite() -> Hold {
        let made = Hold()
        hold.withLock { $0 = made }
        return made
    }

    var calls: Int { state.withLock { $0.calls } }
    var hits: Int { state.withLock { $0.hits } }
    var names: [String] { state.withLock { $0.names } }
    func set(_ plan: Plan) { state.withLock { $0.plan = plan } }

    private func step(_ name: String, _ path: String = "") throws(FileFailure) {
        let code: Int32? = state.withLock { state in
            state.calls += 1
            state.names.append(name)
            let code: Int32? =
                switch state.plan {
                case .never: nil
                case .once(let call, let code): state.calls == call ? code : nil
                case .from(let call, let code): state.calls >= call ? code : nil
                case .always(let wanted, let code): wanted == name ? code : nil
                }
            if code != nil { state.hits += 1 }
            return code
        }
        if let code { throw FileFailure(call: name, path: path, code: code) }
    }

    func open(_ path: String, _ mode: FileOpenMode) throws(FileFailure) -> Int32 {
        try step("open", path)
        return try system.open(path, mode)
    }
    func close(_ descriptor: Int32) { system.close(descriptor) }
    func write(_ descriptor: Int32, _ bytes: Span<UInt8>) throws(FileFailure) -> Int {
        let held = hold.withLock { hold in
            defer { hold = nil }
            return hold
        }
        if let held {
            held.entered.signal()
            held.leave.wait()
        }
        do throws(FileFailure) {
            try step("write")
        } catch {
            // A disk that fills up takes a part first.
            if error.isOutOfSpace, bytes.count > 1 {
                _ = try system.write(descriptor, bytes.extracting(first: bytes.count / 2))
            }
            throw error
        }
        return try system.write(descriptor, bytes)
    }
    func read(_ descriptor: Int32, count: Int, at offset: Int) throws(FileFailure) -> [UInt8] {
        try step("read")
        return try system.read(descriptor, count: count, at: offset)
    }
    func fdatasync(_ descriptor: Int32) throws(FileFailure) {
        try step("fdatasync")
        try system.fdatasync(descriptor)
    }
    func syncDirectory(_ path: String) throws(FileFailure) {
        try step("fsync", path)
        try system.syncDirectory(path)
    }
    func truncate(_ path: String, to size: Int) throws(FileFailure) {
        try step("ftruncate", path)
        try system.truncate(path, to: size)
    }
    func rename(_ from: String, _ to: String) throws(FileFailure) {
        try step("rename", to)
        try system.rename(from, to)
    }
    func link(_ from: String, _ to: String) throws(FileFailure) {
        try step("link", to)
        try system.link(from, to)
    }
    func unlink(_ path: String) throws(FileFailure) {
        try step("unlink", path)
        try system.unlink(path)
    }
    func makeDirectory(_ path: String) throws(FileFailure) {
        try step("mkdir", path)
        try system.makeDirectory(path)
    }
    func setMode(_ descriptor: Int32, _ mode: UInt32) throws(FileFailure) {
        try step("fchmod")
        try system.setMode(descriptor, mode)
    }
    func mode(_ descriptor: Int32) throws(FileFailure) -> UInt32 { try system.mode(descriptor) }
    func size(_ descriptor: Int32) throws(FileFailure) -> Int { try system.size(descriptor) }
    func list(_ path: String) throws(FileFailure) -> [String] {
        try step("opendir", path)
        return try system.list(path)
    }
    func lock(_ descriptor: Int32) throws(FileFailure) -> Bool { try system.lock(descriptor) }
    func unlock(_ descriptor: Int32) { system.unlock(descriptor) }
    func allocate(_ descriptor: Int32, size: Int) throws(FileFailure) {
        try step("posix_fallocate")
        try system.allocate(descriptor, size: size)
    }
    func space(_ path: String) throws(FileFailure) -> (free: UInt64, total: UInt64) {
        if let space = space.withLock({ $0 }) { return space }
        return try system.space(path)
    }
}
