import Diagnostics
import Reporting
import Writing

/// Builds small reports by hand: places are named by the text that stands there.
struct Sample {
  var files: [SourceFile] = []
  var findings: [ReportedFinding] = []
  var suppressed: [ReportedFinding] = []
  var undecided: [Undecided] = []
  var skipped: [SkippedInput] = []
  var address = ProjectAddress.current

  init(_ files: (path: String, text: String)...) {
    self.files = files.enumerated().map {
      SourceFile(id: FileID($0), path: $1.path, bytes: Array($1.text.utf8))
    }
  }

  /// The span of the first occurrence of a text; the place before it when `empty`.
  func span(of text: String, file: Int = 0, empty: Bool = false) -> SourceSpan {
    let bytes = files[file].bytes
    let needle = Array(text.utf8)
    let start = (0...bytes.count - needle.count).first { bytes[$0...].starts(with: needle) }!
    return SourceSpan(file: FileID(file), start: UInt32(start), end: UInt32(empty ? start : start + needle.count))
  }

  var report: Report {
    var report = Report(
      version: "1.2.3", input: InputCounts(files: 2, documents: 4, policies: 3, workloads: 1, namespaces: 1),
      findings: findings, suppressed: suppressed, suppressedCount: max(2, suppressed.count), undecided: undecided,
      skipped: skipped, sources: SourceTable(files), rules: [splitPeer, missingNamespace, allNamespaces],
      policyFiles: files.map(\.id))
    report.address = address
    return report
  }

  func text(_ format: ReportFormat, _ options: ReportOptions = ReportOptions()) -> String {
    var out = ByteWriter()
    format.write(report, options: options, to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  /// The frames of a text report without the summary.
  var frames: String { Sample.withoutSummary(text(.text)) }

  static func withoutSummary(_ text: String) -> String {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    return lines.prefix { !$0.contains(" in 3 policies") }.joined(separator: "\n")
  }

  /// Two files with one error, one warning and one note, used for all formats.
  static var small: Sample {
    var sample = Sample(
      (
        "k8s/gateway.yaml",
        """
        kind: NetworkPolicy
        metadata: {name: gateway, namespace: shop}
        spec:
          ingress:
            - from:
                - namespaceSelector:
                    matchLabels: {name: web}
                - podSelector:
                    matchLabels: {app: gateway}

        """
      ), ("k8s/a, b.yaml", "kind: NetworkPolicy\nmetadata: {name: \"100%\"}\n"))
    let gateway = ObjectReference(
      group: "networking.k8s.io", kind: "NetworkPolicy", namespace: "shop", name: "gateway")
    sample.add(
      Finding(
        rule: "NP203", severity: .error, message: "namespace and pod selectors stand in separate list items",
        at: Place(sample.span(of: "namespaceSelector"), of: gateway, path: "spec.ingress[0].from[0]"),
        .label("every pod in the selected namespaces"), .why("any pod of the namespace gets in"),
        .related([RelatedPlace(sample.span(of: "podSelector"), "or these labels in [shop]")]),
        .citations(["164.312(a)(1)"]),
        .fix(
          Fix(
            .unsafe, "make it one item",
            edits: [
              .init(sample.span(of: "- podSelector"), "  podSelector")
            ]))))
    sample.add(
      Finding(
        rule: "NP402", severity: .warning, message: "every namespace may connect",
        at: Place(sample.span(of: "name: web"), of: gateway, path: "spec.ingress[0].from[0]")))
    sample.add(
      Finding(
        rule: "NP008", severity: .note, message: "no namespace is set: 50% of the time,\nit is | <default>",
        at: Place(sample.span(of: "metadata", file: 1), of: nil, path: "metadata.namespace"), .label("add it")))
    sample.undecided = [
      Undecided(rule: "NP203", namespace: "shop", reason: "no workloads were read"),
      Undecided(rule: "NP402", namespace: "shop", reason: "no workloads were read"),
    ]
    return sample
  }

  mutating func add(_ finding: Finding) { findings.append(ReportedFinding(finding, contentPath: finding.path)) }
}

private let example = Example("kind: NetworkPolicy\n")

let splitPeer = RuleInfo(
  id: "NP203", name: "split-peer", severity: .error, summary: "Two list items where one was meant",
  rationale: "Two items mean OR.\n\nA second paragraph.", remedy: "Put both selectors in one item.",
  citations: ["164.312(a)(1)"], bad: example, good: example)

let missingNamespace = RuleInfo(
  id: "NP008", name: "missing-namespace", severity: .note, summary: "No namespace is set",
  rationale: "It depends on the caller.", remedy: "Set metadata.namespace.", bad: example, good: example)

let allNamespaces = RuleInfo(
  id: "NP402", name: "ingress-from-all-namespaces", severity: .warning, summary: "Every namespace may connect",
  rationale: "Any pod may connect.", remedy: "Name the namespaces.", bad: example, good: example)
