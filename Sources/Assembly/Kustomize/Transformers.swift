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
    try addAffixes(to: &result)
    try addLabels(to: &result)
    try addAnnotations(to: &result)
    try patches.applyJSONPatches(to: &result)
    try setReplicas(in: &result)
    for image in file.items("images") + file.items("imageTags") {
      try ImageChange(image).apply(to: &result, facts)
    }
    try Replacements(builder, file, context).run(&result)
  }

  // MARK: Namespace

  private func setNamespace(in result: inout Accumulation) throws(BuildRefusal) {
    guard let namespace = file.text("namespace") else { return }
    do throws(BuildRefusal) {
      try result.changeEach(.namespace, [namespace], renames: true) { (resource: inout Resource) throws(BuildRefusal) in
        resource.storeID(facts)
        try set(namespace, in: &resource)
      }
    } catch {
      // What stands before the object that stopped it is refused first.
      try result.checkTwins(in: namespace, first: result.reached)
      throw error
    }
    try result.checkTwins(in: namespace, first: result.resources.count)
  }

  private func set(_ namespace: TreeNode, in resource: inout Resource) throws(BuildRefusal) {
    let (group, kind) = (resource.group, resource.kind)
    if !facts.isClusterScoped(group: group, kind: kind) {
      resource.changeMetadata { $0["namespace"] = namespace }
    } else if group.isEmpty, kind == "Namespace" {
      resource.changeMetadata { $0["name"] = namespace }
    }
    if kind == "RoleBinding" || kind == "ClusterRoleBinding" {
      try resource.changeSubjects { subject in
        // Only the namespace's own account can be meant by every binding in it.
        if subject["name"]?.text == "default" { subject["namespace"] = namespace }
      }
    }
    for field in facts.namespaces {
      try FieldWriter(field, at: namespace.span, makes: .text).write(&resource) { $0 = namespace }
    }
  }

  // MARK: Names

  private func addAffixes(to result: inout Accumulation) throws(BuildRefusal) {
    let (prefix, suffix) = (file.text("namePrefix"), file.text("nameSuffix"))
    guard prefix != nil || suffix != nil else { return }
    try result.changeEach(.affixes, [prefix, suffix], renames: true) { resource in
      let original = resource.originalID(facts)
      if facts.keepsName(group: original.group, kind: original.kind) { return }
      if let text = prefix?.text {
        resource.addPrefix(text)
        rename(&resource) { text + $0 }
      }
      if let text = suffix?.text {
        resource.addSuffix(text)
        rename(&resource) { $0 + text }
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

  private func addLabels(to result: inout Accumulation) throws(BuildRefusal) {
    let own = FieldSpec("metadata/labels", creates: true)
    for item in file.items("labels") {
      var fields = Transformers.fields(item["fields"])
      if item["includeSelectors"]?.bool ?? false {
        result.selectorLabels.formUnion((item["pairs"]?.textPairs ?? []).map(\.keySpan))
        try Transformers.add([own] + facts.selectorLabels + facts.templateLabels, to: &fields, item)
      } else {
        if item["includeTemplates"]?.bool ?? false { try Transformers.add(facts.templateLabels, to: &fields, item) }
        try Transformers.add([own], to: &fields, item)
      }
      try add(item["pairs"]?.textPairs ?? [], .labels, item, to: &result, fields)
    }
    let fields = [own] + facts.selectorLabels + facts.templateLabels
    let common = file.root["commonLabels"]?.textPairs ?? []
    result.selectorLabels.formUnion(common.map(\.keySpan))
    try add(common, .commonLabels, file.root["commonLabels"], to: &result, fields)
  }

  private func addAnnotations(to result: inout Accumulation) throws(BuildRefusal) {
    try add(
      file.root["commonAnnotations"]?.textPairs ?? [], .annotations, file.root["commonAnnotations"], to: &result,
      [FieldSpec("metadata/annotations", creates: true)] + facts.annotations)
  }

  /// - Parameter node: what pairs and fields come from.
  private func add(
    _ pairs: [TreeEntry], _ kind: StepKind, _ node: TreeNode?, to result: inout Accumulation, _ fields: [FieldSpec]
  ) throws(BuildRefusal) {
    guard let place = pairs.first?.keySpan, !result.resources.isEmpty else { return }
    if let pair = pairs.first(where: {
      !$0.key.isEmpty && TreeNode(plainResource: $0.key, at: $0.keySpan).string == nil
    }) {
      throw BuildRefusal(
        "kustomize refuses this build: it writes the key `\(pair.key)` without quotes, and reads no text there",
        at: pair.keySpan, remedy: "choose a key that is no number, boolean or null")
    }
    let byKind = Dictionary(grouping: fields) { $0.kind ?? "" }
    try result.spend(result.resources.count * (pairs.count + Transformers.writeCost), at: place)
    try result.changeEach(kind, [node], renames: false) { (resource: inout Resource) throws(BuildRefusal) in
      try resource.write(pairs, into: (byKind[""] ?? []) + (byKind[resource.kind] ?? []))
    }
  }

  /// To write into an object is so many steps beside the pairs.
  private static let writeCost = 8

  /// The fields that an entry of `labels` names itself.
  private static func fields(_ node: TreeNode?) -> [FieldSpec] {
    (node?.items ?? []).compactMap { item in
      func text(_ key: String) -> String? { item[key]?.text.flatMap { $0.isEmpty ? nil : $0 } }
      guard let path = item["path"]?.text else { return nil }
      return FieldSpec(
        path, group: text("group"), version: text("version"), kind: text("kind"), creates: item["create"]?.bool ?? false
      )
    }
  }

  /// Adds fields to those that an entry names itself, which come first.
  ///
  /// - Throws: where one that is named is made otherwise than the one that is added.
  private static func add(
    _ more: [FieldSpec], to fields: inout [FieldSpec], _ item: TreeNode
  ) throws(BuildRefusal) {
    let own = fields
    for field in more {
      guard let twin = own.first(where: { $0.covers(field) }) else {
        fields.append(field)
        continue
      }
      guard twin.creates == field.creates else {
        let path = field.path.map(\.key).joined(separator: "/")
        throw BuildRefusal(
          "kustomize refuses this build: `fields` says otherwise about `create` of \(path) than kustomize itself",
          at: item["fields"]?.span ?? item.span, remedy: "leave the field out")
      }
    }
  }

  // MARK: Replicas

  private func setReplicas(in result: inout Accumulation) throws(BuildRefusal) {
    for item in file.items("replicas") {
      let name = item["name"]?.text ?? ""
      let count = item["count"] ?? TreeNode(.scalar(TreeScalar(text: "0", style: .plain)), at: item.span)
      var isFound = false
      for number in result.candidates(name: name, kind: nil) {
        let ids = result.resources[number].ids(facts)
        for field in facts.replicas
        where ids.contains(where: {
          $0.name == name && field.concerns(group: $0.group, version: $0.version, kind: $0.kind)
        }) {
          isFound = true
          try result.change(number) { (resource: inout Resource) throws(BuildRefusal) in
            try FieldWriter(field, at: count.span, makes: .text).write(&resource) { $0 = count.written(over: $0) }
          }
        }
      }
      if !isFound, !result.mayHoldMore {
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
  fileprivate mutating func changeSubjects(_ body: (inout TreeNode) -> Void) throws(BuildRefusal) {
    guard let subjects = root["subjects"], !subjects.isNull else { return }
    guard subjects.isSequence else {
      throw BuildRefusal(
        "kustomize refuses this build: subjects must be a list", at: subjects.span, remedy: "write `- ` before each")
    }
    try root.change("subjects") { (list: inout TreeNode) throws(BuildRefusal) in
      try list.changeItems { (subject: inout TreeNode) throws(BuildRefusal) in
        guard subject.isMapping || subject.isNull else {
          throw BuildRefusal(
            "kustomize refuses this build: a subject must be a mapping", at: subject.span, remedy: "write one")
        }
        body(&subject)
      }
    }
  }
}
