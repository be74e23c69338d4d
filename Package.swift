// swift-tools-version: 6.2
import PackageDescription

/// `GROUPLITE_ONLY=Storage,BinaryLog swift test` builds just these modules' tests: quick turns while working on one.
let onlyTests = Context.environment["GROUPLITE_ONLY"].map { Set($0.split(separator: ",").map(String.init)) }

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .treatAllWarnings(as: .error),
    // Measured: 238 ns against 1 ns for an unspecialised integer read across modules (Docs/architecture.md).
    // Exclusive access is checked at run time in debug builds, that is in all tests (measured: 3 % of a session's time).
    .unsafeFlags(["-cross-module-optimization", "-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// The pure cores are optimised in debug builds too: `make test` runs thousands of simulated groups.
let coreSettings = settings + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func core(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: coreSettings)
}

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

/// The release binary has Swift's libraries in it (`make build`); LLVM's linker does not warn of what these leave unused.
let linking: [LinkerSetting] = [.unsafeFlags(["-use-ld=lld"])]

func tests(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name)] + dependencies, exclude: exclude,
        swiftSettings: settings)
}

/// `GROUPLITE_FUZZ=1` (`make fuzz`): the fuzz targets as a program of libFuzzer's, everything compiled to tell what an input
/// reaches. Otherwise the same files are a test, which runs the corpus.
let isFuzzing = Context.environment["GROUPLITE_FUZZ"] != nil
let fuzzedModules: [Target.Dependency] = [
    "Platform", "Network", "MySQLTypes", "MySQLProtocol", "MySQLConnection", "MySQLParser", "BinaryLog", "Consensus",
    "GroupCommunicationCore", "GroupCommunication", "GroupReplicationCore", "GroupReplication", "Storage", "Accounts",
    "SQLExpressions", "SQLBinder", "SystemCatalog", "SQLDefinitions", "SQLEngine", "Server",
]
let fuzzing: Target =
    isFuzzing
    ? .executableTarget(
        name: "fuzzer", dependencies: fuzzedModules, path: "Tests/FuzzingTests", exclude: ["Corpus", "FuzzTests.swift", "FunctionCallTests.swift", "fuzz"],
        swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])],
        linkerSettings: [.unsafeFlags(["-sanitize=fuzzer", "-use-ld=lld"])])
    : .testTarget(
        name: "FuzzingTests", dependencies: fuzzedModules, exclude: ["Corpus", "Main.swift", "fuzz"], swiftSettings: settings)

let allTests: [Target] = [
    tests("Platform"),
    tests("Cryptography"),
    tests("Network"),
    tests("MySQLTypes"),
    tests("MySQLProtocol"),
    tests("MySQLConnection"),
    tests("MySQLParser"),
    tests("BinaryLog", exclude: ["Fixtures"]),
    tests("Consensus"),
    tests("GroupCommunication", ["GroupCommunicationCore", "Cryptography", "Network"]),
    tests("GroupReplication", ["GroupReplicationCore"]),
    tests("Simulation"),
    tests("Storage", ["MySQLTypes", "BinaryLog", "Platform", "CSQLite"]),
    tests(
        "SQLEngine",
        [
            "Storage", "GroupReplicationCore", "GroupReplication", "MySQLProtocol", "Accounts", "SQLExpressions", "SQLBinder",
            "SystemCatalog", "SQLDefinitions",
        ], exclude: ["Traits/statement-facts.tsv", "Binder/binder-golden.txt", "Files/fields.tsv"]),
    tests("Server"),
    fuzzing,
]

