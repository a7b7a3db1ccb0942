internal import Diagnostics
package import SystemPackage

/// A file that is left out, and why.
package struct IgnoredFile {
  /// What leaves it out.
  package enum Cause: String, Sendable {
    case gitignore = ".gitignore"
    case nodeModules = "node_modules"
    case exclude = "exclude"
    /// It does not end as kubectl takes manifests from a folder: `.YAML`.
    case name = "its name"
  }

  package let path: FilePath
  package let cause: Cause
}

/// What a name says of a file.
enum ManifestName {
  /// Whether kubectl takes the file from a folder: `.yaml` alone is such a name too.
  /// kustomize's own name without an ending is read as well.
  static func isManifest(_ path: FilePath) -> Bool {
    endings.contains(ending(of: path)) || path.lastComponent?.string == "Kustomization"
  }

  /// Whether upper case alone keeps kubectl from it.
  static func isAlmost(_ path: FilePath) -> Bool {
    endings.contains(ending(of: path).lowercased()) || path.lastComponent?.string == "Kustomization"
  }

  /// Whether a kustomization has such a name.
  static func isKustomization(_ path: FilePath) -> Bool {
    ["kustomization.yaml", "kustomization.yml", "Kustomization"].contains(path.lastComponent?.string ?? "")
  }

  /// Whether the name itself says what the file is, so that another name of it means something else.
  static func saysRole(_ path: FilePath) -> Bool {
    let name = path.lastComponent?.string ?? ""
    return roles.contains(name) || name.utf8.reversed().starts(with: ".flows.yaml".utf8.reversed())
  }

  private static let endings: Set<String> = ["yaml", "yml", "json"]
  private static let roles: Set<String> = ["kustomization.yaml", "kustomization.yml", "Kustomization", "Chart.yaml"]

  /// By bytes: with some letters in front of it, a dot is no `Character` of its own.
  private static func ending(of path: FilePath) -> String {
    let name = path.lastComponent?.string.utf8 ?? "".utf8
    return name.lastIndex(of: UInt8(ascii: ".")).map { String(decoding: name[name.index(after: $0)...], as: UTF8.self) }
      ?? ""
  }
}

/// Looks through folders that are left out, for the files that a manifest could be in.
///
/// Dependencies of other languages can be many: what is looked at is bounded, and the bound is said. Links to folders are
/// not followed, as kubectl does not follow them; those to files are.
struct IgnoredFiles {
  private(set) var files: [IgnoredFile] = []
  /// Folders that were not looked through to their end, and what cannot be read.
  private(set) var skipped: [SkippedInput] = []
  private var left = mostNames
  private static let mostNames = 50_000

  /// Takes a file, or those of a folder.
  mutating func add(_ path: FilePath, _ cause: IgnoredFile.Cause) {
    guard let status = FileSystem.status(path) else { return }
    switch status.kind {
    case .file:
      if ManifestName.isAlmost(path) { files.append(IgnoredFile(path: path, cause: cause)) }
    case .directory: if !FileSystem.isLink(path) { addFolder(path, cause) }
    case .other: break
    }
  }

  private mutating func addFolder(_ root: FilePath, _ cause: IgnoredFile.Cause) {
    var open = [root]
    while let directory = open.popLast() {
      guard let entries = try? FileSystem.entries(of: directory) else {
        // A name that is no folder is not what a manifest is looked for in.
        if FileSystem.status(directory)?.kind == .directory { skipUnread(directory, cause) }
        continue
      }
      guard entries.count <= left else {
        left = 0
        return skipRest(root, cause)
      }
      left -= entries.count
      var folders: [FilePath] = []
      for entry in entries where entry.name != ".git" {
        let path = directory.appending(entry.name)
        if ManifestName.isAlmost(path) {
          add(path, cause)
        } else if !entry.isFile, !entry.isLink {
          folders.append(path)
        }
      }
      open += folders.reversed()
    }
  }

  private mutating func skipUnread(_ directory: FilePath, _ cause: IgnoredFile.Cause) {
    let reason = "it is ignored by \(cause.rawValue), and cannot be looked through for NetworkPolicies"
    skipped.append(SkippedInput(file: ShownPath.text(directory), reason: reason))
  }

  private mutating func skipRest(_ root: FilePath, _ cause: IgnoredFile.Cause) {
    skipped.append(
      SkippedInput(
        file: ShownPath.text(root),
        reason: """
          it is ignored by \(cause.rawValue), and has too many files to be looked through for NetworkPolicies \
          (\(IgnoredFiles.mostNames) names of ignored folders are)
          """))
  }
}
