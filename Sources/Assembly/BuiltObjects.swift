internal import Diagnostics
internal import Model
internal import YAMLSource

extension Assembler {
  /// A built object as manifests read it; none for kinds that nothing looks at.
  func manifests(_ object: BuiltObject, _ labels: Set<SourceSpan>, _ doubt: ObjectDoubt?) -> [UnitObject] {
    guard let origin = object.origin else { return generated(object, doubt) }
    guard let number = number(of: origin.document.file) else { return [] }
    if object.isChanged, doubt == nil, let known = known(object, labels) { return objects(known, object, nil) }
    let file = files[number]
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
      return ReadObject(object, of: file, written, labels, contents) { self.file($0)?.file }
    }
    guard let kept else { return objects(make(), object, doubt) }
    let unit = assembly.units.count
    let key = BuiltObjectKey.named(
      unit: unit, origin: object.origin, name: object.root["metadata"]?["name"]?.text ?? "")
    let read = kept.objects.value(
      for: key, isStill: { $0.isOf(object.root, written, labels) && areAsRead($0) }, make: make)
    if let resource = object.resource { kept.objects.keep(read, for: .shared(unit: unit, resource.identity)) }
    return objects(read, object, doubt)
  }

  /// What the same object of the run before was read to; `nil` where a step has made another one of it.
  private func known(_ object: BuiltObject, _ labels: Set<SourceSpan>) -> ReadObject? {
    guard let kept, let resource = object.resource else { return nil }
    let key = BuiltObjectKey.shared(unit: assembly.units.count, resource.identity)
    guard let read = kept.objects[key], read.isOf(resource, labels), areAsRead(read) else { return nil }
    kept.objects.keep(read, for: key)
    return read
  }

  /// Whether the files that parts of an object stand in hold the same still.
  private func areAsRead(_ read: ReadObject) -> Bool {
    read.files.allSatisfy { known in number(of: known.id).map { files[$0].file.isSame(as: known) } ?? false }
  }

  private func objects(_ read: ReadObject, _ object: BuiltObject, _ doubt: ObjectDoubt?) -> [UnitObject] {
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
