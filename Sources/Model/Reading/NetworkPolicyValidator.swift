internal import Diagnostics
internal import YAMLSource

/// Finds what the API server or kubectl would refuse, drop or change in a NetworkPolicy (NP002 to NP006).
struct NetworkPolicyValidator {
  static let apiVersion = "networking.k8s.io/v1"

  private let options: ReadingOptions

  init(_ options: ReadingOptions) { self.options = options }

  /// Whether an object of kind NetworkPolicy is Kubernetes' own; other APIs have kinds of the same name.
  static func isInScope(_ apiVersion: String) -> Bool {
    !apiVersion.contains("/") || apiVersion.hasPrefix("networking.k8s.io/") || apiVersion.hasPrefix("extensions/")
  }

  /// All problems of an object, in the order of the text.
  func validate(_ object: NodeRef, meta: ObjectMeta) -> [ManifestProblem] { [] }
}
