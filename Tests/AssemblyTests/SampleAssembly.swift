import Assembly
import Diagnostics
import Model
import Testing

/// What the files of a repository come to.
struct SampleAssembly {
  private let assembled: Assembly
  private let tree: MemoryTree

  /// - Parameter texts: by path from the repository's root.
  init(_ texts: [String: String], remotes: [String] = []) {
    tree = MemoryTree(Dictionary(uniqueKeysWithValues: texts.map { ("/\($0.key)", $0.value) }))
    tree.remotes = remotes
    let reader = ManifestReader(ReadingOptions())
    let files = tree.files.sorted { $0.key < $1.key }.filter { $0.key.hasSuffix(".yaml") }.map { path, file in
      AssemblyFile(path: path, file: file, contents: reader.read(file))
    }
    assembled = Assembler(files, tree: tree, reader: reader, options: AssemblyOptions()).assemble()
  }

  /// The units of a kind that are applied, by folder, with their objects as `kind namespace/name`.
  func units(_ kind: Unit.Kind) -> [String: [String]] {
    Dictionary(
      assembled.units.filter { $0.kind == kind && $0.isApplied }.map { unit in
        (
          unit.name,
          unit.objects.map { "\($0.manifest.meta.kind) \($0.manifest.meta.namespace)/\($0.manifest.meta.name.value)" }
        )
      }
    ) { $0 + $1 }
  }

  /// The labels of the workloads' pods, by name.
  var podLabels: [String: [String: String]] {
    Dictionary(
      assembled.units.flatMap(\.objects).compactMap { object in
        guard case .workload(let workload) = object.manifest else { return nil }
        return (
          workload.meta.name.value,
          Dictionary(workload.podLabels.map { ($0.key, $0.value) }) { $1 }
        )
      }
    ) { $1 }
  }

  /// The cluster of each unit that has one, by the unit's name.
  var clusters: [String: String] {
    Dictionary(assembled.units.compactMap { unit in unit.cluster.map { (unit.name, $0) } }) { $1 }
  }

  /// The units of each world, by its name.
  var worlds: [String: [String]] {
    Dictionary(assembled.worlds.map { world in (world.name, world.units.map { assembled.units[$0].name }.sorted()) }) {
      $1
    }
  }

  /// Why units are not applied, by their names.
  var notApplied: [String: String] {
    Dictionary(
      assembled.units.compactMap { unit in
        if case .notApplied(let cause) = unit.status { (unit.name, cause.text) } else { nil }
      }
    ) { $1 }
  }

  /// What says that units are applied.
  var owners: [String] { assembled.units.compactMap(\.owner) }
  var refusals: [String] { assembled.units.compactMap { $0.refusal?.message } }
  /// Why objects are not as they are applied.
  var doubts: [String] { assembled.units.flatMap(\.objects).compactMap { $0.doubt?.reason } }
  var skipped: [String] { assembled.skipped.map { "\($0.file): \($0.reason)" } }
  /// What was added that nobody read, with the namespace.
  var additions: [String] {
    assembled.units.flatMap(\.additions).map { "\($0.namespace ?? "-"): \($0.reason)" }
  }
}
