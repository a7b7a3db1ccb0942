internal import YAMLSource

/// The type of a field of the API.
indirect enum FieldType: Sendable {
  case object(ObjectSchema)
  case list(FieldType)
  /// A list with so many items, of which none is null.
  case items(FieldType, ClosedRange<Int>)
  /// Text, with what validation asks of it; null is the empty text.
  case string(StringCheck)
  /// A pointer to text: null is absent.
  case optionalString(StringCheck)
  case number(ClosedRange<Int64>)
  case int32
  case int64
  case boolean
  /// RFC 3339, or null.
  case time
  /// Labels, `matchLabels` or annotations.
  case map(MapCheck)
  /// A port's number or name.
  case port
  /// Anything: the server keeps it, and only its keys are looked at.
  case any
}

/// What validation asks of a text.
enum StringCheck: Sendable {
  case none, name, generateName, namespace, labelKey, selectorOperator, labelValue, transport, policyType, cidr
  case finalizer, required
  /// Those of policies for the whole cluster.
  case tier, adminAction, baselineAction, clusterAction, ruleName, network, domainName
}

enum MapCheck: Sendable {
  case labels, annotations, managed
}

/// What is checked once all fields of an object were looked at on their own.
enum ObjectCheck: Sendable {
  case none, metadata, selectorTerm, peer, ipBlock, port, ownerReference
  /// Those of policies for the whole cluster.
  case clusterSubject, clusterPeer, clusterPort, clusterProtocol, clusterDestinationPort, clusterEgressRule
  case portRange
}

/// A field: its name and type.
struct SchemaField: Sendable {
  let name: StaticString
  let type: FieldType

  init(_ name: StaticString, _ type: FieldType) {
    self.name = name
    self.type = type
  }
}

/// The fields of an object of the API.
struct ObjectSchema: Sendable {
  let fields: [SchemaField]
  let check: ObjectCheck
  /// Those that must be there, and not null.
  let required: [StaticString]

  init(_ check: ObjectCheck, _ fields: [SchemaField], required: [StaticString] = []) {
    self.fields = fields
    self.check = check
    self.required = required
  }

  init(_ fields: [SchemaField]) { self.init(.none, fields) }
}

/// networking.k8s.io/v1 NetworkPolicy and what it is made of (staging/src/k8s.io/api/networking/v1/types.go,
/// apimachinery/pkg/apis/meta/v1/types.go).
enum APISchema {
  static let networkPolicy = ObjectSchema([
    SchemaField("apiVersion", .any), SchemaField("kind", .any), SchemaField("metadata", .object(metadata)),
    SchemaField("spec", .object(spec)),
  ])

  static let metadata = ObjectSchema(
    .metadata,
    [
      SchemaField("name", .string(.name)), SchemaField("namespace", .string(.namespace)),
      SchemaField("labels", .map(.labels)), SchemaField("annotations", .map(.annotations)),
      SchemaField("generateName", .string(.generateName)), SchemaField("creationTimestamp", .time),
      SchemaField("deletionTimestamp", .time), SchemaField("deletionGracePeriodSeconds", .int64),
      SchemaField("generation", .int64), SchemaField("resourceVersion", .string(.none)),
      SchemaField("selfLink", .string(.none)), SchemaField("uid", .string(.none)),
      SchemaField("finalizers", .list(.string(.finalizer))),
      SchemaField("ownerReferences", .list(.object(ownerReference))),
      SchemaField("managedFields", .list(.object(managedFieldsEntry))),
    ])

  /// What a dump says of who set which field; the server drops what it cannot read of it, so that its values are free.
  private static let managedFieldsEntry = ObjectSchema([
    SchemaField("manager", .string(.none)), SchemaField("operation", .string(.none)),
    SchemaField("apiVersion", .string(.none)), SchemaField("time", .time),
    SchemaField("fieldsType", .string(.none)), SchemaField("fieldsV1", .any),
    SchemaField("subresource", .string(.none)),
  ])

  private static let ownerReference = ObjectSchema(
    .ownerReference,
    [
      SchemaField("apiVersion", .string(.required)), SchemaField("kind", .string(.required)),
      SchemaField("name", .string(.required)), SchemaField("uid", .string(.required)),
      SchemaField("controller", .boolean), SchemaField("blockOwnerDeletion", .boolean),
    ])

  private static let spec = ObjectSchema([
    SchemaField("podSelector", .object(selector)), SchemaField("policyTypes", .list(.string(.policyType))),
    SchemaField("ingress", .list(.object(ingressRule))), SchemaField("egress", .list(.object(egressRule))),
  ])

  private static let ingressRule = ObjectSchema([
    SchemaField("from", .list(.object(peer))), SchemaField("ports", .list(.object(port))),
  ])

  private static let egressRule = ObjectSchema([
    SchemaField("to", .list(.object(peer))), SchemaField("ports", .list(.object(port))),
  ])

  private static let peer = ObjectSchema(
    .peer,
    [
      SchemaField("podSelector", .object(selector)), SchemaField("namespaceSelector", .object(selector)),
      SchemaField("ipBlock", .object(ipBlock)),
    ])

  private static let ipBlock = ObjectSchema(
    .ipBlock, [SchemaField("cidr", .string(.cidr)), SchemaField("except", .list(.string(.none)))])

  private static let port = ObjectSchema(
    .port,
    [
      SchemaField("protocol", .optionalString(.transport)), SchemaField("port", .port),
      SchemaField("endPort", .int32),
    ])

  static let selector = ObjectSchema([
    SchemaField("matchLabels", .map(.labels)), SchemaField("matchExpressions", .list(.object(term))),
  ])

  private static let term = ObjectSchema(
    .selectorTerm,
    [
      SchemaField("key", .string(.labelKey)), SchemaField("operator", .string(.selectorOperator)),
      SchemaField("values", .list(.string(.labelValue))),
    ])
}
