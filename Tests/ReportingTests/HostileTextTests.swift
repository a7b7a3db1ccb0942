import Reporting
import Testing

/// What formats make of hostile text: whole reports.
@Suite struct HostileTextTests {
  @Test func xmlOfJUnitHoldsNoMarkupOfTheInput() {
    #expect(
      Sample.hostile.text(.junit, Sample.paths)
        == #"""
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="netpol-lint" tests="5" failures="2" errors="0">
          <testsuite name="k8s/a b,c%|é:.yaml" tests="3" failures="2" errors="0" skipped="1">
            <testcase classname="k8s/a b,c%|é:" name="NP008 missing-namespace: NetworkPolicy \#
        &lt;&amp;&gt;/&quot;a&quot;|b\u{1b}[1m">
              <skipped message="note: a note"/>
            </testcase>
            <testcase classname="k8s/a b,c%|é:" name="NP402 ingress-from-all-namespaces">
              <failure message="two lines" type="warning">k8s/a b,c%|é:.yaml:2:9
        fix: Name the namespaces.</failure>
            </testcase>
            <testcase classname="k8s/a b,c%|é:" name="NP203 split-peer: NetworkPolicy \#
        &lt;&amp;&gt;/&quot;a&quot;|b\u{1b}[1m spec.ingress[0]">
              <failure message="50% of &lt;pods&gt; &amp; &quot;others&quot; | `x`,\r\nsee [doc](1) \#
        \u{1b}[31m @me https://x.example \u{fffe},́]́" type="error">k8s/a b,c%|é:.yaml:3:3
        why: it is *bold*
        fix: write `ports`</failure>
            </testcase>
          </testsuite>
          <testsuite name="k8s/clean.yaml" tests="1" failures="0" errors="0" skipped="0">
            <testcase classname="k8s/clean" name="netpol-lint"/>
          </testsuite>
          <testsuite name="k8s/&lt;skipped&gt;.yaml" tests="1" failures="0" errors="0" skipped="1">
            <testcase classname="k8s/&lt;skipped&gt;" name="netpol-lint">
              <skipped message="not read: a &quot;reason&quot; &amp; more"/>
            </testcase>
          </testsuite>
        </testsuites>

        """#)
  }

  @Test func shownSuppressedFindingsAreSkippedCases() {
    #expect(
      Sample.suppressed.text(.junit, Sample.paths)
        == #"""
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="netpol-lint" tests="3" failures="0" errors="0">
          <testsuite name="k8s/a b,c%|é:.yaml" tests="1" failures="0" errors="0" skipped="1">
            <testcase classname="k8s/a b,c%|é:" name="NP402 ingress-from-all-namespaces">
              <skipped message="suppressed (known | &lt;ok&gt;): two lines"/>
            </testcase>
          </testsuite>
          <testsuite name="k8s/clean.yaml" tests="1" failures="0" errors="0" skipped="0">
            <testcase classname="k8s/clean" name="netpol-lint"/>
          </testsuite>
          <testsuite name="k8s/&lt;skipped&gt;.yaml" tests="1" failures="0" errors="0" skipped="1">
            <testcase classname="k8s/&lt;skipped&gt;" name="netpol-lint">
              <skipped message="not read: a &quot;reason&quot; &amp; more"/>
            </testcase>
          </testsuite>
        </testsuites>

        """#)
  }

  @Test func xmlOfCheckstyleHoldsNoMarkupOfTheInput() {
    #expect(
      Sample.hostile.text(.checkstyle, Sample.paths)
        == #"""
        <?xml version="1.0" encoding="UTF-8"?>
        <checkstyle version="4.3">
          <file name="k8s/a b,c%|é:.yaml">
            <error line="1" column="7" severity="info" message="a note" source="netpol-lint.NP008"/>
            <error line="2" column="9" severity="warning" message="two lines" source="netpol-lint.NP402"/>
            <error line="3" column="3" severity="error" message="50% of &lt;pods&gt; &amp; \#
        &quot;others&quot; | `x`,\r\nsee [doc](1) \u{1b}[31m @me https://x.example \u{fffe},́]́" \#
        source="netpol-lint.NP203"/>
          </file>
        </checkstyle>

        """#)
  }

  @Test func workflowCommandsStayOneLineEachWithErrorsFirst() {
    #expect(
      Sample.hostile.text(.github, Sample.paths)
        == #"""
        ::error file=in fra/x/k8s/a b%2Cc%25|é%3A.yaml,line=3,endLine=3,col=3,endColumn=7,title=NP203 \#
        split-peer::50%25 of <pods> & "others" | `x`,%0D%0Asee [doc](1) \u{1b}[31m @me https://x.example \#
        \#u{FFFE},́]́%0Awhy: it is *bold*%0Afix: write `ports`
        ::warning file=in fra/x/k8s/a b%2Cc%25|é%3A.yaml,line=2,endLine=3,title=NP402 \#
        ingress-from-all-namespaces::two lines%0Afix: Name the namespaces.
        ::notice file=in fra/x/k8s/a b%2Cc%25|é%3A.yaml,line=1,endLine=1,title=NP008 missing-namespace::a \#
        note%0Afix: Set metadata.namespace.

        """#)
  }

  @Test func gitLabGetsPlainPathsFromTheRootOfTheRepository() {
    #expect(
      Sample.hostile.text(.gitlab, Sample.paths)
        == #"""
        [
          {"description":"NP008 missing-namespace: a note","check_name":"NP008",\#
        "fingerprint":"de6dbaf1283cc21eabe3866e29287c3f","severity":"info","location":{"path":"in \#
        fra/x/k8s/a b,c%|é:.yaml","lines":{"begin":1,"end":1}}},
          {"description":"NP402 ingress-from-all-namespaces: two lines","check_name":"NP402",\#
        "fingerprint":"5677d18e7aa51b2700bc523f2a757dc4","severity":"major","location":{"path":"in \#
        fra/x/k8s/a b,c%|é:.yaml","lines":{"begin":2,"end":3}}},
          {"description":"NP203 split-peer: 50% of <pods> & \"others\" | `x`,\\r\\nsee [doc](1) \#
        \\u{1b}[31m @me https://x.example \#u{FFFE},́]́","check_name":"NP203",\#
        "fingerprint":"f93bae59200e5a97fd836c9bc28b8565","severity":"critical","location":{"path":"in \#
        fra/x/k8s/a b,c%|é:.yaml","lines":{"begin":3,"end":3}}}
        ]

        """#)
  }

  @Test func rdjsonCountsBytesAndOffersAFixAsOneSuggestion() {
    #expect(
      Sample.hostile.text(.rdjson, Sample.paths)
        == #"""
        {
          "source": {
            "name": "netpol-lint"
          },
          "diagnostics": [
            {"message":"a note\nfix: Set metadata.namespace.",\#
        "location":{"path":"k8s/a b,c%|é:.yaml","range":{"start":{"line":1,"column":7},\#
        "end":{"line":2,"column":1}}},"severity":"INFO","code":{"value":"NP008"}},
            {"message":"two lines\nfix: Name the namespaces.",\#
        "location":{"path":"k8s/a b,c%|é:.yaml","range":{"start":{"line":2,"column":10},\#
        "end":{"line":3,"column":11}}},"severity":"WARNING","code":{"value":"NP402"}},
            {"message":"50% of <pods> & \"others\" | `x`,\\r\\nsee [doc](1) \\u{1b}[31m @me \#
        https://x.example \#u{FFFE},́]́\nwhy: it is *bold*\nfix: write `ports`","location":{"path":"k8s/a \#
        b,c%|é:.yaml","range":{"start":{"line":3,"column":3},"end":{"line":3,"column":7}}},\#
        "severity":"ERROR","code":{"value":"NP203"},"suggestions":[{"range":{"start":{"line":3,"column":3}\#
        ,"end":{"line":3,"column":11}},"text":"ports: \"8\\0\""}]}
          ]
        }

        """#)
  }

  @Test func markdownHoldsNoMarkupOfTheInput() {
    #expect(
      Sample.hostile.text(.markdown, Sample.paths)
        == #"""
        ## netpol-lint

        **1 error, 1 warning, 1 note in 3 policies, 2 files (2 suppressed).**

        | Severity | Place | Finding | Rule |
        |---|---|---|---|
        | error | <code>k8s/a b,c%&#124;é:.yaml:3</code> | 50% of &#60;pods&#62; &#38; "others" &#124; \#
        &#96;x&#96;,&#92;r&#92;nsee &#91;doc&#93;(1) &#92;u{1b}&#91;31m @<!-- -->me https:&#47;/x.example \#
        \#u{FFFE},́&#93;́<br>fix: write &#96;ports&#96; | NP203 split-peer |
        | warning | <code>k8s/a b,c%&#124;é:.yaml:2</code> | two lines<br>fix: Name the namespaces. | \#
        NP402 ingress-from-all-namespaces |
        | note | <code>k8s/a b,c%&#124;é:.yaml:1</code> | a note<br>fix: Set metadata.namespace. | NP008 \#
        missing-namespace |

        - Skipped k8s/&#60;skipped&#62;.yaml: a "reason" &#38; more

        """#)
  }

  @Test func markdownSaysWhatIsSuppressed() {
    #expect(
      Sample.suppressed.text(.markdown, Sample.paths)
        == #"""
        ## netpol-lint

        **No findings in 3 policies, 2 files (2 suppressed).**

        | Severity | Place | Finding | Rule |
        |---|---|---|---|
        | suppressed warning | <code>k8s/a b,c%&#124;é:.yaml:2</code> | two lines<br>fix: Name the \#
        namespaces. | NP402 ingress-from-all-namespaces |

        - Skipped k8s/&#60;skipped&#62;.yaml: a "reason" &#38; more

        """#)
  }
}
