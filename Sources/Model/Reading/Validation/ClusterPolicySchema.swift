/// AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy as their CustomResourceDefinitions have them
/// (kubernetes-sigs/network-policy-api, apis/v1alpha1 and apis/v1alpha2).
enum ClusterPolicySchema {
  static func schema(_ kind: ClusterPolicyKind) -> ObjectSchema {
    switch kind {
    case .admin: admin
    case .baselineAdmin: baselineAdmin
    case .cluster: cluster
    }
  }

  private static let admin = object(
    [SchemaField("priority", .number(0...1000))], ["priority"],
    rules("ports", port, .adminAction, 100, hasDomains: true))
  private static let baselineAdmin = object(
    [], [], rules("ports", port, .baselineAction, 100, hasDomains: false))
  private static let cluster = object(
    [SchemaField("tier", .optionalString(.tier)), SchemaField("priority", .number(0...1000))], ["tier", "priority"],
    rules("protocols", protocolMatch, .clusterAction, 25, hasDomains: true))

  private static func object(
    _ fields: [SchemaField], _ required: [StaticString], _ rules: (ingress: FieldType, egress: FieldType)
  ) -> ObjectSchema {
    let isNew = required.contains { $0.description == "tier" }
    let spec = ObjectSchema(
      .none,
      fields + [
        SchemaField("subject", .object(subject(isNew))), SchemaField("ingress", rules.ingress),
        SchemaField("egress", rules.egress),
      ], required: required + ["subject"])
    return ObjectSchema(
      .none,
      [
        SchemaField("apiVersion", .any), SchemaField("kind", .any),
        SchemaField("metadata", .object(APISchema.metadata)),
        SchemaField("spec", .object(spec)), SchemaField("status", .any),
      ], required: ["spec"])
  }

  /// - Parameter limit: the most rules of a direction, and peers and ports of a rule.
  private static func rules(
    _ portsField: StaticString, _ port: ObjectSchema, _ action: StringCheck, _ limit: Int, hasDomains: Bool
  ) -> (ingress: FieldType, egress: FieldType) {
    let isNew = limit == 25
    func rule(_ check: ObjectCheck, _ peersField: StaticString, _ peer: ObjectSchema) -> FieldType {
      let schema = ObjectSchema(
        check,
        [
          SchemaField("name", .optionalString(.ruleName)), SchemaField("action", .optionalString(action)),
          SchemaField(peersField, .items(.object(peer), 1...limit)),
          SchemaField(portsField, .items(.object(port), (isNew ? 1 : 0)...limit)),
        ], required: ["action", peersField])
      return .items(.object(schema), 0...limit)
    }
    let selectors = [
      SchemaField("namespaces", .object(APISchema.selector)), SchemaField("pods", .object(pods(isNew))),
    ]
    let outside = [
      SchemaField("nodes", .object(APISchema.selector)),
      SchemaField("networks", .items(.optionalString(.network), 1...25)),
    ]
    let domains = hasDomains ? [SchemaField("domainNames", .items(.optionalString(.domainName), 1...25))] : []
    return (
      rule(.none, "from", ObjectSchema(.clusterPeer, selectors)),
      rule(.clusterEgressRule, "to", ObjectSchema(.clusterPeer, selectors + outside + domains))
    )
  }

  private static func subject(_ isNew: Bool) -> ObjectSchema {
    ObjectSchema(
      .clusterSubject,
      [SchemaField("namespaces", .object(APISchema.selector)), SchemaField("pods", .object(pods(isNew)))])
  }

  /// Without a `namespaceSelector`, v1alpha2 takes every namespace.
  private static func pods(_ isNew: Bool) -> ObjectSchema {
    ObjectSchema(
      .none,
      [
        SchemaField("namespaceSelector", .object(APISchema.selector)),
        SchemaField("podSelector", .object(APISchema.selector)),
      ], required: isNew ? ["podSelector"] : ["namespaceSelector", "podSelector"])
  }

  // MARK: Ports

  private static let portNumber = FieldType.number(1...65535)

  private static let port = ObjectSchema(
    .clusterPort,
    [
      SchemaField(
        "portNumber",
        .object(
          ObjectSchema(
            .none, [SchemaField("protocol", .optionalString(.transport)), SchemaField("port", portNumber)],
            required: ["port"]))),
      SchemaField("namedPort", .optionalString(.none)),
      SchemaField(
        "portRange",
        .object(
          ObjectSchema(
            .none,
            [
              SchemaField("protocol", .optionalString(.transport)), SchemaField("start", portNumber),
              SchemaField("end", portNumber),
            ], required: ["start", "end"]))),
    ])

  private static let protocolMatch: ObjectSchema = {
    let range = ObjectSchema(
      .portRange, [SchemaField("start", portNumber), SchemaField("end", portNumber)], required: ["start", "end"])
    let destination = ObjectSchema(
      .clusterDestinationPort, [SchemaField("number", portNumber), SchemaField("range", .object(range))])
    let transport = ObjectSchema(.clusterProtocol, [SchemaField("destinationPort", .object(destination))])
    return ObjectSchema(
      .clusterPort,
      [
        SchemaField("tcp", .object(transport)), SchemaField("udp", .object(transport)),
        SchemaField("sctp", .object(transport)), SchemaField("destinationNamedPort", .optionalString(.none)),
      ])
  }()
}
