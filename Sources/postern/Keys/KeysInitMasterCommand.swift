import ArgumentParser
import GatewayServer

/// Makes a master key for a first start.
struct KeysInitMasterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init-master",
        abstract: "Make the master key of the keyring as a file, mode 0600.",
        discussion:
            "An existing file is left alone (exit 73). Where 'keys: master' is no file, nothing is made (exit 78)."
    )

    @OptionGroup var options: KeyOptions

    func run() throws {
        let tool = try options.tool()
        let path = try KeyOptions.orEnd { () throws(KeyToolFault) in try tool.makeMaster() }
        if options.json {
            var line = JSONLine()
            line.add("file", path)
            print(line.text)
            return
        }
        print("\(path): 32 random bytes, mode 0600")
        for line in KeysInitMasterCommand.advice(path) { print(line) }
    }

    private static func advice(_ path: String) -> [String] {
        [
            "Whoever has this file and the keyring has every secret.",
            "In production keep it apart:",
            "  systemd-creds encrypt --name=postern-master \\",
            "    \(path) /etc/postern/master.cred",
            "  [Service] LoadCredentialEncrypted=postern-master:/etc/postern/master.cred",
            "  keys: {master: credential:postern-master}, and remove this file.",
        ]
    }
}
