package import Config
package import Diagnostics
package import Rules
internal import Traffic

/// Runs the linter on text in memory.
package enum Lint {
  package static let fileName = "manifest.yaml"
  /// The day on which every test runs.
  package static let today = "2026-11-24"

  /// The marks that a text asks for.
  package static func marks(of text: String) -> [Mark] {
    files(of: text).flatMap { Expectations.marks($0) }.sorted()
  }

  /// The marks that an example asks for, in its manifest and in its config.
  package static func marks(of example: Example) -> [Mark] {
    (marks(of: example.manifest) + Expectations.marks(config(example.config ?? ""))).sorted()
  }

  /// Where one rule reports on an example, as marks.
  package static func findings(of example: Example, _ rule: any Rule.Type) async throws -> [Mark] {
    let text = example.config ?? ""
    return await findings(of: example.manifest, [rule], configuration: try configuration(text), config(text))
  }

  /// What the text of a config file says, with `today` set; the defaults for an empty one.
  package static func configuration(_ text: String) throws -> Configuration { try configuration(config(text)) }

  private static func configuration(_ file: SourceFile) throws -> Configuration {
    var configuration = try file.bytes.isEmpty ? Configuration() : ConfigReader.read(file).get()
    configuration.today = today
    return configuration
  }

  /// A config file; its id comes after those of all manifests that a text stands for.
  private static func config(_ text: String, path: String = ".netpol-lint.yaml") -> SourceFile {
    SourceFile(id: FileID(2), path: path, bytes: Array(text.utf8))
  }

  /// The config that a fixture brings along: the text behind `# config: ` at the start of its lines.
  package static func configuration(in fixture: String) throws -> Configuration {
    try configuration(config(in: fixture))
  }

  /// Its lines stand where they stand in the fixture, so that marks in it are those of the fixture.
  private static func config(in fixture: String) -> SourceFile {
    let prefix = "# config: "
    // By bytes: CRLF is one character.
    let lines = fixture.utf8.split(separator: 0x0A, omittingEmptySubsequences: false).map { bytes in
      let line = String(Substring(bytes)).drop { $0 == "\u{FEFF}" }
      return line.hasPrefix(prefix) ? String(line.dropFirst(prefix.count)) : ""
    }
    return config(lines.allSatisfy(\.isEmpty) ? "" : lines.joined(separator: "\n"), path: fileName)
  }

  /// Where rules report on one file, as marks.
  ///
  /// - Parameter config: the file that the configuration was read from; the one in the text when `nil`.
  package static func findings(
    of text: String, _ rules: [any Rule.Type] = Registry.all, configuration: Configuration = Configuration(),
    _ config: SourceFile? = nil
  ) async -> [Mark] {
    let files = files(of: text)
    let result = await run(files, rules, configuration: configuration)
    let padding = (files.count..<2).map { SourceFile(id: FileID($0), path: "", bytes: []) }
    let table = SourceTable(files + padding + [config ?? self.config(in: text)])
    return Expectations.marks(result.findings, in: table).sorted()
  }

  /// The files that a text stands for: one, and a `kustomization.yaml` of the documents of that kind if there are any.
  /// Each keeps the lines of the text; those of the other file are blank in it.
  package static func files(of text: String) -> [SourceFile] {
    var documents: [[String]] = [[]]
    // By bytes: CRLF is one character.
    for bytes in text.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
      let line = String(Substring(bytes))
      if line.hasPrefix("---") { documents.append([]) }
      documents[documents.count - 1].append(line)
    }
    func isKustomization(_ document: [String]) -> Bool {
      document.contains { $0.hasPrefix("kind: Kustomization") || $0.contains("\"kind\": \"Kustomization\"") }
    }
    func lines(_ isWanted: ([String]) -> Bool) -> String {
      documents.flatMap { isWanted($0) ? $0 : $0.map { _ in "" } }.joined(separator: "\n")
    }
    guard documents.contains(where: isKustomization) else {
      return [SourceFile(id: FileID(0), path: fileName, bytes: Array(text.utf8))]
    }
    return [("kustomization.yaml", lines(isKustomization)), (fileName, lines { !isKustomization($0) })].enumerated().map
    {
      SourceFile(id: FileID($0), path: $1.0, bytes: Array($1.1.utf8))
    }
  }

  /// Rules about suppressions need the rules that are suppressed: those that a file names are asked too, and their
  /// findings left out.
  package static func run(
    _ files: [SourceFile], _ rules: [any Rule.Type] = Registry.all, configuration: Configuration = Configuration(),
    jobs: Int = 1, suppresses: Bool = true
  ) async -> LintResult {
    let asked = Set(rules.map { $0.info.id })
    let texts = files.map { String(decoding: $0.bytes, as: UTF8.self) }
    let isAboutSuppressions = asked.contains("NP604") || asked.contains("NP605")
    let companions = Registry.all.filter { rule in
      isAboutSuppressions && !asked.contains(rule.info.id) && texts.contains { $0.contains(rule.info.id.description) }
    }
    var result = await Linter(rules: rules + companions, jobs: jobs, suppresses: suppresses)
      .lint(await Project.read(files, configuration: configuration, jobs: jobs))
    result.findings.removeAll { !asked.contains($0.rule) }
    return result
  }
}
