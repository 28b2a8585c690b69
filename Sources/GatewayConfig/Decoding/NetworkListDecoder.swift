internal import WebhookVerification

/// Decodes lists of networks.
struct NetworkListDecoder {
    let log: MistakeLog

    /// The networks of a list; every mistake is at its element: no network, host bits, `/0`, overlap (R-IP-11).
    func decode(_ items: [(text: String, position: TextPosition)], everything: String) -> [IPNetwork] {
        var networks: [IPNetwork] = []
        var positions: [TextPosition] = []
        for item in items {
            do throws(IPNetwork.Fault) {
                let network = try IPNetwork(parsing: item.text)
                if network.prefixLength == 0 {
                    log.mistake("'\(item.text)' is every address; \(everything)", at: item.position)
                    continue
                }
                networks.append(network)
                positions.append(item.position)
            } catch {
                log.mistake("'\(ConfigNode.cut(item.text))' \(error.sentence)", at: item.position)
            }
        }
        if let overlap = IPNetworkSet.overlap(in: networks) {
            let (earlier, later) = (networks[overlap.earlier], networks[overlap.later])
            log.mistake("'\(later.text)' overlaps '\(earlier.text)'", at: positions[overlap.later])
        }
        return networks
    }
}
