import Foundation
import GatewayTestSupport

/// A file system of a few kibibytes that a test can fill, where the machine lets it mount one.
final class SmallDisk {
    let path: String
    private let directory: TestDirectory

    /// Whether one can be made here.
    static let isAvailable: Bool = {
        guard geteuid() == 0, ChildProcess.isInstalled("mount") else { return false }
        return (try? SmallDisk(kibibytes: 1_024)) != nil
    }()

    /// No file system could be mounted.
    struct NotMounted: Error {}

    init(kibibytes: Int) throws {
        directory = try TestDirectory()
        path = directory.path
        let mount = ["mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k,mode=0700", "tmpfs", path]
        guard try ChildProcess.run(mount).ending == .exited(0) else { throw NotMounted() }
    }

    /// Makes it larger.
    func grow(kibibytes: Int) throws {
        _ = try ChildProcess.run(["mount", "-o", "remount,size=\(kibibytes)k", path])
    }

    deinit { _ = try? ChildProcess.run(["umount", "-l", path]) }
}
