import ArgumentParser

/// Prints what a shell needs to complete this command.
struct CompletionCommand: ParsableCommand {
    /// The shells that are known.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash
        case zsh
        case fish
    }

    static let configuration = CommandConfiguration(
        commandName: "completion",
        abstract: "Print the completion script of a shell.",
        discussion: """
            bash: postern completion bash > /usr/share/bash-completion/completions/postern
            zsh:  postern completion zsh > "${fpath[1]}/_postern"
            fish: postern completion fish > ~/.config/fish/completions/postern.fish
            """
    )

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() {
        switch shell {
        case .bash: print(Postern.completionScript(for: .bash))
        case .zsh: print(Postern.completionScript(for: .zsh))
        case .fish: print(Postern.completionScript(for: .fish))
        }
    }
}
