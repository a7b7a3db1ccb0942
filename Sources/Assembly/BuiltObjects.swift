internal import Diagnostics
internal import Model
internal import YAMLSource

extension Assembler {
  /// A built object as manifests read it; none for kinds that nothing looks at.
  func manifests(_ object: BuiltObject, _ labels: Set<SourceSpan>, _ doubt: ObjectDoubt?) -> [UnitObject] {
    guard let origin = object.origin else { return generated(object, doubt) }
    guard let file = file(origin.document.file) else { return [] }
    guard object.isChanged else {
      problems.add(file.contents.problems.filter { object.root.span.covers($0.span) })
      return written.manifest(origin, in: file).map { [UnitObject($0, doubt: doubt)] } ?? []
    }
    let original = written.manifest(origin, in: file)
    if original == nil, reader.isIgnored(object.root["kind"]?.text ?? "") { return [] }
    return read(object, of: file.file, origin.document, original, labels, doubt)
  }

  /// What a generator made, and patches made into something else: it stands in no document.
  private func generated(_ object: BuiltObject, _ doubt: ObjectDoubt?) -> [UnitObject] {
    let place = object.root.firstPlace
    if reader.isIgnored(object.root["kind"]?.text ?? "") { return [] }
    guard let file = file(place.file) else { return [] }
    return read(object, of: file.file, DocumentID(file: place.file, index: Int(Int32.max)), nil, [], doubt)
  }

  /// - Parameters:
  ///   - document: the one that it comes from.
  ///   - written: the object before the build.
  private func read(
    _ object: BuiltObject, of file: SourceFile, _ document: DocumentID, _ written: Manifest?,
    _ labels: Set<SourceSpan>, _ doubt: ObjectDoubt?
  ) -> [UnitObject] {
    func make() -> ReadObject {
      let contents = reader.read(
        YAMLTree(object.root, file: file), document: document, prefix: object.origin?.pathPrefix ?? "",
        written: written, addedLabels: labels)
      return ReadObject(object.root, of: file, written, labels, contents) { self.file($0)?.file }
    }
    let key = BuiltObjectKey(
      unit: assembly.units.count, origin: object.origin, name: object.root["metadata"]?["name"]?.text ?? "")
    let read =
      kept?.objects.value(
        for: key, isStill: { known in known.isOf(object.root, written, labels) { self.file($0)?.file } }, make: make)
      ?? make()
    problems.add(read.contents.problems)
    return read.contents.manifests.map {
      UnitObject($0, root: object.root, doubt: doubt, mayHoldPlaceholder: read.mayHoldPlaceholder)
    }
  }
}

/// The manifests of files by where they stand.
struct WrittenManifests {
  private var known: [FileID: [ObjectOrigin: Manifest]] = [:]

  mutating func manifest(_ origin: ObjectOrigin, in file: AssemblyFile) -> Manifest? {
    // Most files hold few.
    if file.contents.manifests.count < 5 { return file.contents.manifests.last { $0.meta.origin == origin } }
    if let manifests = known[file.file.id] { return manifests[origin] }
    let manifests = Dictionary(file.contents.manifests.map { ($0.meta.origin, $0) }) { $1 }
    known[file.file.id] = manifests
    return manifests[origin]
  }
}
