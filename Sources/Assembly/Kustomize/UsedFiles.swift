/// A file that a build reads.
package struct UsedFile: Hashable, Sendable {
  /// What a build takes from a file.
  package enum Role: Hashable, Sendable {
    /// The kustomization of a folder.
    case kustomization
    /// A kustomization of kind Component.
    case component
    /// Objects.
    case resource
    case patch
    /// Objects that lie where the build may not look for them.
    case elsewhere
    /// A patch whose target selects nothing: nothing of it is in the build.
    case idlePatch
    /// Input of generators, and replacements that stand in a file of their own.
    case data
    /// What says how a step of the build's own works: `transformers`, `generators`, `validators`, `configurations`, `crds`.
    case step
  }

  /// Absolute, as the `FileTree` has it.
  package let path: String
  package let role: Role

  package init(path: String, role: Role) {
    self.path = path
    self.role = role
  }
}

/// Elements in the order in which they came first.
struct OrderedSet<Element: Hashable>: Sequence {
  private(set) var elements: [Element] = []
  private var known: Set<Element> = []

  /// Adds an element that is not there yet.
  mutating func insert(_ element: Element) {
    if known.insert(element).inserted { elements.append(element) }
  }

  mutating func formUnion(_ others: some Sequence<Element>) {
    for element in others { insert(element) }
  }

  func makeIterator() -> IndexingIterator<[Element]> { elements.makeIterator() }
}

/// The files that builds take, each with its roles.
struct UsedFiles {
  private var roles: [String: Set<UsedFile.Role>] = [:]

  /// - Parameter directories: the folders of the build's kustomizations. A patch from elsewhere is no mere patch: no
  ///   kustomization takes a file out of linting that is not its own.
  mutating func add(_ files: [UsedFile], of directories: [String]) {
    for file in files {
      let isPatch = [.patch, .idlePatch].contains(file.role)
      if isPatch, !directories.contains(where: { Paths.lies(file.path, in: $0) }) { continue }
      roles[file.path, default: []].insert(file.role)
    }
  }

  func isUsed(_ path: String, as role: UsedFile.Role) -> Bool { roles[path]?.contains(role) ?? false }
  func isUsed(_ path: String) -> Bool { roles[path] != nil }

  /// What a file is taken for that is taken for no object, for messages.
  func otherUse(of path: String) -> String? {
    if isUsed(path, as: .data) { return "data of a ConfigMap or Secret" }
    return isUsed(path, as: .step) ? "a step of its build" : nil
  }
}
