package import Diagnostics
internal import YAMLSource

/// A label or an annotation as it is written.
package struct Label: Sendable {
  package let key: String
  package let value: String
  package let keySpan: SourceSpan
  package let valueSpan: SourceSpan
  /// Whether nobody knows the value: a variable in it was not replaced.
  package var isUnknown = false
}

/// Where an object is written; what builds make of it keeps its origin.
package struct ObjectOrigin: Hashable, Sendable {
  package let document: DocumentID
  /// `items[2].` for the third item of a List, otherwise empty.
  package let pathPrefix: String

  package init(document: DocumentID, pathPrefix: String) {
    self.document = document
    self.pathPrefix = pathPrefix
  }
}

/// What every object says of itself: its type, name, namespace, labels and annotations, with their places. Copying one
/// copies a reference.
package struct ObjectMeta: Sendable {
  struct Contents: Sendable {
    let apiVersion: String
    let kind: String
    var name: Located<String>
    var writtenName: String
    var declaredNamespace: Located<String>?
    var isPlaced: Bool
    var namespaceChange: SourceSpan?
    var namespace: String
    var labels: [Label]
    let annotations: [Label]
    let pathPrefix: String
    let metadataSpan: SourceSpan
    let span: SourceSpan
    let document: DocumentID
    let controller: OwnerReference?

    var reference: ObjectReference {
      ObjectReference(
        group: group, kind: kind, namespace: namespace, name: name.value,
        asWritten: ObjectReference.Written(namespace: declaredNamespace?.value ?? "", name: writtenName))
    }

    private var group: String {
      apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(apiVersion[..<$0]) } ?? ""
    }
  }

  @Boxed private var contents: Contents
  /// What findings call the object.
  package private(set) var reference: ObjectReference

  init(_ contents: Contents) {
    self.contents = contents
    reference = contents.reference
  }

  package var apiVersion: String { contents.apiVersion }
  package var kind: String { contents.kind }
  /// The API group; empty for the core group.
  package var group: String { reference.group }
  /// `metadata.name`, or `metadata.generateName` followed by `*`; empty when there is neither (a finding of NP005).
  package var name: Located<String> {
    get { contents.name }
    set { change { $0.name = newValue } }
  }
  /// The name before any build, which fingerprints hold.
  package var writtenName: String {
    get { contents.writtenName }
    set { change { $0.writtenName = newValue } }
  }
  /// `metadata.namespace` as it is written, before any build; `nil` when it is absent or empty.
  package var declaredNamespace: Located<String>? {
    get { contents.declaredNamespace }
    set { change { $0.declaredNamespace = newValue } }
  }
  /// Whether the object or its build says which namespace it is in; otherwise that depends on who applies it.
  package var isPlaced: Bool {
    get { contents.isPlaced }
    set { contents.isPlaced = newValue }
  }
  /// Where a build says the namespace that it puts in place of the written one.
  package var namespaceChange: SourceSpan? {
    get { contents.namespaceChange }
    set { contents.namespaceChange = newValue }
  }
  /// The namespace that the object is in: the declared one, or what the run or a kustomization sets.
  package var namespace: String {
    get { contents.namespace }
    set { change { $0.namespace = newValue } }
  }
  package var labels: [Label] {
    _read { yield contents.labels }
    _modify { yield &contents.labels }
  }
  package var annotations: [Label] { contents.annotations }
  /// `items[2].` for the third item of a List, otherwise empty: what field paths of this object start with.
  package var pathPrefix: String { contents.pathPrefix }
  /// The first key of `metadata`, or of the object when it has none.
  package var metadataSpan: SourceSpan { contents.metadataSpan }
  /// The whole object.
  package var span: SourceSpan { contents.span }
  /// The document that the object stands in.
  package var document: DocumentID { contents.document }
  /// The owner that controls the object, from `metadata.ownerReferences`.
  package var controller: OwnerReference? { contents.controller }

  private mutating func change(_ body: (inout Contents) -> Void) {
    body(&contents)
    reference = contents.reference
  }

  /// What findings call an object whose kind has no namespace, wherever the run puts objects that name none.
  package var clusterReference: ObjectReference {
    ObjectReference(
      group: group, kind: kind, namespace: nil, name: name.value, asWritten: reference.asWritten)
  }

  package var origin: ObjectOrigin { ObjectOrigin(document: document, pathPrefix: pathPrefix) }

  /// The annotation with this key, the last one if it is written twice.
  package func annotation(_ key: String) -> Label? { annotations.last { $0.key == key } }
}

/// The controller of a Pod, ReplicaSet or Job.
package struct OwnerReference: Hashable, Sendable {
  package let apiVersion: String
  package let kind: String
  package let name: String
}

/// A document's place in a run: file, and number in the file from 0.
package struct DocumentID: Hashable, Comparable, Sendable {
  package let file: FileID
  package let index: UInt32

  package init(file: FileID, index: Int) {
    self.file = file
    self.index = UInt32(index)
  }

  package static func < (a: DocumentID, b: DocumentID) -> Bool { (a.file, a.index) < (b.file, b.index) }
}
