// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

/// The fuzzer needs a sanitizer: `make fuzz-findings` and its like ask for it.
let fuzzer: [Target] =
  Context.environment["NETPOL_FUZZ"] == nil
  ? []
  : [
    .executableTarget(
      name: "netpol-fuzz",
      dependencies: [
        "TestSupport", "Rules", "Reporting", "Engine", "Config", "Model", "YAMLSource", "Writing", "Diagnostics",
      ],
      path: "Fuzz", exclude: ["seeds", "dictionary"], swiftSettings: strict)
  ]

// The targets stand in the order of the imports: each one imports only targets above it.
let package = Package(
  name: "netpol-lint",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "netpol-lint", targets: ["netpol-lint"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ],
  targets: [
    .systemLibrary(
      name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"]), .brew(["libyaml"])]),
    .target(name: "Diagnostics", swiftSettings: strict),
    .target(name: "Writing", dependencies: ["Diagnostics"], swiftSettings: strict),
    .target(name: "YAMLSource", dependencies: ["CYAML", "Diagnostics"], swiftSettings: strict),
    .target(
      name: "RuleData", path: "rules",
      resources: [
        .embedInCode("port-sets.yaml"), .embedInCode("hipaa.yaml"), .embedInCode("labels.yaml"),
        .embedInCode("cni.yaml"), .embedInCode("ignored-kinds.yaml"), .embedInCode("kustomize.yaml"),
        .embedInCode("vendor-policies.yaml"), .embedInCode("calls.yaml"),
      ],
      swiftSettings: strict),
    .target(name: "Model", dependencies: ["YAMLSource", "Diagnostics"], swiftSettings: strict),
    .target(name: "Facts", dependencies: ["RuleData", "Model", "YAMLSource", "Diagnostics"], swiftSettings: strict),
    .target(
      name: "Config", dependencies: ["Facts", "Model", "YAMLSource", "Writing", "Diagnostics"], swiftSettings: strict),
    .target(
      name: "Assembly", dependencies: ["Config", "Facts", "Model", "YAMLSource", "Diagnostics"], swiftSettings: strict),
    .target(name: "Input", dependencies: ["Assembly", "Config", "Diagnostics", system], swiftSettings: strict),
    .target(name: "Engine", dependencies: ["Model", "Diagnostics"], swiftSettings: strict),
    .target(
      name: "Traffic", dependencies: ["Engine", "Assembly", "Config", "Facts", "Model", "YAMLSource", "Diagnostics"],
      swiftSettings: strict),
    .target(
      name: "Rules",
      dependencies: ["Traffic", "Engine", "Assembly", "Config", "Facts", "Model", "YAMLSource", "Diagnostics"],
      swiftSettings: strict),
    .target(name: "Reporting", dependencies: ["YAMLSource", "Writing", "Diagnostics"], swiftSettings: strict),
    .target(
      name: "Queries",
      dependencies: [
        "Traffic", "Engine", "Assembly", "Config", "Facts", "Reporting", "Model", "YAMLSource", "Writing",
        "Diagnostics",
      ],
      swiftSettings: strict),
    .target(
      name: "Evidence",
      dependencies: [
        "Reporting", "Rules", "Traffic", "Engine", "Assembly", "Config", "Facts", "Model", "YAMLSource",
        "Writing", "Diagnostics",
      ],
      swiftSettings: strict),
    .target(
      name: "Page",
      dependencies: ["Queries", "Reporting", "Traffic", "Engine", "Config", "Model", "Writing", "Diagnostics"],
      resources: [.embedInCode("page.js"), .embedInCode("page.css")], swiftSettings: strict),
    .target(
      name: "Fixing",
      dependencies: ["Queries", "Rules", "Traffic", "Engine", "Model", "YAMLSource", "Diagnostics"],
      swiftSettings: strict),
    .target(
      name: "Setup", dependencies: ["Rules", "Traffic", "Config", "Facts", "Model", "Writing", "Diagnostics"],
      swiftSettings: strict),
    .target(
      name: "Server",
      dependencies: [
        "Rules", "Reporting", "Traffic", "Engine", "Config", "Facts", "Model", "YAMLSource", "Writing", "Diagnostics",
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "netpol-lint",
      dependencies: [
        "Server", "Setup", "Page", "Fixing", "Evidence", "Queries", "Reporting", "Rules", "Traffic", "Engine", "Input",
        "Assembly", "Config", "Facts", "Model", "YAMLSource", "Writing", "Diagnostics", argumentParser, system,
      ],
      swiftSettings: strict),
    .target(
      name: "TestSupport",
      dependencies: [
        "Rules", "Traffic", "Engine", "Config", "Facts", "Reporting", "Model", "YAMLSource", "Diagnostics",
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    .testTarget(
      name: "DiagnosticsTests", dependencies: ["TestSupport", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(name: "WritingTests", dependencies: ["Writing", "Diagnostics"], swiftSettings: strict),
    .testTarget(
      name: "YAMLSourceTests", dependencies: ["TestSupport", "YAMLSource", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "ModelTests", dependencies: ["TestSupport", "Model", "YAMLSource", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "FactsTests", dependencies: ["TestSupport", "Facts", "Model", "YAMLSource", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "ConfigTests", dependencies: ["TestSupport", "Config", "Model", "YAMLSource", "Writing", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "InputTests", dependencies: ["TestSupport", "Input", "Config", "Diagnostics", system],
      swiftSettings: strict),
    .testTarget(
      name: "AssemblyTests", dependencies: ["TestSupport", "Assembly", "Facts", "Model", "YAMLSource", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "ServerTests", dependencies: ["TestSupport", "Server", "Rules", "Traffic", "Config", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "EngineTests", dependencies: ["TestSupport", "Engine", "Model", "YAMLSource", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "TrafficTests",
      dependencies: ["TestSupport", "Traffic", "Engine", "Config", "Facts", "Model", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "RulesTests",
      dependencies: [
        "TestSupport", "Rules", "Traffic", "Engine", "Config", "Facts", "Model", "YAMLSource", "Diagnostics",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ReportingTests", dependencies: ["TestSupport", "Reporting", "Writing", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "QueriesTests",
      dependencies: [
        "TestSupport", "Queries", "Traffic", "Engine", "Config", "Facts", "Reporting", "Model", "YAMLSource", "Writing",
        "Diagnostics",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "EvidenceTests",
      dependencies: [
        "TestSupport", "Evidence", "Reporting", "Rules", "Traffic", "Config", "Facts", "Model", "YAMLSource", "Writing",
        "Diagnostics",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "FixingTests",
      dependencies: ["TestSupport", "Fixing", "Rules", "Traffic", "Config", "Model", "Diagnostics"],
      swiftSettings: strict),
    .testTarget(
      name: "CommandTests", dependencies: ["netpol-lint", "TestSupport", "Diagnostics"], swiftSettings: strict),
  ] + fuzzer
)
