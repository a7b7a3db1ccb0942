import Diagnostics
import Rules
import TestSupport
import Testing

/// `${NAME}` and the like where nothing gives a value: no fault of spelling, and no answer.
@Suite struct PlaceholderTests {
  private func policy(_ label: String, name: String = "p") -> String {
    """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: \(name), namespace: shop}
    spec:
      podSelector: {matchLabels: {app: \(label)}}
      policyTypes: [Ingress]
      ingress: [{from: [{podSelector: {matchLabels: {app: \(label)}}}]}]

    """
  }

  private func run(_ text: String) async -> (rules: Set<String>, undecided: Set<String>) {
    let result = await Lint.run([SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(text.utf8))])
    return (
      Set(result.findings.map(\.rule.description)), Set(result.undecided.map(\.rule.description))
    )
  }

  @Test(arguments: ["'${APP}'", "\"${APP}-cache\"", "${APP:=web}", "'($name)'", "\"(join('-', [$a, $b]))\""])
  func placeholdersHaveNoSpellingAndNoMeaning(_ text: String) async {
    let rules = await run(policy(text)).rules
    #expect(rules.isDisjoint(with: ["NP005", "NP004", "NP101", "NP201", "NP202"]), "\(rules)")
    let named = await run(policy("web", name: text))
    #expect(!named.rules.contains("NP005"))
    // A policy applies whatever it is called.
    #expect(named.rules.contains("NP101") || text.contains("="))
  }

  @Test(arguments: ["'$APP'", "'{APP}'", "'(name)'", "'web app'"])
  func whatIsNoPlaceholderIsStillWrong(_ text: String) async {
    #expect(await run(policy(text)).rules.contains("NP005"))
  }

  /// What decides nothing may hold anything.
  @Test func annotationsDecideNothing() async {
    let text = policy("web").replacing("namespace: shop", with: "namespace: shop, annotations: {a: '${B}'}")
    let (rules, undecided) = await run(text)
    #expect(rules.contains("NP101") && !undecided.contains("NP101"))
  }
}
