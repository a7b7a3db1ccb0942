import Diagnostics
import Reporting
import Testing
import Writing

@Suite struct TextReportTests {
  @Test func framesAndSummaryLookLikeCargo() {
    #expect(
      Sample.small.text(.text) == #"""
        error[NP203 split-peer]: namespace and pod selectors stand in separate list items
          --> k8s/gateway.yaml:6:11
           |
         6 |         - namespaceSelector:
           |           ^^^^^^^^^^^^^^^^^ every pod in the selected namespaces
         7 |             matchLabels: {name: web}
         8 |         - podSelector:
           |           ----------- or these labels in [shop]
           |
           = why: any pod of the namespace gets in
           = fix: make it one item  [unsafe: --fix --unsafe-fixes]
           = docs: netpol-lint explain NP203

        warning[NP402 ingress-from-all-namespaces]: every namespace may connect
          --> k8s/gateway.yaml:7:27
           |
         7 |             matchLabels: {name: web}
           |                           ^^^^^^^^^
           |
           = fix: Name the namespaces.
           = docs: netpol-lint explain NP402

        note[NP008 missing-namespace]: no namespace is set: 50% of the time,\nit is | <default>
          --> k8s/a, b.yaml:2:1
           |
         2 | metadata: {name: "100%"}
           | ^^^^^^^^ add it
           |
           = fix: Set metadata.namespace.
           = docs: netpol-lint explain NP008

        1 error, 1 warning, 1 note in 3 policies, 2 files (2 suppressed). NP203 and NP402 undecided for namespace shop: no workloads were read.

        """#)
  }

  @Test func conciseHasOneLineForEachFinding() {
    #expect(
      Sample.small.text(.concise) == #"""
        k8s/gateway.yaml:6:11: error[NP203] namespace and pod selectors stand in separate list items
        k8s/gateway.yaml:7:27: warning[NP402] every namespace may connect
        k8s/a, b.yaml:2:1: note[NP008] no namespace is set: 50% of the time,\nit is | <default>

        """#)
  }

  /// The source lines and underlines of one finding.
  private func excerpt(
    _ text: String, marking marked: String, empty: Bool = false, label: String? = nil,
    related: [(String, String)] = []
  ) -> [String] {
    var sample = Sample(("f.yaml", text))
    sample.add(
      Finding(
        rule: "NP203", severity: .error, message: "m", at: Place(sample.span(of: marked, empty: empty)), .label(label),
        .related(related.map { RelatedPlace(sample.span(of: $0.0), $0.1) })))
    let lines = sample.frames.split(separator: "\n").map(String.init)
    return Array(lines.dropFirst(3).prefix { !$0.hasPrefix("   = ") }.dropLast())
  }

  @Test func distantLinesAreElidedAndASingleLineBetweenIsShown() {
    let text = (1...12).map { "line\($0)" }.joined(separator: "\n")
    #expect(
      excerpt(text, marking: "line5", related: [("line12", "last"), ("line3", "before"), ("line9", "")]) == [
        " 3 | line3", "   | ----- before", " 4 | line4", " 5 | line5", "   | ^^^^^", "...|", " 9 | line9",
        "   | -----", "...|", "12 | line12", "   | ------ last",
      ])
  }

  @Test func placesOnOneLineHaveAnUnderlineEach() {
    #expect(
      excerpt("a: b, c: d", marking: "c", label: "here", related: [("a", "there")]) == [
        " 1 | a: b, c: d", "   | - there", "   |       ^ here",
      ])
  }

  @Test func widthCountsCellsOfWideAndCombiningCharactersAndTabs() {
    #expect(excerpt("漢字: x", marking: "x") == [" 1 | 漢字: x", "   |       ^"])
    #expect(excerpt("a\u{301}: 漢", marking: "漢") == [" 1 | a\u{301}: 漢", "   |    ^^"])
    #expect(excerpt("👩‍👩‍👧🇩🇪: x", marking: "x") == [" 1 | 👩‍👩‍👧🇩🇪: x", "   |       ^"])
    #expect(excerpt("a\tb\t\tx", marking: "b\t") == [" 1 | a   b       x", "   |     ^^^^"])
  }

  @Test func controlCharactersAreEscapedInSourceMessageAndPath() {
    #expect(
      excerpt("a\u{1B}[31m\u{202E}: x", marking: "x") == [
        #" 1 | a\u{1b}[31m\u{202e}: x"#, "   |                      ^",
      ])
    var sample = Sample(("e\u{1B}.yaml", "x"))
    sample.add(
      Finding(rule: "NP203", severity: .error, message: "bad\u{7}\t\r\n\u{85}", at: Place(sample.span(of: "x"))))
    #expect(sample.text(.concise) == #"e\u{1b}.yaml:1:1: error[NP203] bad\u{7}\t\r\n\u{85}"# + "\n")
    #expect(!sample.frames.unicodeScalars.contains { $0.properties.generalCategory == .control && $0 != "\n" })
  }

  @Test func aSpanOfSeveralLinesIsUnderlinedOnItsFirstLine() {
    #expect(excerpt("key:\r\n  x\r\n", marking: "key:\r\n  x") == [" 1 | key:", "   | ^^^^"])
  }

  @Test func anEmptySpanGetsOneCaret() {
    #expect(excerpt("ab\n\ncd", marking: "b", empty: true) == [" 1 | ab", "   |  ^"])
    #expect(excerpt("ab\n\ncd", marking: "\ncd", empty: true) == [" 2 |", "   | ^"])
    #expect(excerpt("ab", marking: "", empty: true) == [" 1 | ab", "   | ^"])
    #expect(excerpt("", marking: "") == [" 1 |", "   | ^"])
  }

  @Test func aLongLineIsCutAroundEachPlace() {
    let text = "first " + String(repeating: "ä", count: 300) + "here" + String(repeating: "-", count: 300) + " last"
    let lines = excerpt(text, marking: "here", related: [("last", "end")])
    #expect(lines.count == 4)
    #expect(
      lines[0] == " 1 | …" + String(repeating: "ä", count: 20) + "here" + String(repeating: "-", count: 116) + "…")
    #expect(lines[1] == "   |  " + String(repeating: " ", count: 20) + "^^^^")
    #expect(lines[2].hasPrefix(" 1 | …---") && lines[2].hasSuffix("- last"))
    #expect(lines[3].hasSuffix("---- end") && lines[3].count == lines[2].count + " end".count)
  }

  @Test func relatedPlacesInOtherFilesHaveBlocksOfTheirOwn() {
    var sample = Sample(("a.yaml", "a\nb"), ("dir/c.yaml", String(repeating: "\n", count: 120) + "  twin: 1\n"))
    sample.add(
      Finding(
        rule: "NP203", severity: .warning, message: "m", at: Place(sample.span(of: "b")), .label("this"),
        .related([RelatedPlace(sample.span(of: "twin", file: 1), "and this")])))
    #expect(
      sample.frames == """
        warning[NP203 split-peer]: m
           --> a.yaml:2:1
            |
          2 | b
            | ^ this
           ::: dir/c.yaml:121:3
            |
        121 |   twin: 1
            |   ---- and this
            |
            = fix: Put both selectors in one item.
            = docs: netpol-lint explain NP203

        """)
  }

  @Test func equalFaultsAreOneBlockWithTheirPlaces() {
    var sample = Sample(
      ("a.yaml", (10...40).map { "x\($0)" }.joined(separator: "\n")), ("b.yaml", "y1\ny2"))
    for number in [10, 12, 20] {
      sample.add(Finding(rule: "NP203", severity: .error, message: "m", at: Place(sample.span(of: "x\(number)"))))
    }
    sample.add(Finding(rule: "NP203", severity: .error, message: "other", at: Place(sample.span(of: "x30"))))
    sample.add(Finding(rule: "NP203", severity: .error, message: "m", at: Place(sample.span(of: "y2", file: 1))))
    #expect(sample.frames.contains("  = also at: lines 3, 11, b.yaml:2\n"))
    #expect(sample.frames.matches(of: #/error\[NP203/#).count == 2)
    for number in 13...18 {
      sample.add(Finding(rule: "NP203", severity: .error, message: "m", at: Place(sample.span(of: "x\(number)"))))
    }
    #expect(sample.frames.contains("  = also at: lines 3, 4, 5, 6, 7, 8, 9, 11, b.yaml:2\n"))
    sample.add(Finding(rule: "NP203", severity: .error, message: "m", at: Place(sample.span(of: "x19"))))
    #expect(sample.frames.contains("  = also at: lines 3, 4, 5, 6, 7, 8, 9, 10 and 2 more\n"))
  }

  /// What two rules say in common of one place is one block, of the severest.
  @Test func rulesThatSpeakOfOneKindOfFaultShareABlock() {
    var sample = Sample(("a.yaml", (10...40).map { "x\($0)" }.joined(separator: "\n")))
    func add(
      _ rule: RuleID, _ severity: Severity, _ line: String, _ message: String, common: String? = "common",
      scope: String? = nil
    ) {
      let object = ObjectReference(group: "", kind: "Namespace", namespace: nil, name: line)
      var finding = Finding(
        rule: rule, severity: severity, message: message, at: Place(sample.span(of: line), of: object))
      (finding.commonMessage, finding.scope) = (common, scope)
      sample.add(finding)
    }
    add("NP203", .warning, "x10", "one way")
    add("NP402", .error, "x10", "other way")
    #expect(sample.frames.hasPrefix("error[NP402"))
    #expect(sample.frames.contains("   = and: one way (NP203 at a.yaml:1:1)\n"))
    #expect(!sample.frames.contains("warning[NP203"))
    #expect(sample.text(.text).contains("1 error, 1 warning in"))
    #expect(sample.text(.markdown).contains("<br>and: one way (NP203 at a.yaml:1:1)"))
    // Another severity has a block of its own, whichever of the rules speaks, and in whatever build it holds.
    add("NP203", .warning, "x20", "one way")
    add("NP203", .warning, "x25", "one way there", scope: "in overlays/dev only")
    add("NP402", .warning, "x28", "other way")
    #expect(sample.frames.matches(of: #/warning\[NP203/#).count == 1)
    #expect(sample.frames.contains("= also at: line 16 (Namespace x25) (in overlays/dev only)\n"))
    #expect(sample.frames.contains("= and: other way (NP402 at a.yaml:19:1)\n"))
    #expect(Set(sample.text(.json).matches(of: #/"group": ?"[^"]*"/#).map(\.output)).count == 2)
    // Without anything in common, each speaks for itself.
    add("NP203", .warning, "x30", "alone", common: nil)
    add("NP402", .warning, "x30", "alone too", common: nil)
    #expect(sample.frames.matches(of: #/warning\[NP/#).count == 3)
  }

  /// A rule may be the first of a block, and speak beside another one in it too.
  @Test func oneRemedyIsSaidOnceInABlock() {
    var sample = Sample(("a.yaml", "x10\nx11\n"))
    for (rule, severity, line) in [
      ("NP402", Severity.error, "x10"), ("NP203", .error, "x11"), ("NP402", .warning, "x11"),
    ] as [(RuleID, Severity, String)] {
      var finding = Finding(rule: rule, severity: severity, message: "m", at: Place(sample.span(of: line)))
      finding.commonMessage = "common"
      sample.add(finding)
    }
    let remedies = sample.frames.split(separator: "\n").filter { $0.contains("= fix: ") }
    #expect(remedies.count == 2 && Set(remedies).count == 2, "\(remedies)")
  }

  @Test func consequencesAreLinesOfTheirCause() {
    var sample = Sample(("a.yaml", (10...40).map { "x\($0)" }.joined(separator: "\n")))
    let cause = Finding(rule: "NP203", severity: .warning, message: "m", at: Place(sample.span(of: "x10")))
    sample.add(cause)
    for number in 20...24 {
      var finding = Finding(
        rule: "NP402", severity: .error, message: "so \(number)", at: Place(sample.span(of: "x\(number)")))
      finding.cause = cause.id
      sample.add(finding)
    }
    #expect(
      sample.frames.contains(
        "  = so: so 20 (error NP402 at a.yaml:11:1)\n   = so: so 21 (error NP402 at a.yaml:12:1)\n   = so: 3 more of NP402\n"
      ))
    #expect(!sample.frames.contains("error[NP402"))
    // They count as what they are, and without their cause they speak for themselves.
    #expect(sample.text(.text).contains("5 errors, 1 warning in"))
    sample.findings.removeFirst()
    #expect(sample.frames.matches(of: #/error\[NP402/#).count == 5)
  }

  /// What is to be said with a finding is so whatever comes first, and by itself where that one is not there.
  @Test func whatIsSaidWithAFindingSharesItsBlock() {
    var sample = Sample(("a.yaml", (10...40).map { "x\($0)" }.joined(separator: "\n")))
    func add(_ line: String, _ other: FindingID?) -> FindingID {
      let finding = Finding(
        rule: "NP402", severity: .error, message: "over", at: Place(sample.span(of: line)), .saidWith(other))
      sample.add(finding)
      return finding.id
    }
    let main = Finding(rule: "NP203", severity: .warning, message: "back", at: Place(sample.span(of: "x20")))
    _ = add("x10", main.id)
    sample.add(main)
    #expect(sample.frames.hasPrefix("warning[NP203"))
    #expect(sample.frames.contains("   = and: over (error NP402 at a.yaml:1:1)\n"))
    #expect(!sample.frames.contains("error[NP402"))
    sample.findings.removeLast()
    #expect(sample.frames.hasPrefix("error[NP402"))
  }

  @Test func manyRelatedPlacesAreCounted() {
    var sample = Sample(("a.yaml", (10...40).map { "x\($0)" }.joined(separator: "\n")))
    let related = (20...30).map { RelatedPlace(sample.span(of: "x\($0)"), "") }
    sample.add(
      Finding(rule: "NP203", severity: .error, message: "m", at: Place(sample.span(of: "x10")), .related(related)))
    #expect(sample.frames.contains("   = also: 3 more places; --format json lists them\n"))
    #expect(!sample.frames.contains("x28"))
  }

  @Test func aFixIsDescribed() {
    var sample = Sample(("a.yaml", "x"))
    let span = sample.span(of: "x")
    sample.add(
      Finding(
        rule: "NP203", severity: .error, message: "m", at: Place(span),
        .fix(Fix(.safe, "write y", edits: [.init(span, "y")]))))
    #expect(sample.frames.contains("   = fix: write y  [safe: --fix]\n"))
  }

  @Test func suppressedFindingsAreMarkedWhenShown() {
    var sample = Sample(("a.yaml", "x"))
    let finding = Finding(rule: "NP203", severity: .error, message: "m", at: Place(sample.span(of: "x")))
    sample.suppressed = [
      ReportedFinding(finding, contentPath: "", suppression: Suppression(.inSource, reason: "by design"))
    ]
    #expect(sample.frames.hasPrefix("suppressed error[NP203 split-peer]: m\n"))
    #expect(sample.frames.contains("   = suppressed: by design\n"))
    #expect(sample.text(.concise) == "a.yaml:1:1: suppressed error[NP203] m\n")
  }

  @Test func coloursWrapTheTextWithoutChangingIt() {
    let plain = Sample.small.text(.text)
    let coloured = Sample.small.text(.text, ReportOptions(color: true))
    #expect(coloured.contains("\u{1B}[1;31merror[NP203 split-peer]\u{1B}[0m"))
    #expect(coloured.replacing(#/\u{1B}\[[0-9;]*m/#, with: "") == plain)
  }
}

@Suite struct SummaryTests {
  private func summary(_ sample: Sample) -> String {
    Summary(sample.report).text.text + "\n"
  }

  @Test func aCleanRunSaysSo() {
    #expect(summary(Sample()) == "No findings in 3 policies, 2 files (2 suppressed).\n")
  }

  @Test func nounsAgreeWithTheirNumbers() {
    #expect(Summary.count(1, "policy") == "1 policy")
    #expect(Summary.count(0, "policy") == "0 policies")
    #expect(Summary.count(2, "file") == "2 files")
  }

  @Test func undecidedRulesAreGroupedByWhatIsMissing() {
    var sample = Sample()
    sample.undecided = [
      Undecided(rule: "NP203", namespace: "b", reason: "no workloads were read"),
      Undecided(rule: "NP203", namespace: "a", reason: "no workloads were read"),
      Undecided(rule: "NP402", namespace: nil, reason: "the CNI is not known"),
    ]
    #expect(
      summary(sample) == """
        No findings in 3 policies, 2 files (2 suppressed).
        NP203 undecided for namespaces a, b: no workloads were read.
        NP402 undecided: the CNI is not known.

        """)
  }

  @Test func longListsAreCounted() {
    var sample = Sample()
    sample.undecided = (10..<23).map { Undecided(rule: "NP203", namespace: "n\($0)", reason: "r") }
    sample.skipped = (10..<22).map { SkippedInput(file: "f\($0)", reason: "r") }
    let lines = summary(sample).split(separator: "\n")
    #expect(
      lines[0].hasSuffix(
        "NP203 undecided for namespaces n10, n11, n12, n13, n14, n15, n16, n17, n18, n19 and 3 more: r."))
    #expect(lines[1] == "Skipped f10: r")
    #expect(lines.last == "Skipped 2 more inputs.")
    sample.skipped.append(SkippedInput(file: "z", reason: "its NetworkPolicy is in no build"))
    #expect(summary(sample).split(separator: "\n")[1] == "Skipped z: its NetworkPolicy is in no build")
  }
}
