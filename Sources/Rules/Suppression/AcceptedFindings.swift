internal import Config
internal import Diagnostics

/// Which findings the config accepts (`ignores`).
///
/// What settings name without wildcards is looked up, so that the cost of a finding does not follow their number.
struct AcceptedFindings {
  private let configuration: Configuration
  private let sources: SourceTable
  /// The settings that may accept findings of each rule.
  private let ofRule: [RuleID: Settings]
  /// The settings that accept what is alike, in order.
  private var known: [Subject: [Int]] = [:]
  /// The settings that accept something.
  private(set) var used: Set<Int> = []

  /// All that settings ask of a finding.
  private struct Subject: Hashable {
    let rule: RuleID
    let namespace: String?
    /// In the cluster, and in the file.
    let names: [String]
    let file: FileID
  }

  /// - Parameter isOver: whether a date lies before today.
  init(
    _ configuration: Configuration, _ sources: SourceTable, _ rulesByWord: RulesByWord, isOver: (String) -> Bool
  ) {
    self.configuration = configuration
    self.sources = sources
    var ofRule: [RuleID: Settings] = [:]
    for (number, ignore) in configuration.ignores.enumerated() where !(ignore.until.map { isOver($0.text) } ?? false) {
      let rules = ignore.rules.reduce(into: Set<RuleID>()) { $0.formUnion(rulesByWord[$1.text]) }
      for rule in rules { ofRule[rule, default: Settings()].add(number, ignore) }
    }
    self.ofRule = ofRule
  }

  /// The first setting that accepts a finding.
  mutating func setting(for finding: Finding) -> IgnoreSetting? {
    guard let settings = ofRule[finding.rule] else { return nil }
    let object = finding.object
    let subject = Subject(
      rule: finding.rule, namespace: object?.kind == "Namespace" ? object?.name : object?.namespace,
      names: object.map { [$0.name, $0.asWritten.name] } ?? [], file: finding.span.file)
    let numbers = known[subject] ?? all(for: subject, settings)
    if known.updateValue(numbers, forKey: subject) == nil { used.formUnion(numbers) }
    return numbers.first.map { configuration.ignores[$0] }
  }

  private func all(for subject: Subject, _ settings: Settings) -> [Int] {
    let path = configuration.globPath(of: sources[subject.file].path)
    // A glob of a folder is for all that lies in it.
    let paths = path.indices.map { path[...$0] }
    return settings.candidates(subject.namespace, subject.names, paths.map(Self.joined)).filter { number in
      let ignore = configuration.ignores[number]
      return
        (ignore.paths?.contains { glob in
          paths.contains { glob.matches(Array($0), isDirectory: $0.count < path.count) }
        } ?? true)
        && (ignore.names?.contains { glob in subject.names.contains { glob.matches($0) } } ?? true)
        && (ignore.namespaces?.contains { glob in subject.namespace.map(glob.matches) ?? false } ?? true)
    }.sorted()
  }

  private static func joined(_ names: some Sequence<ArraySlice<UInt8>>) -> String {
    names.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "/")
  }

  /// Numbers of settings, each under the names that it asks for.
  private struct Settings {
    private var ofPath: [String: [Int]] = [:]
    private var ofName: [String: [Int]] = [:]
    private var ofNamespace: [String: [Int]] = [:]
    /// Those that name nothing without wildcards.
    private var others: [Int] = []

    mutating func add(_ number: Int, _ ignore: IgnoreSetting) {
      if let paths = Self.literals(ignore.paths, \.onlyPath) {
        for path in paths { ofPath[path, default: []].append(number) }
      } else if let names = Self.literals(ignore.names, \.onlyName) {
        for name in names { ofName[name, default: []].append(number) }
      } else if let namespaces = Self.literals(ignore.namespaces, \.onlyName) {
        for namespace in namespaces { ofNamespace[namespace, default: []].append(number) }
      } else {
        others.append(number)
      }
    }

    /// `nil` unless every glob is one.
    private static func literals(_ globs: [Glob]?, _ literal: (Glob) -> String?) -> Set<String>? {
      let texts = globs?.map(literal)
      guard let texts, !texts.contains(nil) else { return nil }
      return Set(texts.compactMap(\.self))
    }

    func candidates(_ namespace: String?, _ names: [String], _ paths: [String]) -> [Int] {
      others + paths.flatMap { ofPath[$0] ?? [] } + Set(names).flatMap { ofName[$0] ?? [] }
        + (namespace.flatMap { ofNamespace[$0] } ?? [])
    }
  }
}
