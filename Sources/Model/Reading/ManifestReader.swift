package import Diagnostics
package import YAMLSource

/// What reading one file gave.
package struct FileContents: Sendable {
  package var documents: [Document] = []
  package var manifests: [Manifest] = []
  package var problems: [ManifestProblem] = []
  package var skipped: [SkippedInput] = []
  /// What the file says when it is a kustomization.
  package var kustomization: Kustomization?
}

/// A document that was read.
package struct Document: Sendable {
  package let id: DocumentID
  package let chunk: DocumentChunk
  /// The comments of a document that holds a NetworkPolicy; none for others.
  package let comments: [Comment]
}

/// Settings of reading, equal for all files of a run.
package struct ReadingOptions: Sendable {
  /// The namespace of objects that name none.
  package var defaultNamespace: String
  /// Kinds that no rule looks at: documents that hold only these are not read.
  package var ignoredKinds: Set<String>
  /// The minor version of Kubernetes 1.x whose API server is asked in thought.
  package var kubernetesMinor: Int

  package init(defaultNamespace: String = "default", ignoredKinds: Set<String> = [], kubernetesMinor: Int = 35) {
    self.defaultNamespace = defaultNamespace
    self.ignoredKinds = ignoredKinds
    self.kubernetesMinor = kubernetesMinor
  }
}

