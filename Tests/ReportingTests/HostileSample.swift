import Diagnostics
import Reporting

extension Sample {
  /// A report whose names and texts try to break out of every format: an error with two edits, a warning over two lines
  /// and a note in a file with CRLF, a suppressed finding, input that was skipped, and a clean file.
  static var hostile: Sample {
    var sample = Sample(
      ("k8s/a b,c%|é:.yaml", "kind: 𝒳\r\nname: \"é|100%\"\r\n  port: 80 # <x>\r\n"),
      ("k8s/clean.yaml", "kind: NetworkPolicy\n"))
    let object = ObjectReference(
      group: "networking.k8s.io", kind: "NetworkPolicy", namespace: "<&>", name: "\"a\"|b\u{1B}[1m")
    sample.add(
      Finding(
        rule: "NP203", severity: .error,
        message:
          "50% of <pods> & \"others\" | `x`,\r\nsee [doc](1) \u{1B}[31m @me https://x.example \u{FFFE},\u{301}]\u{301}",
        at: Place(sample.span(of: "port"), of: object, path: "spec.ingress[0]"), .why("it is\n  *bold*"),
        .related([RelatedPlace(sample.span(of: "é|100%"), "the [other] \\ place")]),
        .fix(
          Fix(
            .unsafe, "write `ports`",
            edits: [.init(sample.span(of: "port"), "ports"), .init(sample.span(of: "80"), "\"8\\0\"")]))))
    sample.add(
      Finding(
        rule: "NP402", severity: .warning, message: "two lines",
        at: Place(sample.span(of: "|100%").union(sample.span(of: "80")), of: nil)))
    sample.add(
      Finding(rule: "NP008", severity: .note, message: "a note", at: Place(sample.span(of: "𝒳\r\n"), of: object)))
    sample.skipped = [SkippedInput(file: "k8s/<skipped>.yaml", reason: "a \"reason\" & more")]
    return sample
  }

  /// The hostile sample with a suppressed finding.
  static var suppressed: Sample {
    var sample = hostile
    sample.suppressed = [
      ReportedFinding(
        sample.findings[1].finding, contentPath: "", suppression: Suppression(.inSource, reason: "known | <ok>"))
    ]
    sample.findings = []
    return sample
  }

  /// The repository lies two folders above the working directory.
  static let paths = ReportOptions(paths: RepositoryPaths(root: "/src/repo", workingDirectory: "/src/repo/in fra/x"))
}
