package import Diagnostics
package import YAMLSource

/// What reading one file gave.
package struct FileContents: Sendable {
  package var documents: [Document] = []
  package var manifests: [Manifest] = []
  package var problems: [ManifestProblem] = []
  package var skipped: [SkippedInput] = []
  /// Whether the file is a kustomization.
  package var isKustomization = false

  /// Nothing.
  package init() {}
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
  /// Kinds that no rule and no build looks at: documents that hold only these are not read.
  package var ignoredKinds: Set<String>
  /// The paths of files in which a chart keeps its templates.
  package var templates: Set<String>
  /// The minor version of Kubernetes 1.x whose API server is asked in thought.
  package var kubernetesMinor: Int

  package init(
    defaultNamespace: String = "default", ignoredKinds: Set<String> = [], templates: Set<String> = [],
    kubernetesMinor: Int = 35
  ) {
    self.defaultNamespace = defaultNamespace
    self.ignoredKinds = ignoredKinds
    self.templates = templates
    self.kubernetesMinor = kubernetesMinor
  }
}

/// Documents of a file that are read together: all of them, or a part that another task need not wait for.
package struct FilePart: Sendable {
  package let file: SourceFile
  /// With their numbers in the file as indices; `nil` for a whole file that has not been cut yet.
  fileprivate let chunks: ArraySlice<DocumentChunk>?
}

extension FileContents {
  /// Adds what a later part of the same file gave.
  package mutating func append(_ other: FileContents) {
    documents += other.documents
    manifests += other.manifests
    problems += other.problems
    skipped += other.skipped
    isKustomization = isKustomization || other.isKustomization
  }
}

