internal import Diagnostics
internal import Facts
internal import YAMLSource

/// What a kustomization changes in its objects, in kustomize's order.
struct Transformers {
  private let builder: KustomizeBuilder
  private let file: KustomizationFile
  private let context: BuildContext
  private var facts: KustomizeFacts { builder.facts }

  init(_ builder: KustomizeBuilder, _ file: KustomizationFile, _ context: BuildContext) {
    self.builder = builder
    self.file = file
    self.context = context
  }

  func run(_ result: inout Accumulation) throws(BuildRefusal) {
    let patches = Patches(builder, file, context)
    try patches.applyStrategicMerges(to: &result)
    try patches.applyPatches(to: &result)
    try setNamespace(in: &result)
    addAffixes(to: &result)
    addLabels(to: &result)
    addAnnotations(to: &result)
    try patches.applyJSONPatches(to: &result)
    try setReplicas(in: &result)
    for image in file.items("images") + file.items("imageTags") { ImageChange(image).apply(to: &result.resources) }
    try Replacements(builder, file, context).run(&result)
    result.indexIDs(facts)
  }

  // MARK: Namespace

  private func setNamespace(in result: inout Accumulation) throws(BuildRefusal) {
    guard let namespace = file.text("namespace") else { return }
    var seen: [ResourceID: Int] = [:]
    for index in result.resources.indices {
      result.resources[index].storeID(facts)
      set(namespace, in: &result.resources[index])
    }
    for (index, resource) in result.resources.enumerated() {
      let id = resource.id(facts)
      if let twin = seen.updateValue(index, forKey: id) {
        throw BuildRefusal(
          "kustomize refuses this build: with this namespace \(id.text) is in it twice", at: namespace.span,
          remedy: "build the two namespaces apart, or rename one of the objects",
          related: [twin, index].map {
            RelatedPlace(result.resources[$0].root.firstPlace, "\(id.text) is written here")
          })
      }
    }
  }

  private func set(_ namespace: TreeNode, in resource: inout Resource) {
    let (group, kind) = (resource.group, resource.kind)
    if !facts.isClusterScoped(group: group, kind: kind) {
      resource.changeMetadata { $0["namespace"] = namespace }
    } else if group.isEmpty, kind == "Namespace" {
      resource.changeMetadata { $0["name"] = namespace }
    }
    if kind == "RoleBinding" || kind == "ClusterRoleBinding" {
      resource.changeSubjects { subject in
        // Only the namespace's own account can be meant by every binding in it.
        if subject["kind"]?.text == "ServiceAccount", subject["name"]?.text == "default" {
          subject["namespace"] = namespace
        }
      }
    }
    for field in facts.namespaces {
      FieldWriter(spec: field, place: namespace.span, made: .text).write(&resource) { $0 = namespace }
    }
  }

  // MARK: Names

  private func addAffixes(to result: inout Accumulation) {
    let (prefix, suffix) = (file.text("namePrefix"), file.text("nameSuffix"))
    for index in result.resources.indices {
      let original = result.resources[index].originalID(facts)
      if facts.keepsName(group: original.group, kind: original.kind) { continue }
      if let text = prefix?.text {
        result.resources[index].addPrefix(text)
        rename(&result.resources[index]) { text + $0 }
      }
      if let text = suffix?.text {
        result.resources[index].addSuffix(text)
        rename(&result.resources[index]) { $0 + text }
      }
    }
  }

  /// The name keeps its place: what it is called is written there, and changed elsewhere.
  private func rename(_ resource: inout Resource, _ change: (String) -> String) {
    resource.storeID(facts)
    let name = resource.name
    resource.changeMetadata { metadata in
      metadata["name"] = TreeNode(string: change(name), at: metadata["name"]?.span ?? metadata.span)
    }
  }

  // MARK: Labels and annotations

  private func addLabels(to result: inout Accumulation) {
    for item in file.items("labels") {
      let pairs = item["pairs"]?.textPairs ?? []
      var fields = Transformers.fields(item["fields"])
      if item["includeSelectors"]?.bool ?? false {
        result.selectorLabels.formUnion(pairs.map(\.keySpan))
        fields += facts.selectorLabels + facts.templateLabels
      } else if item["includeTemplates"]?.bool ?? false {
        fields += facts.templateLabels
      }
      add(pairs, to: &result, FieldSpec("metadata/labels", creates: true), fields)
    }
    let common = file.root["commonLabels"]?.textPairs ?? []
    result.selectorLabels.formUnion(common.map(\.keySpan))
    add(
      common, to: &result, FieldSpec("metadata/labels", creates: true),
      facts.selectorLabels + facts.templateLabels)
  }

  private func addAnnotations(to result: inout Accumulation) {
    add(
      file.root["commonAnnotations"]?.textPairs ?? [], to: &result, FieldSpec("metadata/annotations", creates: true),
      facts.annotations)
  }

  private func add(_ pairs: [TreeEntry], to result: inout Accumulation, _ own: FieldSpec, _ fields: [FieldSpec]) {
    if pairs.isEmpty { return }
    let byKind = Dictionary(grouping: fields) { $0.kind?.kind ?? "" }
    for index in result.resources.indices {
      let kind = result.resources[index].kind
      result.resources[index].write(pairs, into: [own] + (byKind[kind] ?? []) + (byKind[""] ?? []))
    }
  }

  /// The fields that an entry of `labels` names itself.
  private static func fields(_ node: TreeNode?) -> [FieldSpec] {
    (node?.items ?? []).compactMap { item in
      guard let path = item["path"]?.text else { return nil }
      let group = item["group"]?.text.flatMap { $0.isEmpty ? nil : $0 }
      let kind = item["kind"]?.text.flatMap { $0.isEmpty ? nil : KindName(group: group, kind: $0) }
      return FieldSpec(path, kind: kind, creates: item["create"]?.bool ?? false)
    }
  }

  // MARK: Replicas

  private func setReplicas(in result: inout Accumulation) throws(BuildRefusal) {
    for item in file.items("replicas") {
      guard let name = item["name"]?.text else { continue }
      let count = item["count"] ?? TreeNode(.scalar(TreeScalar(text: "0", style: .plain)), at: item.span)
      var isFound = false
      for index in result.resources.indices {
        let ids = result.resources[index].ids(facts)
        for field in facts.replicas
        where ids.contains(where: { $0.name == name && field.kind?.matches(group: $0.group, kind: $0.kind) ?? true }) {
          isFound = true
          FieldWriter(spec: field, place: count.span, made: .text).write(&result.resources[index]) { $0 = count }
        }
      }
      if !isFound {
        throw BuildRefusal(
          "kustomize refuses this build: there is no \(name) whose replicas could be set",
          at: item["name"]?.span ?? item.span,
          remedy: "write the name of a Deployment, ReplicaSet or StatefulSet of this build")
      }
    }
  }
}

extension Resource {
  /// Changes each subject of a RoleBinding or ClusterRoleBinding.
  mutating func changeSubjects(_ body: (inout TreeNode) -> Void) {
    guard root["subjects"]?.isSequence ?? false else { return }
    root.change("subjects") { $0.changeItems(body) }
  }
}
