import Foundation
import Testing

/// The page of `report html`; what it does in a browser, `.ci/browser.py` tries.
@Suite struct HTMLReportTests {
  private let pods = """
    {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
    ---
    {apiVersion: v1, kind: Pod, metadata: {name: db, namespace: shop, labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}
    ---

    """
  private func policy(_ name: String = "db", comment: String = "") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: "\(name)", namespace: shop}
    spec:
      podSelector: {matchLabels: {app: db}}
      ingress:
        - from: [{namespaceSelector: {}}] #\(comment)
          ports: [{port: 5432}]

    """
  }

  private func withTool(_ body: (Tool) throws -> Void) throws {
    let tool = try Tool()
    defer { tool.remove() }
    try tool.write("k8s/a.yaml", pods + policy())
    try body(tool)
  }

  @Test func thePageNeedsNothingElse() throws {
    try withTool { tool in
      let run = try tool.run("report", "html", "k8s", "--today", "2027-01-01")
      #expect(run.status == 0 && run.errors.isEmpty, "\(run.errors)")
      let page = run.output
      #expect(
        page.hasPrefix(
          "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\""
        ))
      #expect(page.hasSuffix("</body>\n</html>\n"))
      #expect(page.contains("default-src 'none'; script-src 'sha256-") && !page.contains("unsafe"))
      for text in ["<link", "<img", "<iframe", " src=", "@import", "url(", " style=", "onclick=\"", "<base"] {
        #expect(!page.contains(text), "\(text)")
      }
      // One address, which names a way of drawing and is never asked for.
      let addresses = page.ranges(of: "://")
      #expect(addresses.count == 1 && page.contains("http://www.w3.org/2000/svg"))
      // Readers without scripts get tables.
      #expect(page.contains("<table class=\"matrix\">") && page.contains("<th scope=\"row\">shop/db</th>"))
      #expect(page.contains("NP409") && page.contains("2027-01-01"))
      #expect(try tool.run("report", "html", "k8s", "--today", "2027-01-01", "--jobs", "3").output == page)
    }
  }

  @Test func anotherTierDeniesByDefaultToo() throws {
    try withTool { tool in
      func open() throws -> Bool {
        try tool.run("report", "html", "k8s").output.contains("<b>1</b> <a href=\"#matrix\">namespaces without")
      }
      func baseline(_ first: String) -> String {
        """
        {apiVersion: policy.networking.k8s.io/v1alpha2, kind: ClusterNetworkPolicy, metadata: {name: base}, spec: {
        tier: Baseline, priority: 5, subject: {namespaces: {}}, ingress: [\(first) {action: Deny, from: [{namespaces: {}}]}],
        egress: [{action: Deny, to: [{networks: [0.0.0.0/0, "::/0"]}]}]}}
        """
      }
      #expect(try open())
      try tool.write("k8s/b.yaml", baseline(""))
      #expect(try !open())
      try tool.write("k8s/b.yaml", baseline("{action: Accept, from: [{namespaces: {}}]},"))
      #expect(try open())
    }
  }

  /// What the script says of a workload: its zone and the flows that name it.
  /// A policy in a file that was not read may allow anything: an empty cell says no more than what was read.
  @Test func whatWasNotReadIsNotCertain() throws {
    try withTool { tool in
      let whole = try tool.run("report", "html", "k8s").output
      #expect(whole.contains("empty: nothing is allowed<") && !whole.contains("Not read"))
      try tool.write(
        "k8s/open.yaml", policy("open").replacing("matchLabels: {app: db}}", with: "matchLabels: {app: db}"))
      let page = try tool.run("report", "html", "k8s").output
      #expect(page.contains("<li>Not read: k8s/open.yaml:"))
      #expect(page.contains("empty: nothing that was read allows it<"))
      #expect(page.contains("\"empty\":\"nothing that was read allows it\""))
    }
  }

  @Test func theNumbersCountCellsToo() throws {
    try withTool { tool in
      #expect(
        try tool.run("report", "html", "k8s").output.contains("<b>0</b> <a href=\"#matrix\">cells not certain</a>"))
      let block = policy("block").replacing("namespaceSelector: {}", with: "ipBlock: {cidr: 10.0.0.0/8}")
      try tool.write("k8s/a.yaml", pods + block)
      let page = try tool.run("report", "html", "k8s").output
      #expect(page.contains("undecided by rules</a>"))
      let cells = page.ranges(of: "<td class=\"unknown\">").count
      #expect(cells > 0 && page.contains("<b>\(cells)</b> <a href=\"#matrix\">cells not certain</a>"), "\(cells)")
    }
  }

  /// The page knows no flags of other commands.
  @Test func witnessesAreListedByAnotherCommand() throws {
    try withTool { tool in
      try tool.write("k8s/b.yaml", policy("cache").replacing("app: db", with: "app: cache"))
      let page = try tool.run("report", "html", "k8s").output
      #expect(page.contains("`netpol-lint connectivity --inferred` lists the pods"))
    }
  }

  @Test func zonesAndFlowsStandWithTheirWorkloads() throws {
    try withTool { tool in
      try tool.write(
        ".netpol-lint.yaml",
        """
        components:
          db: {namespace: shop, labels: {app: db}, data: ephi}
          web: {namespace: shop, labels: {app: web}, data: client}
        flows:
          - {name: the web reads, from: web, to: db, port: 5432, expect: allow}
          - {name: nobody else, from: web, to: db, port: 5432, expect: deny}
          - {name: elsewhere, from: internet, to: 203.0.113.1, port: 443, expect: deny}
        """)
      let page = try tool.run("report", "html", "k8s").output
      #expect(page.contains("[0,\"db\",\"Pod\",2,\"\",\"ePHI store\"]") && page.contains("\"client\"]"))
      #expect(page.contains("[\"the web reads\",\"allow\",1,"))
      #expect(page.contains("[\"nobody else\",\"deny\",0,"))
      #expect(!page.contains("[\"elsewhere\""))
    }
  }

  @Test func theInputIsTextAlone() throws {
    try withTool { tool in
      let name = "</script><script>alert(1)</script><b onclick=x>\\u202e\\u0007'&"
      let text = (pods + policy(name, comment: " </script><!-- <script>alert(2)</script>")).replacing(
        "name: web,", with: "name: \"\(name)\",")
      try tool.write("k8s/a.yaml", text)
      let page = try tool.run("report", "html", "k8s").output
      #expect(page.ranges(of: "<script").count == 2 && page.ranges(of: "</script>").count == 2)
      #expect(!page.contains("<b onclick") && !page.contains("<!-- "))
      #expect(!page.unicodeScalars.contains { $0.value == 0x202E || $0.value < 0x20 && $0 != "\n" })
      #expect(page.contains("\\u003c/script>"))
    }
  }

  @Test func passwordsAreNotShown() throws {
    try withTool { tool in
      let secret = "postgres://shop:hunter2@db.shop:5432/app"
      let comment = " \(secret)"
      let pod = pods.replacing("image: i}]", with: "image: i, env: [{name: DB, value: \"\(secret)\"}]}]")
      try tool.write("k8s/a.yaml", pod + policy(comment: comment))
      let page = try tool.run("report", "html", "k8s", "--profile", "strict").output
      #expect(page.contains("5432") && !page.contains("hunter2"))
    }
  }

  @Test func aChangeIsShownWithItsReasons() throws {
    try withTool { tool in
      try tool.write(
        "old/a.yaml", pods + policy().replacing("{namespaceSelector: {}}", with: "{ipBlock: {cidr: 203.0.113.0/24}}"))
      let page = try tool.run("report", "html", "k8s", "--against", "./old", "-q").output
      #expect(
        page.contains("<td class=\"added-text\">newly allowed</td><td>shop/web [Pod]</td><td>shop/db [Pod]</td>"),
        "\(page.prefix(3000))")
      #expect(page.contains("<td>other pods</td><td>shop/db [Pod]</td><td>TCP 5432</td>"))
      #expect(page.contains("<td class=\"removed-text\">newly blocked</td><td>203.0.113.0/24</td>"))
      #expect(page.contains("2 connections newly allowed, 1 newly blocked."))
      #expect(try tool.run("report", "html", "k8s", "--against", "./nowhere").status == 2)
    }
  }

  @Test func exitCodesOfThePage() throws {
    try withTool { tool in
      let file = try tool.run("report", "html", "k8s", "-o", "page.html")
      #expect(file.status == 0 && file.output.isEmpty && file.errors.contains("1 error"))
      #expect(try tool.run("report", "html", "nowhere").status == 2)
      try tool.write("empty/a.yaml", "a: 1\n")
      #expect(try tool.run("report", "html", "empty").status == 3)
      #expect(try tool.run("report", "html", "k8s", "--world", "nowhere").status == 2)
    }
  }
}