/// Reads files to manifests: documents, Lists, one typed object for each.
package struct ManifestReader: Sendable {
  let options: ReadingOptions

  package init(_ options: ReadingOptions) { self.options = options }

  private static let kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

  /// Whether the file is a kustomization by its name, if a document of it can be one: kustomize does not ask for `kind`.
  private static func isNamedKustomization(_ file: SourceFile) -> Bool {
    kustomizationNames.contains { name in
      file.path.utf8.count >= name.utf8.count && file.path.utf8.suffix(name.utf8.count).elementsEqual(name.utf8)
        && (file.path.utf8.dropLast(name.utf8.count).last ?? UInt8(ascii: "/")) == UInt8(ascii: "/")
    }
  }

  /// Cuts a file at its separators into parts of about so many bytes, in order; a smaller file is one part.
  package func parts(of file: SourceFile, bytes: Int) -> [FilePart] {
    guard file.bytes.count >= 2 * bytes else { return [FilePart(file: file, chunks: nil)] }
    let chunks = DocumentSplitter.split(file.bytes)
    var parts: [FilePart] = []
    var first = chunks.startIndex
    for (index, chunk) in chunks.enumerated()
    where index + 1 == chunks.endIndex || chunk.range.upperBound - chunks[first].range.lowerBound >= bytes {
      parts.append(FilePart(file: file, chunks: chunks[first...index]))
      first = index + 1
    }
    return parts
  }

  /// Reads all documents of a file; one that cannot be read is a problem or an entry in `skipped`, and the others are
  /// still read. O(bytes).
  package func read(_ file: SourceFile) -> FileContents { read(FilePart(file: file, chunks: nil)) }

  /// Reads the documents of a part of a file; what the parts give, put together, is what the file gives.
  package func read(_ part: FilePart) -> FileContents {
    let file = part.file
    var contents = FileContents()
    let isNamedKustomization = ManifestReader.isNamedKustomization(file)
    let isTemplate = options.templates.contains(file.path)
    let chunks = part.chunks ?? DocumentSplitter.split(file.bytes)[...]
    for (index, chunk) in zip(chunks.indices, chunks) {
      guard index < YAMLReader.Limits.documents else {
        // Said once, by the part that holds the first one.
        if index == YAMLReader.Limits.documents { refuseRest(from: chunk, of: file, into: &contents) }
        break
      }
      guard
        isNamedKustomization || stopsKubectl(chunk, file)
          || KindFilter.mayMatter(
            file.bytes, chunk.content, ignored: options.ignoredKinds, isTemplate: isTemplate)
      else { continue }
      guard let tree = tree(chunk, of: file, into: &contents), let root = tree.root, !root.isNull else { continue }
      if isTemplate, let template = TemplateText.find(tree) {
        contents.problems.append(TemplateText.problem(at: template, of: file))
        continue
      }
      if isNamedKustomization, ObjectType(root, inherited: nil).isKustomization {
        contents.isKustomization = true
        if !ObjectType.isList(root) { continue }
      }
      let id = DocumentID(file: file.id, index: index)
      contents.documents.append(read(root, id, chunk, tree, into: &contents))
    }
    return contents
  }

  private func read(
    _ root: NodeRef, _ id: DocumentID, _ chunk: DocumentChunk, _ tree: YAMLTree, into contents: inout FileContents
  ) -> Document {
    let before = contents.manifests.count
    contents.problems += ObjectType.problem(ofRoot: root)
    read(root, id, prefix: "", inherited: nil, into: &contents)
    let holdsPolicy = contents.manifests[before...].contains(where: \.isPolicy)
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
        refuse(YAMLProblem(.textAfterEnd, at: rest), chunk, of: file, into: &contents)
      } else if let rest = YAMLReader.textAfterRoot(tree) {
        refuse(YAMLProblem(.textAfterRoot, at: rest), chunk, of: file, into: &contents)
      }
      if isAboutPolicies(chunk, of: file) || file.bytes.contains("{{", in: chunk.range),
        let problem = tree.conversionProblem()
      {
        throw problem
      }
      return tree
    } catch {
      refuse(error, chunk, of: file, into: &contents)
      return nil
    }
  }

  /// Whether a fault of the document's text is one of a policy: of others it is nobody's business here.
  private func isAboutPolicies(_ chunk: DocumentChunk, of file: SourceFile) -> Bool {
    file.bytes.contains("NetworkPolicy", in: stopsKubectl(chunk, file) ? 0..<file.bytes.count : chunk.range)
  }

  /// Whether a chunk is a fault of the file as a whole: text on the separator line, with which kubectl gives up the
  /// document before it too, or a directive such as `%YAML 1.2`, which kubectl cuts off from its document.
  private func stopsKubectl(_ chunk: DocumentChunk, _ file: SourceFile) -> Bool {
    chunk.strayText != nil || file.bytes[chunk.content].first == UInt8(ascii: "%")
  }

  private func refuseRest(from chunk: DocumentChunk, of file: SourceFile, into contents: inout FileContents) {
    let place = UInt32(chunk.range.lowerBound)
    let problem = YAMLProblem(.tooManyDocuments, at: SourceSpan(file: file.id, start: place, end: place))
    contents.problems.append(YAMLProblemMessage.problem(problem, of: file))
  }

  private func refuse(
    _ problem: YAMLProblem, _ chunk: DocumentChunk, of file: SourceFile, into contents: inout FileContents
  ) {
    let isTemplate = options.templates.contains(file.path)
    if let template = TemplateText.find(file.bytes, chunk.range, isTemplate: isTemplate) {
      contents.problems.append(TemplateText.problem(at: template, of: file))
    } else if isAboutPolicies(chunk, of: file) {
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
  func read(
    _ object: NodeRef, _ id: DocumentID, prefix: String, inherited: ObjectType?, written: ObjectMeta? = nil,
    into contents: inout FileContents
  ) {
    let type = ObjectType(object, inherited: inherited)
    var meta = MetaReader(document: id, pathPrefix: prefix, defaultNamespace: options.defaultNamespace)
      .read(object, apiVersion: type.apiVersion, kind: type.kind)
    if let written { meta = meta.with { $0.keepWritten(written) } }
    if ObjectType.isList(object) {
      contents.problems += type.problem(ofList: object, meta)
      return readItems(object["items"], type, id, prefix: prefix + "items", into: &contents)
    }
    if type.isTemplate(object) {
      return readItems(object["objects"], type, id, prefix: prefix + "objects", into: &contents)
    }
    if type.isNetworkPolicy || ObjectType.losesNetworkPolicy(object) {
      var validator = NetworkPolicyValidator(options, meta)
      let errors = validator.validate(object, type)
      contents.problems += errors
      guard type.isNetworkPolicy, type.apiVersion == ObjectType.networkPolicyVersion else { return }
      let policy = NetworkPolicyReader(errors: errors.filter { $0.kind != .looseCIDR }.map(\.span))
        .read(object, meta: meta)
      contents.manifests.append(.networkPolicy(policy))
    } else if let kind = type.clusterPolicyKind, type.isReadAsClusterPolicy {
      read(object, type, kind, meta, into: &contents)
    } else if let problem = type.problem(of: object, meta) ?? type.clusterPolicyProblem(of: object, meta) {
      contents.problems.append(problem)
    } else if let manifest = manifest(object, meta) {
      contents.manifests.append(manifest)
    }
  }

  /// Reads a policy for the whole cluster; one of a version that is not served stays an object of another kind, which
  /// leaves open what stands in its place.
  private func read(
    _ object: NodeRef, _ type: ObjectType, _ kind: ClusterPolicyKind, _ meta: ObjectMeta,
    into contents: inout FileContents
  ) {
    // The server drops a namespace.
    let meta = meta.with { ($0.namespace, $0.declaredNamespace, $0.isPlaced) = ("", nil, true) }
    var validator = NetworkPolicyValidator(options, meta)
    let errors = validator.validate(object, type, kind)
    contents.problems += errors
    if type.apiVersion == kind.apiVersion {
      let policy = NetworkPolicyReader(errors: errors.map(\.span)).read(object, kind, meta: meta)
      contents.manifests.append(.clusterPolicy(policy))
    } else {
      contents.manifests.append(.other(OtherResourceReader.read(object, meta: meta)))
    }
  }

  /// Reads the items of a List, which kubectl sends one by one (cli-runtime, `UnstructuredJSONScheme`). A List in a List
  /// is read too, for what stands in it is meant.
  private func readItems(
    _ items: NodeRef?, _ type: ObjectType, _ id: DocumentID, prefix: String, into contents: inout FileContents
  ) {
    guard let items, !items.isNull else { return }
    guard items.kind == .sequence else {
      contents.problems += type.problem(ofItems: items)
      return
    }
    for (index, item) in items.items.enumerated() {
      let prefix = prefix + "[\(index)]"
      if item.kind == .mapping {
        read(item, id, prefix: prefix + ".", inherited: type.itemType, into: &contents)
      } else {
        contents.problems.append(
          ManifestProblem(
            item.isNull ? .invalidValue : .wrongType, "an item of a list must be an object, not \(item.typeName)",
            at: item.span, path: prefix, remedy: "delete the item, or write the object"))
      }
    }
  }

  private func manifest(_ object: NodeRef, _ meta: ObjectMeta) -> Manifest? {
    if meta.kind.isEmpty { return nil }
    switch (meta.group, meta.kind) {
    case ("", "Namespace"):
      return .namespace(NamespaceManifest(meta: meta.with { $0.namespace = $0.name.value }))
    case ("", "Service"): return .service(ServiceReader.service(object, meta: meta))
    case ("networking.k8s.io", "Ingress"), ("extensions", "Ingress"):
      return .ingress(ServiceReader.ingress(object, meta: meta))
    case ("route.openshift.io", "Route"): return .ingress(ServiceReader.route(object, meta: meta))
    case ("gateway.networking.k8s.io", _):
      if let route = GatewayRouteReader.read(object, meta: meta) { return .ingress(route) }
      return .other(OtherResourceReader.read(object, meta: meta))
    default:
      // A CustomResourceDefinition may name a Service that converts its objects.
      if isIgnored(meta.kind), object["spec"]?["conversion"] == nil { return nil }
      if let workload = WorkloadReader.read(object, meta: meta) { return .workload(workload) }
      return .other(OtherResourceReader.read(object, meta: meta))
    }
  }
}
