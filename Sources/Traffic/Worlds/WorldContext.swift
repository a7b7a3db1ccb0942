package import Model

/// How a world came to be from the files: all that rules and questions know of builds, in one place.
package struct WorldContext: Sendable {
  /// The build that is the world.
  package let build: Build
  /// Every build of the run, this one among them: pods that are applied by another one exist as well.
  package let builds: [Build]

  /// The directory of the kustomization or root that the world is; `nil` for the files that belong to none.
  package var directory: String? { build.directory }
  /// Whether all files of the run are applied together.
  package var isOnlyWorld: Bool { builds.count == 1 }
  /// Whether the world is what a kustomization builds.
  package var isKustomization: Bool { build.isKustomization }
  /// What belongs to the world and was not read: objects may exist that nothing here shows.
  package var missing: [String] { build.missing }
  /// Why whole sets of objects may belong to the world that were not read (the base of an overlay); `nil` when none do.
  package var unreadBase: String? { build.unreadBase }
  /// The namespaces that the objects were written for, each with the one that a kustomization puts in its place.
  package var renamedNamespaces: [String: Located<String>] { build.renamedNamespaces }
}
