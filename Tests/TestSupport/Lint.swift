package import Config
package import Diagnostics
package import Rules

/// Runs the linter on text in memory.
package enum Lint {
  package static let fileName = "manifest.yaml"

  /// The marks that a text asks for.
  package static func marks(of text: String) -> [Mark] {
    Expectations.marks(SourceFile(id: FileID(0), path: fileName, bytes: Array(text.utf8))).sorted()
  }

  /// Where one rule reports on an example, as marks.
  package static func findings(of example: Example, _ rule: any Rule.Type) async -> [Mark] {
    await findings(of: example.manifest, [rule])
  }

  /// Where rules report on one file, as marks.
  package static func findings(
    of text: String, _ rules: [any Rule.Type] = Registry.all, configuration: Configuration = Configuration()
  ) async -> [Mark] {
    let files = files(of: text)
    let result = await run(files, rules, configuration: configuration)
    return Expectations.marks(result.findings, in: SourceTable(files)).sorted()
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

  package static func run(
    _ files: [SourceFile], _ rules: [any Rule.Type] = Registry.all, configuration: Configuration = Configuration(),
    jobs: Int = 1
  ) async -> LintResult {
    await Linter(configuration: configuration, rules: rules, jobs: jobs).lint(files)
  }
}
