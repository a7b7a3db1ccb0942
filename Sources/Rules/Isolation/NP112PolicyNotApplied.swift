internal import Assembly
package import Diagnostics
internal import Model
internal import Traffic

/// A policy that lies beside a kustomization which does not list it.
package enum NP112PolicyNotApplied: Rule {
  package static let info = RuleInfo(
    id: "NP112", name: "policy-not-applied", severity: .warning,
    summary: "A NetworkPolicy beside a kustomization that does not list it: nobody applies it.",
    rationale: """
      A kustomization applies what stands under `resources`, and nothing else of its folder. A policy that was added to \
      the folder and not to the list is in the repository, in reviews and in nobody's cluster.
      """,
    remedy: "add the file to `resources` of the kustomization, or delete it",
    bad: Example(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      configMapGenerator: [{name: settings, literals: [a=b]}]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: deny # expect: NP112
        namespace: shop
      spec: {podSelector: {}, policyTypes: [Ingress]}
      """),
    good: Example(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources: [manifest.yaml]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata:
        name: deny
        namespace: shop
      spec: {podSelector: {}, policyTypes: [Ingress]}
      """))

  package static let looksAtObjectsAlone = true

  /// Folders whose files are there to be read, not to be applied.
  private static let shownOnly: Set<Substring> = [
    "example", "examples", "sample", "samples", "doc", "docs", "test", "tests", "testdata",
  ]

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    guard analysis.context.isUnapplied else { return }
    let units = analysis.project.assembly.units
    var seen: Set<SourceSpan> = []
    for unit in units {
      let fact: (String) -> String
      switch unit.status {
      case .notApplied(.notListed(let folder)):
        fact = { "the kustomization of \(folder) does not list this \($0)" }
      case .notApplied(.otherUse(let folder, let use)):
        fact = { "the kustomization of \(folder) takes this \($0) for \(use)" }
      case .applied, .notApplied: continue
      }
      for object in unit.objects {
        let meta = object.manifest.meta
        guard object.manifest.isPolicy, seen.insert(meta.span).inserted,
          !analysis.sources.path(of: meta.span).split(separator: "/").dropLast().contains(where: {
            shownOnly.contains($0[...])
          })
        else { continue }
        sink.report(
          "\(fact(meta.kind)): nobody applies it", at: .name(of: meta))
      }
    }
  }
}