let package = Package(
    name: "grouplite",
    products: [.executable(name: "grouplite", targets: ["grouplite"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    ],
    targets: [
        .systemLibrary(name: "CPlatform"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CLZ4", pkgConfig: "liblz4", providers: [.apt(["liblz4-dev"])]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

        core("Primitives"),
        core("Platform", ["Primitives", "CPlatform"]),
        library("Cryptography", ["Platform", "COpenSSL"]),
        library("Network", ["Platform", "CPlatform", "Cryptography", "COpenSSL"]),
        library("MySQLTypes", ["Platform"]),
        library("MySQLProtocol", ["Platform", "Cryptography"]),
        library("MySQLConnection", ["Platform", "Cryptography", "Network", "MySQLProtocol", "CZlib", "CZstd"]),
        library("MySQLParser", ["Platform", "MySQLTypes"]),
        core("GTIDs", ["Primitives"]),
        library("BinaryLog", ["Platform", "CPlatform", "CZlib", "MySQLTypes", "GTIDs"]),
        core("Consensus", ["Primitives", .product(name: "DequeModule", package: "swift-collections")]),
        core(
            "GroupCommunicationCore",
            ["Primitives", "Consensus", .product(name: "DequeModule", package: "swift-collections")]),
        core(
            "GroupCommunication",
            [
                "GroupCommunicationCore", "Platform", "Cryptography", "Network", "Consensus", "CLZ4",
                .product(name: "DequeModule", package: "swift-collections"),
            ]),
        core(
            "GroupReplicationCore",
            [
                "Primitives", "GTIDs", "GroupCommunicationCore", .product(name: "DequeModule", package: "swift-collections"),
            ]),
        library(
            "GroupReplication",
            [
                "GroupReplicationCore", "Platform", "BinaryLog", "GroupCommunication", "MySQLProtocol", "MySQLConnection", "Network",
                .product(name: "DequeModule", package: "swift-collections"),
            ]),
        library("Storage", ["Platform", "MySQLTypes", "MySQLProtocol", "BinaryLog", "CSQLite"]),
        library(
            "SQLExpressions",
            ["Platform", "MySQLTypes", "MySQLProtocol", "BinaryLog", "CSQLite", "CZlib", "COpenSSL"]),
        library("Accounts", ["Platform", "Cryptography", "MySQLProtocol", "MySQLParser", "MySQLTypes", "Storage"]),
        library(
            "SQLBinder",
            ["Platform", "MySQLTypes", "MySQLProtocol", "MySQLParser", "Storage", "Accounts", "SQLExpressions", "CSQLite"]),
        library(
            "SystemCatalog",
            ["Platform", "MySQLTypes", "MySQLProtocol", "MySQLParser", "Storage", "Accounts", "SQLExpressions", "SQLBinder"]),
        library(
            "SQLDefinitions",
            [
                "Platform", "MySQLTypes", "MySQLProtocol", "MySQLParser", "BinaryLog", "Storage", "Accounts",
                "SQLExpressions", "SQLBinder", "SystemCatalog",
            ]),
        library(
            "SQLEngine",
            [
                "Platform", "MySQLTypes", "MySQLProtocol", "MySQLParser", "BinaryLog", "Storage", "Accounts", "SQLExpressions",
                "SQLBinder", "SystemCatalog", "SQLDefinitions", "GroupReplication", "GroupCommunication", "CSQLite", "CZlib",
            ]),
        library(
            "Server",
            [
                "Platform", "Cryptography", "Network", "MySQLTypes", "MySQLProtocol", "MySQLConnection", "Accounts",
                "SQLExpressions", "SystemCatalog", "SQLDefinitions", "SQLEngine", "Storage", "GroupReplication",
                "GroupCommunication", "BinaryLog",
            ]),
        .executableTarget(
            name: "grouplite",
            dependencies: ["Server", "Cryptography", "MySQLConnection", "Network", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings, linkerSettings: linking),
        core("Simulation", ["Primitives", "Consensus", "GroupCommunicationCore"]),
        .executableTarget(
            name: "simulator",
            dependencies: ["Simulation", "Platform", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: settings, linkerSettings: linking),
        .executableTarget(
            name: "storagebench", dependencies: ["Platform", "MySQLTypes", "Storage", "CSQLite"], swiftSettings: settings,
            linkerSettings: linking),
    ] + allTests.filter { onlyTests?.contains(String($0.name.dropLast("Tests".count))) ?? true }
)

// Tests of single modules do not wait for (or fail with) the programs above them.
if let onlyTests, onlyTests.isDisjoint(with: ["Server", "Fuzzing"]) {
    package.targets.removeAll { ["grouplite", "simulator", "storagebench", "Server"].contains($0.name) }
    package.products.removeAll()
}

if isFuzzing {
    package.products = [.executable(name: "fuzzer", targets: ["fuzzer"])]
    package.targets.removeAll { $0.type == .test || ["grouplite", "simulator", "storagebench"].contains($0.name) }
    for target in package.targets where target.type == .regular || target.type == .executable {
        target.swiftSettings = (target.swiftSettings ?? []) + [.unsafeFlags(["-O", "-sanitize=fuzzer"])]
    }
}
