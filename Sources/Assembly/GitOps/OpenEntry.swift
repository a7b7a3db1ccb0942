internal import Diagnostics
internal import Model

/// An entry that leads to folders which nobody knows: a path with a variable, an ApplicationSet over what is not written
/// down, a plugin.
struct OpenEntry {
  /// What it leads to lies here or below; absolute.
  let folder: String
  /// Whether it is taken to apply all that no other entry leads to, so that only the namespace is open.
  let takesAll: Bool
  /// The namespaces that it gives.
  let places: UnbuiltPlaces
  /// Why nobody knows, for messages: no full stop.
  let reason: String
  let span: SourceSpan

  /// The last folder of a path, absolute, whose name has no variable in it; the path itself where none has.
  static func knownPart(of path: String, _ base: String) -> String {
    guard let variable = path.firstRange(of: "${") else { return Paths.join(base, path) }
    return Paths.join(base, Paths.directory(of: String(path[..<variable.lowerBound])))
  }

  /// - Parameter namespace: what the entry says that namespaces are called; `nil` where it says nothing.
  static func places(_ namespace: String?) -> UnbuiltPlaces {
    guard let namespace, !namespace.contains("{{"), !PossibleNamespaces.isUnknown(namespace) else { return .anywhere }
    return .namespaces([namespace])
  }

  func leaveOpen(_ unit: inout Unit) {
    if takesAll {
      let doubt = ObjectDoubt(reason: reason, span: span, places: places)
      for number in unit.objects.indices where unit.objects[number].isUnplaced && unit.objects[number].doubt == nil {
        unit.objects[number].doubt = doubt
      }
    } else {
      unit.gaps.append(BuildGap(.everything, reason, at: span))
      unit.places = unit.places.union(places)
    }
  }
}

extension UnitObject {
  /// Whether it is in the namespace that whoever applies it gives to it.
  fileprivate var isUnplaced: Bool {
    switch manifest {
    case .networkPolicy, .workload, .service, .ingress: !manifest.meta.isPlaced
    case .clusterPolicy, .namespace, .other: false
    }
  }
}
