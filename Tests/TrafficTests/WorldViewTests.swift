import Config
import Diagnostics
import Engine
import Model
import Testing

@testable import Traffic

/// One world with one engine, whoever asks.
@Suite struct WorldViewTests {
  private static let manifests = """
    apiVersion: networking.k8s.io/v1
    kind: NetworkPolicy
    metadata: {name: db, namespace: shop}
    spec:
      podSelector: {matchLabels: {app: db}}
      ingress: [{from: [{podSelector: {matchLabels: {app: web}}}]}]
    ---
    apiVersion: v1
    kind: Pod
    metadata: {name: db, namespace: shop, labels: {app: db}}
    spec: {containers: [{name: db, image: db}]}
    """

  private func view() async throws -> WorldView {
    let file = SourceFile(id: FileID(0), path: "a.yaml", bytes: Array(Self.manifests.utf8))
    let project = await Project.read([file], configuration: Configuration())
    return try #require(project.worlds.first { _ in true })
  }

  private func pod(_ labels: (String, String)...) -> HypotheticalPod {
    HypotheticalPod(namespace: "shop", labels: LabelSet(labels))
  }

  private func answer(_ view: WorldView, from pod: HypotheticalPod) throws -> Truth {
    let source = try #require(view.reach.podClass(of: pod))
    return view.reach.ports(from: .pods(source), to: .workload(WorkloadID(0))).answer(for: .all)
  }

  @Test func podsThatAreAskedAboutAreNoneOfTheWorlds() async throws {
    let view = try await view()
    let (web, job) = (pod(("app", "web")), pod(("app", "job")))
    let asking = view.asking([web, job])
    #expect(try answer(asking, from: web) == .yes)
    #expect(try answer(asking, from: job) == .no)
    #expect(view.reach.podClass(of: job) == nil)
    #expect(asking.reach.classes.count == view.reach.classes.count + 1)
  }

  /// The witness of the peer's selector is the pod that is asked about: the engine that has been made can serve.
  @Test func anEngineThatKnowsThePodsIsAskedAgain() async throws {
    let view = try await view()
    let count = view.reach.classes.count
    let asking = view.asking([pod(("app", "web"))])
    #expect(asking.lazyReach === view.lazyReach)
    #expect(view.asking([]).lazyReach === view.lazyReach)
    #expect(asking.reach.classes.count == count)
    #expect(view.asking([pod(("app", "job"))]).lazyReach !== view.lazyReach)
  }
}
