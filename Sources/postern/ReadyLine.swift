import GatewayServer
import Glibc

/// Tells whoever started us where we listen.
enum ReadyLine {
    /// Writes `{"listeners":[…],"admin":[…]}` and closes the descriptor.
    static func write(_ gateway: Gateway, to descriptor: Int32) {
        let line = "{\"listeners\":[\(list(gateway.addresses))],\"admin\":[\(list(gateway.adminAddresses))]}\n"
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        if descriptor > 2 { close(descriptor) }
    }

    private static func list(_ addresses: [String]) -> String {
        addresses.map { "\"\($0)\"" }.joined(separator: ",")
    }
}
