import Foundation
import GatewayTestSupport

/// The files of this repository, read as text.
///
/// `POSTERN_REPOSITORY` names another checkout to be judged instead.
enum Repository {
    static let root = ProcessInfo.processInfo.environment["POSTERN_REPOSITORY"] ?? SharedData.repositoryRoot

    /// Every Swift file of the gateway.
    static let sources = swift(in: "Sources")

    /// Every Swift file of the tests.
    static let tests = swift(in: "Tests")

    /// The paths of all files below a directory, sorted, relative to the repository.
    static func files(in directory: String) -> [String] {
        guard let walk = FileManager.default.enumerator(atPath: root + "/" + directory) else { return [] }
        var result: [String] = []
        for case let path as String in walk {
            if path.split(separator: "/").contains(where: { $0.hasPrefix(".build") }) { continue }
            var isDirectory: ObjCBool = false
            let full = root + "/" + directory + "/" + path
            guard FileManager.default.fileExists(atPath: full, isDirectory: &isDirectory) else { continue }
            if !isDirectory.boolValue { result.append(directory + "/" + path) }
        }
        return result.sorted()
    }

    /// The names directly in a directory, sorted; `""` is the repository itself.
    static func names(in directory: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: root + "/" + directory)) ?? []).sorted()
    }

    /// The text of a file; `nil` where it is not there or not UTF-8.
    static func text(_ path: String) -> String? { try? String(contentsOfFile: root + "/" + path, encoding: .utf8) }

    private static func swift(in directory: String) -> [SwiftSource] {
        files(in: directory).filter { $0.hasSuffix(".swift") }.compactMap { path in
            text(path).map { SwiftSource(path: path, text: $0) }
        }
    }
}
