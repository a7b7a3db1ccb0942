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

/// What every object says of itself: its type, name, namespace, labels and annotations, with their places.
package struct ObjectMeta: Sendable {
  package let apiVersion: String
  package let kind: String
  /// `metadata.name`, or `metadata.generateName` followed by `*`; empty when there is neither (a finding of NP005).
  package var name: Located<String>
  /// The name before any build, which fingerprints hold.
  package var writtenName: String
  /// `metadata.namespace` as it is written, before any build; `nil` when it is absent or empty.
  package var declaredNamespace: Located<String>?
  /// Whether the object or its build says which namespace it is in; otherwise that depends on who applies it.
  package var isPlaced: Bool
  /// Where a build says the namespace that it puts in place of the written one.
  package var namespaceChange: SourceSpan?
  /// The namespace that the object is in: the declared one, or what the run or a kustomization sets.
  package var namespace: String
  package var labels: [Label]
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

  /// The API group; empty for the core group.
  package var group: String {
    apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "/" }) : ""
  }

  package var origin: ObjectOrigin { ObjectOrigin(document: document, pathPrefix: pathPrefix) }

  package var reference: ObjectReference {
    ObjectReference(
      group: group, kind: kind, namespace: namespace, name: name.value,
      asWritten: ObjectReference.Written(namespace: declaredNamespace?.value ?? "", name: writtenName))
  }

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
