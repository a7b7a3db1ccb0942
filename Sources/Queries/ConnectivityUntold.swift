internal import Diagnostics
internal import Engine
internal import Facts
internal import Model
internal import Traffic
internal import Writing

/// Finds what the manifests leave open: connections that may be possible and are not listed, each with its cause.
struct UntoldConnections {
  private var places: Places
  private var found: [(span: SourceSpan, sentence: String)] = []

  /// More of a kind than this are counted, not listed.
  private static let mostListed = 10

  init(places: Places) { self.places = places }

  /// In order of place, without twins; more than can be read are counted.
  var sentences: [String] {
    var seen: Set<String> = []
    let all =
      found.sorted { ($0.span, $0.sentence) < ($1.span, $1.sentence) }.map(\.sentence).filter {
        seen.insert($0).inserted
      }
    let left = all.count - UntoldConnections.mostListed
    return left <= 1
      ? all : all.prefix(UntoldConnections.mostListed) + ["Cannot tell: \(left) more causes like these."]
  }

  mutating func add(_ view: WorldView) {
    for addition in view.world.additions {
      found.append(
        (addition.span, "Cannot tell: \(places.text(of: addition.span)): \(DisplayText.escaped(addition.reason))."))
    }
    // Of a build that leaves policies open its pods are said with them.
    let builds = Set(view.world.doubts.lazy.filter(\.scope.isAboutPolicies).map(\.span))
    for doubt in view.world.doubts where doubt.scope.isAboutPolicies || !builds.contains(doubt.span) {
      let what = doubt.scope.isAboutPolicies ? "what its policies may decide" : "what its pods may reach or serve"
      found.append(
        (
          doubt.span,
          "Cannot tell: \(places.text(of: doubt.span)): \(DisplayText.escaped(doubt.reason)); \(what) is not listed."
        ))
    }
    for gap in view.gaps {
      found.append(
        (gap.span, "Cannot tell: \(places.text(of: gap.span)): \(DisplayText.escaped(gap.sentence))."))
    }
  }
}

extension Doubt.Scope {
  fileprivate var isAboutPolicies: Bool { if case .workloads = self { false } else { true } }
}
