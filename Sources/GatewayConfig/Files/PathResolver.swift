/// Makes the paths of a configuration absolute: relative ones count from the directory of the configuration file.
struct PathResolver: Sendable {
    /// The directory of the configuration file, without a slash at its end; empty for the root directory.
    let directory: String

    init(configurationFile: String) {
        if let slash = configurationFile.utf8.lastIndex(of: UInt8(ascii: "/")) {
            directory = String(configurationFile[..<slash])
        } else {
            directory = "."
        }
    }

    /// `path` itself where it is absolute, else below the configuration's directory.
    func resolve(_ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : directory + "/" + path
    }
}
