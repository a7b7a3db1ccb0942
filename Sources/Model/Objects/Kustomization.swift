/// A kustomization file or component: which files make up a build, and what it changes in them.
///
/// Only what changes the meaning of policies is kept. Patches are not applied: the files that hold them are fragments,
/// not objects.
package struct Kustomization: Sendable {
  /// Labels that a build adds.
  package struct AddedLabels: Sendable {
    package let labels: [Label]
    /// Whether selectors get them too: `commonLabels`, or `includeSelectors: true`.
    package let inSelectors: Bool
    /// Whether pod templates get them.
    package let inTemplates: Bool
  }

  /// The file's directory, normalized; empty for the working directory.
  package let directory: String
  /// Whether it is a Component: part of other builds.
  package let isComponent: Bool
  package let namespace: Located<String>?
  package let namePrefix: String
  package let nameSuffix: String
  package let addedLabels: [AddedLabels]
  /// Files and directories, relative to `directory`, as written: `resources`, `bases`.
  package let resources: [String]
  package let components: [String]
  /// Files that hold patches.
  package let patches: [String]
  /// Whether it patches objects, by files or in its own text.
  package let hasPatches: Bool
  /// Whether it makes objects that no file of the input holds (Helm charts, generators of other kinds, plugins).
  package let generatesObjects: Bool
}
