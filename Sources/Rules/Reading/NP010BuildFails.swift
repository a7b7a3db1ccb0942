package import Diagnostics
internal import Model

/// A kustomization that kustomize refuses: nothing of it is applied.
package enum NP010BuildFails: Rule {
  package static let info = RuleInfo(
    id: "NP010", name: "build-fails", severity: .error, lower: [.warning],
    summary: "A kustomization that kustomize refuses to build.",
    rationale: """
      What cannot be built is not applied, and what the cluster holds is whatever was applied before. A patch without its \
      object, one object twice, a file outside of the kustomization's folder, an unknown field, a circle or a missing \
      file makes `kustomize build`, Flux and Argo CD stop at the whole kustomization. A warning where `.gitignore` lists \
      the missing file: whoever builds has it, and this input has not; also for a patch whose `target` selects nothing, \
      which kustomize passes over.
      """,
    remedy: "mend the line that makes kustomize refuse the build",
    bad: Example(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - manifest.yaml
        - default-deny.yaml # expect: NP010
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
      """),
    good: Example(
      """
      apiVersion: kustomize.config.k8s.io/v1beta1
      kind: Kustomization
      resources:
        - manifest.yaml
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: web}
      spec:
        podSelector: {matchLabels: {app: web}}
        policyTypes: [Ingress]
      """))

  package static let looksAtFiles = true

  package static func check(_ analysis: Analysis, _ sink: inout FindingSink) {
    sink.reportProblems(of: analysis) { $0 == .buildFails }
    sink.reportProblems(of: analysis, severity: .warning) { $0 == .idleTarget || $0 == .absentFile }
  }
}
