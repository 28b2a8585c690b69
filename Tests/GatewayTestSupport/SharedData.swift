package import Foundation

/// Finds the test data that stays out of the repository: official suites, real payloads, providers' vectors.
///
/// The data lies in the directory `shared` beside the repository, or where `POSTERN_SHARED` points. A clone without it
/// skips the tests that need it; `.ci/run` sets `POSTERN_REQUIRE_SHARED=1` and insists on it.
package enum SharedData {
    /// The absolute path of the data, `nil` where it is not there.
    package static let root: String? = {
        let fromEnvironment = ProcessInfo.processInfo.environment["POSTERN_SHARED"]
        let candidate = fromEnvironment ?? repositoryRoot + "/../shared"
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: candidate, isDirectory: &isDirectory), isDirectory.boolValue else {
            return nil
        }
        return candidate
    }()

    /// Whether the data is there: the condition of the tests that use it.
    package static var isAvailable: Bool { root != nil }

    /// The absolute path of this repository, taken from where this source file was compiled.
    package static let repositoryRoot: String = {
        let file = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }()

    /// Reads one file of the shared data; `relativePath` counts from its root.
    package static func read(_ relativePath: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: (root ?? "") + "/" + relativePath))
    }
}
