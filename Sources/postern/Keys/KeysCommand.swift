import ArgumentParser

/// The whole life of signing keys.
struct KeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Signing keys in the encrypted keyring: add, rotate, revoke, and what they were used for.",
        discussion: """
            The configuration says where the keyring is (keys: {file: …}); a source takes its keys from it with
            'secret: keyring:NAME'. A running gateway takes every change at once. Secrets are shown once and are never
            an argument.

            First time:  postern keys init-master && postern keys add SOURCE
            Rotation:    postern keys rotate SOURCE
            Emergency:   postern keys revoke KEY --reason leaked --compromised-since 2026-08-01T00:00:00Z

            Exit 0: done. 1: no such source or key. 65: the keyring, secret or act is not what it has to be.
            66: no keyring, or no input. 73: the directory cannot be written. 74: reading or writing failed.
            75: another command is at work, an older file, or the gateway did not take it. 78: configuration, master key.
            """,
        subcommands: [
            KeysListCommand.self, KeysShowCommand.self, KeysAddCommand.self, KeysImportCommand.self,
            KeysRotateCommand.self, KeysPromoteCommand.self, KeysRetireCommand.self, KeysSuspendCommand.self,
            KeysActivateCommand.self, KeysRevokeCommand.self, KeysDestroyCommand.self, KeysExportCommand.self,
            KeysVerifyCommand.self, KeysRewrapCommand.self, KeysUsageCommand.self, KeysInitMasterCommand.self,
        ]
    )
}
