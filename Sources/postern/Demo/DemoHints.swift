import GatewayServer

/// The lines of `--keep`: what to paste into another terminal, with the real paths and ports.
enum DemoHints {
    static func text(_ stage: DemoStage) -> String {
        let directory = quoted(stage.site.directory)
        let proxied = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "http_proxy"]
            .contains { Environment.all[$0]?.isEmpty == false }
        let curl = "curl -sSi -w '\\n'\(proxied ? " --noproxy '*'" : "") --cacert \"$dir/certs/localhost.pem\""
        let admin = stage.gateway.adminAddresses.first ?? ""
        return """

            Still running. Paste into another terminal; end with Ctrl-C here.

            # A signed order: let through (200). Once more: "Duplicate event ignored".
            dir=\(directory)
            url=https://127.0.0.1:\(stage.port)\(DemoSender.cms.path)
            body='{"collection":"orders","operation":"create","data":{"id":"mine","total":5}}'
            sig=$(printf %s "$body" | openssl dgst -sha256 -hmac "$(cat "$dir/keys/cms")" | sed 's/.* //')
            \(curl) "$url" \\
              -H 'content-type: application/json' -H "x-webhook-signature: $sig" -d "$body"

            # The same signature on another body: refused (401), and only the log says why.
            \(curl) "$url" \\
              -H 'content-type: application/json' -H "x-webhook-signature: $sig" -d "${body%?\\}}0}}"
            tail -n 1 "$dir"/audit/\(DemoSite.node)/segments/*.jsonl

            # Metrics and health.
            curl -s\(proxied ? " --noproxy '*'" : "") http://\(admin)/metrics | grep '^postern_requests_total'
            curl -s\(proxied ? " --noproxy '*'" : "") http://\(admin)/readyz

            """
    }

    /// A word of the shell.
    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { byte in
            byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 26 || "/._-".utf8.contains(byte)
        }
        return isPlain
            ? text
            : "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }
}