/// Reads files to manifests: documents, Lists, one typed object for each.
package struct ManifestReader: Sendable {
  private let options: ReadingOptions

  package init(_ options: ReadingOptions) { self.options = options }

  /// Reads all documents of a file; one that cannot be read is a problem or an entry in `skipped`, and the others are
  /// still read. O(bytes).
  package func read(_ file: SourceFile) -> FileContents {
    var contents = FileContents()
    let isKustomization = KustomizationReader.isKustomization(file)
    for (index, chunk) in DocumentSplitter.split(file.bytes).enumerated() {
      guard isKustomization || KindFilter.mayMatter(file.bytes, chunk.content, ignored: options.ignoredKinds) else {
        continue
      }
      guard let tree = tree(chunk, of: file, into: &contents), let root = tree.root, !root.isNull else { continue }
      if refuseComplexKey(root, chunk, of: file, into: &contents) { continue }
      if isKustomization {
        contents.kustomization = KustomizationReader.read(root, path: Paths.normalize(file.path))
      } else {
        let id = DocumentID(file: file.id, index: index)
        contents.documents.append(read(root, id, chunk, tree, into: &contents))
      }
    }
    return contents
  }

  private func read(
    _ root: NodeRef, _ id: DocumentID, _ chunk: DocumentChunk, _ tree: YAMLTree, into contents: inout FileContents
  ) -> Document {
    let before = contents.manifests.count
    read(root, id, prefix: "", inherited: nil, into: &contents)
    let holdsPolicy = contents.manifests[before...].contains { if case .networkPolicy = $0 { true } else { false } }
    return Document(id: id, chunk: chunk, comments: holdsPolicy ? tree.comments(of: chunk) : [])
  }

  /// The document's nodes; `nil` when it cannot be read, which is then a problem or an entry in `skipped`.
  private func tree(_ chunk: DocumentChunk, of file: SourceFile, into contents: inout FileContents) -> YAMLTree? {
    do throws(YAMLProblem) {
      if let stray = chunk.strayText {
        let span = SourceSpan(file: file.id, start: UInt32(stray.lowerBound), end: UInt32(stray.upperBound))
        throw YAMLProblem(.textAfterSeparator, at: span)
      }
      let tree = try YAMLReader.read(chunk, of: file)
      if let rest = YAMLReader.textAfterEnd(chunk, of: file) {
        let line = LineIndex(file.bytes).position(of: rest.start).line
        let reason = "the text from line \(line) on stands after `...`: kubectl never reads it"
        contents.skipped.append(SkippedInput(file: file.path, reason: reason))
      }
      return tree
    } catch {
      refuse(error, chunk, of: file, into: &contents)
      return nil
    }
  }

  /// Refuses a document in which a mapping is the key of another one: Kubernetes has no such keys, and nearly always it
  /// is template text without quotes, `{{ x }}`.
  private func refuseComplexKey(
    _ root: NodeRef, _ chunk: DocumentChunk, of file: SourceFile, into contents: inout FileContents
  ) -> Bool {
    guard file.bytes.contains("{{", in: chunk.range), let key = ManifestReader.complexKey(in: root) else {
      return false
    }
    if let template = TemplateText.find(file.bytes, chunk.range) {
      contents.problems.append(TemplateText.problem(at: template, of: file))
    } else if file.bytes.contains("NetworkPolicy", in: chunk.range) {
      contents.problems.append(
        ManifestProblem(
          .invalidYAML, "a mapping cannot be a key, and `{{` begins a mapping in a mapping", at: key.span,
          remedy: "render the template first, or put quotes around the value"))
    } else {
      contents.skipped.append(SkippedInput(file: file.path, reason: "a mapping stands where a key is needed"))
    }
    return true
  }

  private static func complexKey(in node: NodeRef) -> NodeRef? {
    for item in node.items {
      if let key = complexKey(in: item) { return key }
    }
    for entry in node.writtenEntries {
      if entry.key.kind != .scalar { return entry.key }
      if let key = complexKey(in: entry.value) { return key }
    }
    return nil
  }

  private func refuse(
    _ problem: YAMLProblem, _ chunk: DocumentChunk, of file: SourceFile, into contents: inout FileContents
  ) {
    if let template = TemplateText.find(file.bytes, chunk.range) {
      contents.problems.append(TemplateText.problem(at: template, of: file))
    } else if file.bytes.contains("NetworkPolicy", in: chunk.range) {
      contents.problems.append(YAMLProblemMessage.problem(problem, of: file))
    } else {
      let line = LineIndex(file.bytes).position(of: problem.span.start).line
      contents.skipped.append(
        SkippedInput(
          file: file.path, reason: "line \(line) cannot be read: \(YAMLProblemMessage.text(problem.kind))"))
    }
  }

  /// Reads an object, or the items of a List.
  ///
  /// - Parameter inherited: the version and kind that items without their own get from a NetworkPolicyList.
  private func read(
    _ object: NodeRef, _ id: DocumentID, prefix: String, inherited: (apiVersion: String, kind: String)?,
    into contents: inout FileContents
  ) {
    let apiVersion = object["apiVersion"]?.string ?? inherited?.apiVersion ?? ""
    let kind = object["kind"]?.string ?? inherited?.kind ?? ""
    if kind.hasSuffix("List"), let items = object["items"], prefix.isEmpty {
      let itemType: (String, String)? =
        kind == "List" ? nil : (apiVersion, String(kind.dropLast("List".count)))
      for (index, item) in items.items.enumerated() {
        read(item, id, prefix: "items[\(index)].", inherited: itemType, into: &contents)
      }
      return
    }
    let meta = MetaReader(document: id, pathPrefix: prefix, defaultNamespace: options.defaultNamespace)
      .read(object, apiVersion: apiVersion, kind: kind)
    if kind == "NetworkPolicy", NetworkPolicyValidator.isInScope(apiVersion) {
      var validator = NetworkPolicyValidator(options, meta)
      let errors = validator.validate(object, inheritsType: inherited != nil && object["apiVersion"] == nil)
      contents.problems += errors
      guard apiVersion == NetworkPolicyValidator.apiVersion else { return }
      let policy = NetworkPolicyReader(errors: errors.filter { $0.kind != .looseCIDR }.map(\.span))
        .read(object, meta: meta)
      contents.manifests.append(.networkPolicy(policy))
    } else if apiVersion == NetworkPolicyValidator.apiVersion, isMeantAsPolicy(object, kind) {
      let node = object["kind"]
      contents.problems.append(
        ManifestProblem(
          .invalidValue, kind.isEmpty ? "kind is missing" : "there is no kind `\(kind)`: it is NetworkPolicy",
          at: node?.span ?? object.firstKeySpan, path: prefix + "kind", object: meta.reference,
          remedy: "write `kind: NetworkPolicy`"))
    } else if let manifest = manifest(object, meta) {
      contents.manifests.append(manifest)
    }
  }

  /// Whether an object of networking.k8s.io/v1 can only be a NetworkPolicy whose kind is misspelt or missing.
  private func isMeantAsPolicy(_ object: NodeRef, _ kind: String) -> Bool {
    kind.lowercased() == "networkpolicy" || (kind.isEmpty && object["spec"]?["podSelector"] != nil)
  }

  private func manifest(_ object: NodeRef, _ meta: ObjectMeta) -> Manifest? {
    if meta.kind.isEmpty { return nil }
    switch (meta.group, meta.kind) {
    case ("", "Namespace"):
      var meta = meta
      meta.namespace = meta.name.value
      return .namespace(NamespaceManifest(meta: meta))
    case ("", "Service"): return .service(ServiceReader.service(object, meta: meta))
    case ("networking.k8s.io", "Ingress"), ("extensions", "Ingress"):
      return .ingress(ServiceReader.ingress(object, meta: meta))
    case ("route.openshift.io", "Route"): return .ingress(ServiceReader.route(object, meta: meta))
    default:
      if options.ignoredKinds.contains(meta.kind) { return nil }
      if let workload = WorkloadReader.read(object, meta: meta) { return .workload(workload) }
      return .other(OtherResourceReader.read(object, meta: meta))
    }
  }
}
