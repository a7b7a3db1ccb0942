import Diagnostics
import Reporting
import Testing

@Suite struct OtherFormatTests {
  @Test func prometheusHasASampleForEveryRuleThatRan() {
    #expect(
      Sample.hostile.text(.prometheus)
        == #"""
        # HELP netpol_lint_info The version of netpol-lint; always 1.
        # TYPE netpol_lint_info gauge
        netpol_lint_info{version="1.2.3"} 1
        # HELP netpol_lint_findings Findings by rule and severity.
        # TYPE netpol_lint_findings gauge
        netpol_lint_findings{rule="NP008",name="missing-namespace",severity="note"} 1
        netpol_lint_findings{rule="NP203",name="split-peer",severity="error"} 1
        netpol_lint_findings{rule="NP402",name="ingress-from-all-namespaces",severity="warning"} 1
        # HELP netpol_lint_suppressed_findings Findings that are suppressed.
        # TYPE netpol_lint_suppressed_findings gauge
        netpol_lint_suppressed_findings 2
        # HELP netpol_lint_undecided Questions that could not be decided.
        # TYPE netpol_lint_undecided gauge
        netpol_lint_undecided 0
        # HELP netpol_lint_skipped_inputs Inputs that were not read.
        # TYPE netpol_lint_skipped_inputs gauge
        netpol_lint_skipped_inputs 1
        # HELP netpol_lint_files Files that were read.
        # TYPE netpol_lint_files gauge
        netpol_lint_files 2
        # HELP netpol_lint_policies NetworkPolicies that were read.
        # TYPE netpol_lint_policies gauge
        netpol_lint_policies 3

        """#)
  }

  @Test func aFindingBelowItsRulesSeverityHasASampleOfItsOwn() {
    var sample = Sample(("a.yaml", "x\n"))
    sample.add(Finding(rule: "NP203", severity: .note, message: "m", at: Place(sample.span(of: "x"))))
    let samples = sample.text(.prometheus).split(separator: "\n").filter { $0.contains("NP203") }
    #expect(
      samples == [
        #"netpol_lint_findings{rule="NP203",name="split-peer",severity="note"} 1"#,
        #"netpol_lint_findings{rule="NP203",name="split-peer",severity="error"} 0"#,
      ])
  }

  @Test func markdownStaysBelowTheLimitOfAComment() {
    var sample = Sample(("a.yaml", "x\n"))
    let place = sample.span(of: "x")
    for number in 0..<2_000 {
      sample.add(Finding(rule: "NP008", severity: .note, message: "note \(number)", at: Place(place)))
    }
    sample.add(Finding(rule: "NP203", severity: .error, message: "the error", at: Place(place)))
    let text = sample.text(.markdown)
    let rows = text.split(separator: "\n").filter { $0.contains("<code>") }
    #expect(text.utf8.count < 65_000 && rows.count > 500)
    #expect(rows.first?.contains("the error") == true)
    #expect(text.contains("\n\n\(2_001 - rows.count) more findings; the other formats list all of them.\n"))
  }

  @Test func withoutFindingsEveryFormatIsStillADocument() {
    var sample = Sample(("a.yaml", "x\n"))
    sample.undecided = [Undecided(rule: "NP203", namespace: nil, reason: "no | workloads")]
    #expect(sample.text(.github) == "")
    #expect(sample.text(.gitlab) == "[]\n")
    #expect(sample.text(.checkstyle).hasSuffix("?>\n<checkstyle version=\"4.3\">\n</checkstyle>\n"))
    #expect(sample.text(.rdjson).contains("\"diagnostics\": []"))
    #expect(
      sample.text(.markdown) == """
        ## netpol-lint

        **No findings in 3 policies, 2 files (2 suppressed).**

        - NP203 undecided: no &#124; workloads.

        """)
  }
}
