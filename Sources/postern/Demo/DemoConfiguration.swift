/// The configuration of the demo, as a user would write it, behind the mark of `DemoSite`.
enum DemoConfiguration {
    /// Everything behind the mark, for an application at `port` of 127.0.0.1.
    static func text(handlerPort port: Int) -> String {
        let application = "http://127.0.0.1:\(port)"
        return """
            ; `postern check --dev --config postern.yaml` judges it.
            version: 1
            listen:
              - address: 127.0.0.1:0             # 0: the system chooses a port
                tls: {certificate: certs/localhost.pem, key: certs/localhost.key}
                trusted_proxies: [127.0.0.8]     # X-Forwarded-For counts from here only
            admin: {address: 127.0.0.1:0}

            sources:
              cms:                               # 01.software
                preset: 01software
                path: \(DemoSender.cms.path)
                allow: {ips: [127.0.0.1]}
                limits: {body: 64KiB}
                signature: {secret: "file:keys/cms"}
                audit: {fields: {/collection: plain, /operation: plain, /data/id: plain}}
                forward:
                  rules:                         # orders also have to fit a schema of their own
                    - when: {/collection: orders}
                      schema: schemas/order.json
                      to: \(application)\(DemoSender.cms.handlerPath)
                  otherwise: \(application)\(DemoSender.cms.handlerPath)

              github:
                preset: github
                path: \(DemoSender.github.path)
                allow: {ips: [127.0.0.1]}
                signature: {secret: "file:keys/github"}
                schema: schemas/github-event.json
                forward: {to: \(application)\(DemoSender.github.handlerPath)}

              crm:                               # Standard Webhooks
                preset: standard
                path: \(DemoSender.crm.path)
                allow: {ips: [127.0.0.1]}
                signature: {secret: "file:keys/crm"}
                schema: builtin:standard
                event: {allow: [contact.*]}
                forward: {to: \(application)\(DemoSender.crm.handlerPath)}

              billing:                           # signs as Stripe does
                preset: stripe
                path: \(DemoSender.billing.path)
                allow: {ips: [127.0.0.1]}
                signature: {secret: "file:keys/billing"}
                schema: schemas/billing-event.json
                forward: {to: \(application)\(DemoSender.billing.handlerPath)}

            audit: {dir: audit, origin: \(DemoSite.origin), node: \(DemoSite.node), durability: sync}

            """
    }
}
