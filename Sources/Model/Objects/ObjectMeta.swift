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

/// What every object says of itself: its type, name, namespace, labels and annotations, with their places. Immutable, so
/// that objects, findings and indices share it.
package final class ObjectMeta: Sendable {
  /// What is read, and what builds change of it.
  struct Draft {
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

    fileprivate var group: String {
      apiVersion.utf8.firstIndex(of: UInt8(ascii: "/")).map { String(apiVersion[..<$0]) } ?? ""
    }
  }

  package let apiVersion: String
  package let kind: String
  /// `metadata.name`, or `metadata.generateName` followed by `*`; empty when there is neither (a finding of NP005).
  package let name: Located<String>
  /// The name before any build, which fingerprints hold.
  package let writtenName: String
  /// `metadata.namespace` as it is written, before any build; `nil` when it is absent or empty.
  package let declaredNamespace: Located<String>?
  /// Whether the object or its build says which namespace it is in; otherwise that depends on who applies it.
  package let isPlaced: Bool
  /// Where a build says the namespace that it puts in place of the written one.
  package let namespaceChange: SourceSpan?
  /// The namespace that the object is in: the declared one, or what the run or a kustomization sets.
  package let namespace: String
  package let labels: [Label]
  package let annotations: [Label]
  /// `items[2].` for the third item of a List, otherwise empty: what field paths of this object start with.
  package let pathPrefix: String
  /// The first key of `metadata`, or of the object when it has none.
  package let metadataSpan: SourceSpan
  /// The whole object.
  package let span: SourceSpan
  /// The document that the object stands in.
  package let document: DocumentID
  /// The owner that controls the object, from `metadata.ownerReferences`.
  package let controller: OwnerReference?
  /// What findings call the object.
  package let reference: ObjectReference

  init(_ draft: Draft) {
    apiVersion = draft.apiVersion
    kind = draft.kind
    name = draft.name
    writtenName = draft.writtenName
    declaredNamespace = draft.declaredNamespace
    isPlaced = draft.isPlaced
    namespaceChange = draft.namespaceChange
    namespace = draft.namespace
    labels = draft.labels
    annotations = draft.annotations
    pathPrefix = draft.pathPrefix
    metadataSpan = draft.metadataSpan
    span = draft.span
    document = draft.document
    controller = draft.controller
    reference = ObjectReference(
      group: draft.group, kind: kind, namespace: namespace, name: name.value,
      asWritten: ObjectReference.Written(namespace: declaredNamespace?.value ?? "", name: writtenName))
  }

  func with(_ change: (inout Draft) -> Void) -> ObjectMeta {
    var draft = Draft(
      apiVersion: apiVersion, kind: kind, name: name, writtenName: writtenName, declaredNamespace: declaredNamespace,
      isPlaced: isPlaced, namespaceChange: namespaceChange, namespace: namespace, labels: labels,
      annotations: annotations, pathPrefix: pathPrefix, metadataSpan: metadataSpan, span: span, document: document,
      controller: controller)
    change(&draft)
    return ObjectMeta(draft)
  }

  /// The API group; empty for the core group.
  package var group: String { reference.group }

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
