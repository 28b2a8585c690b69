// swift-tools-version: 6.2
import PackageDescription

// Settings every target of ours shares. Warnings are errors: a warning nobody reads is a bug nobody sees.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]
// The pure targets also have to mark every unsafe operation with `unsafe`.
let pure: [SwiftSetting] = strict + [.strictMemorySafety()]

let nioCore: Target.Dependency = .product(name: "NIOCore", package: "swift-nio")
let nioPosix: Target.Dependency = .product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioEmbedded: Target.Dependency = .product(name: "NIOEmbedded", package: "swift-nio")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let systemPackage: Target.Dependency = .product(name: "SystemPackage", package: "swift-system")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
    name: "postern",
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "GatewayCrypto", dependencies: ["COpenSSL"], swiftSettings: pure),
        .target(name: "StrictJSON", swiftSettings: pure),
        .target(name: "JSONSchema", dependencies: ["StrictJSON"], swiftSettings: pure),
        .target(
            name: "WebhookVerification",
            dependencies: ["StrictJSON", "JSONSchema", "GatewayCrypto"],
            swiftSettings: pure
        ),
        .target(name: "HTTPCodec", dependencies: [nioCore], swiftSettings: strict),
        .target(name: "AuditLog", dependencies: ["StrictJSON", "GatewayCrypto"], swiftSettings: pure),
        .target(
            name: "GatewayConfig",
            dependencies: [
                "WebhookVerification", "JSONSchema", "StrictJSON", "GatewayCrypto", yams, systemPackage,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatewayStorage",
            dependencies: [
                "AuditLog", "WebhookVerification", "GatewayCrypto", "StrictJSON", "CZlib", systemPackage, logging,
                grdb, sqlite,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "GatewayServer",
            dependencies: [
                "GatewayConfig", "GatewayStorage", "AuditLog", "WebhookVerification", "HTTPCodec", "JSONSchema",
                "StrictJSON", "GatewayCrypto", nioCore, nioPosix, nioHTTP1, nioSSL, logging,
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "postern",
            dependencies: [
                "GatewayServer", "GatewayConfig", "GatewayStorage", "AuditLog", "WebhookVerification", argumentParser,
            ],
            swiftSettings: strict
        ),

        .executableTarget(
            name: "json-bench",
            dependencies: ["JSONSchema", "StrictJSON"],
            path: "Benchmarks/json",
            exclude: ["race.py"],
            swiftSettings: strict
        ),

        .executableTarget(
            name: "keys-bench",
            dependencies: ["GatewayCrypto"],
            path: "Benchmarks/keys",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "signature-bench",
            dependencies: ["WebhookVerification", "GatewayCrypto"],
            path: "Benchmarks/signatures",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "audit-index-bench",
            dependencies: ["GatewayStorage", "AuditLog", "WebhookVerification", logging],
            path: "Benchmarks/audit-index",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "audit-bench",
            dependencies: ["AuditLog", "GatewayCrypto", "GatewayStorage", logging],
            path: "Benchmarks/audit",
            swiftSettings: strict
        ),

        .target(name: "GatewayTestSupport", path: "Tests/GatewayTestSupport", swiftSettings: strict),
        .testTarget(
            name: "GatewayCryptoTests",
            dependencies: ["GatewayCrypto", "GatewayTestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StrictJSONTests",
            dependencies: ["StrictJSON", "GatewayTestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "JSONSchemaTests",
            dependencies: ["JSONSchema", "StrictJSON", "GatewayTestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebhookVerificationTests",
            dependencies: ["WebhookVerification", "StrictJSON", "JSONSchema", "GatewayCrypto", "GatewayTestSupport"],
            exclude: ["Vectors"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPCodecTests",
            dependencies: ["HTTPCodec", "GatewayTestSupport", nioCore, nioHTTP1, nioEmbedded],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AuditLogTests",
            dependencies: ["AuditLog", "StrictJSON", "GatewayCrypto", "GatewayTestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatewayConfigTests",
            dependencies: ["GatewayConfig", "WebhookVerification", "JSONSchema", "StrictJSON", "GatewayTestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatewayStorageTests",
            dependencies: ["GatewayStorage", "AuditLog", "WebhookVerification", "GatewayCrypto", "GatewayTestSupport"],
            exclude: ["Python"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "GatewayServerTests",
            dependencies: [
                "GatewayServer", "GatewayConfig", "HTTPCodec", "WebhookVerification", "GatewayTestSupport", nioCore,
                nioPosix, nioEmbedded,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["GatewayTestSupport", "postern"],
            exclude: ["Handlers"],
            swiftSettings: strict
        ),
        .testTarget(name: "ArchitectureTests", dependencies: ["GatewayTestSupport"], swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)

// Fuzz targets need libFuzzer, which only `.ci/run fuzz` links: no other build knows of them.
if Context.environment["POSTERN_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz-json",
            dependencies: ["JSONSchema", "StrictJSON"],
            path: "Tests/Fuzz/json",
            swiftSettings: strict
        )
    )
    package.targets.append(
        .executableTarget(
            name: "fuzz-signatures",
            dependencies: ["WebhookVerification", "GatewayCrypto"],
            path: "Tests/Fuzz/signatures",
            swiftSettings: strict
        )
    )
}
