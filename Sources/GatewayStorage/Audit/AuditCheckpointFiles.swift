/// Writes checkpoints so that a crash leaves the old or the new one, whole.
struct AuditCheckpointFiles {
    let paths: AuditPaths
    let files: any FileOperations

    /// Makes `note` the newest checkpoint and retains it under its size.
    ///
    /// Both names are one file: the retained name is made first, so that the newest checkpoint is always retained too.
    func publish(_ note: [UInt8], size: UInt64) throws(FileFailure) {
        let temporary = "\(paths.root)/.checkpoint.tmp"
        // A rename over the same file does nothing and leaves the temporary name behind; start from none.
        try files.unlink(temporary)
        let descriptor = try files.open(temporary, .replace(mode: 0o640))
        do throws(FileFailure) {
            try files.writeAll(descriptor, note.span)
            try files.fdatasync(descriptor)
        } catch {
            files.close(descriptor)
            throw error
        }
        files.close(descriptor)
        try files.link(temporary, paths.checkpoint(size))
        try files.rename(temporary, paths.checkpoint)
        try files.syncDirectory(paths.checkpoints)
        try files.syncDirectory(paths.root)
    }
}
