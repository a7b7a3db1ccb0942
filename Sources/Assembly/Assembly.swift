package import Diagnostics
package import Model

/// A file of the run, and what it holds.
package struct AssemblyFile: Sendable {
  /// Absolute; empty for standard input.
  package let path: String
  package let file: SourceFile
  package let contents: FileContents
  /// Whether the command line names the file itself: it then counts as applied.
  package let isNamed: Bool

  package init(path: String, file: SourceFile, contents: FileContents, isNamed: Bool = false) {
    self.path = path
    self.file = file
    self.contents = contents
    self.isNamed = isNamed
  }
}

/// Units that are live together.
package struct WorldPlan: Sendable {
  package let name: String
  /// Numbers of units, in order.
  package let units: [Int]
  /// Alternatives of the world that nothing but the order of their paths brought together; else empty.
  let branches: Branches

  init(name: String, units: [Int], branches: Branches = Branches()) {
    self.name = name
    self.units = units
    self.branches = branches
  }

  /// The first units of two branches each, the first branch with every other one.
  package var unpaired: [(Int, Int)] { branches.units.dropFirst().map { (branches.units[0][0], $0[0]) } }
}

/// The alternatives of one world by what brings them together: members of one branch share words of their paths, and
/// nothing says whether those of two branches are ever live together.
struct Branches: Sendable {
  /// The units of each branch: none, or at least two.
  var units: [[Int]] = []
  /// What all members of a group hold alike: it is there whichever of them is live.
  var common: Set<ObjectIdentity> = []
}

/// What a run's files come to: the units that are applied, and which of them are live together.
package struct Assembly: Sendable {
  package internal(set) var units: [Unit] = []
  package internal(set) var worlds: [WorldPlan] = []
  package internal(set) var conflicts: [Conflict] = []
  /// Files that builds name beside those of the run, in the order in which they were read.
  package internal(set) var addedFiles: [AssemblyFile] = []
  /// Faults of the files, of built objects, and of builds that are refused.
  package internal(set) var problems: [ManifestProblem] = []
  /// What is not modelled or was not read.
  package internal(set) var skipped: [SkippedInput] = []
  /// Files that hold nothing but fragments of objects.
  package internal(set) var patchFiles: Set<FileID> = []
}

/// Works out what a run's files come to.
package struct AssemblyOptions {
  /// The config's own division: the world that a file belongs to, by its shown path; `nil` where there is none.
  package var root: ((String) -> String?)?
  /// Folders of the command line, absolute.
  package var namedFolders: [String]

  package init(root: ((String) -> String?)? = nil, namedFolders: [String] = []) {
    self.root = root
    self.namedFolders = namedFolders
  }
}
