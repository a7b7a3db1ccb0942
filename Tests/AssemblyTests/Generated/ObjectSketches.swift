/// Draws random objects, their names and fields from small pools, so that patches and references hit.
struct ObjectSketches {
  /// Told apart from those of other cases, with which it may be built in one go.
  let tag: String
  var dice: Dice

  init(tag: String, _ dice: Dice) {
    self.tag = tag
    self.dice = dice
  }

  var names: [String] { ["web-", "api-", "db-"].map { $0 + tag } }
  var namespaces: [String] { ["one-", "two-"].map { $0 + tag } }

  static let kinds: [(String, String)] = [
    ("networking.k8s.io/v1", "NetworkPolicy"), ("networking.k8s.io/v1", "NetworkPolicy"), ("apps/v1", "Deployment"),
    ("apps/v1", "Deployment"), ("apps/v1", "StatefulSet"), ("apps/v1", "DaemonSet"), ("apps/v1", "ReplicaSet"),
    ("batch/v1", "Job"), ("batch/v1", "CronJob"), ("v1", "Pod"), ("v1", "ReplicationController"), ("v1", "Service"),
    ("v1", "Service"), ("networking.k8s.io/v1", "Ingress"), ("gateway.networking.k8s.io/v1", "HTTPRoute"),
    ("v1", "Namespace"), ("v1", "ServiceAccount"), ("rbac.authorization.k8s.io/v1", "Role"),
    ("rbac.authorization.k8s.io/v1", "RoleBinding"), ("rbac.authorization.k8s.io/v1", "ClusterRole"),
    ("rbac.authorization.k8s.io/v1", "ClusterRoleBinding"), ("v1", "ConfigMap"), ("v1", "Secret"),
    ("example.com/v1", "Thing"), ("admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration"),
    ("apiregistration.k8s.io/v1", "APIService"), ("policy/v1", "PodDisruptionBudget"),
    ("autoscaling/v2", "HorizontalPodAutoscaler"), ("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    ("v1", "PersistentVolumeClaim"), ("cilium.io/v2", "CiliumNetworkPolicy"), ("apps/v1beta1", "Deployment"),
  ]

  static let clusterScoped: Set = [
    "Namespace", "ClusterRole", "ClusterRoleBinding", "ValidatingWebhookConfiguration", "APIService",
    "CustomResourceDefinition",
  ]

  // MARK: Scalars

  /// A text, in one of the spellings that keep it one.
  mutating func text(_ text: String) -> Sketch {
    switch dice.number(0...9) {
    case 0: .scalar("\"" + text + "\"")
    case 1: .scalar("'" + text + "'")
    default: .scalar(text)
    }
  }

  mutating func name() -> Sketch { text(dice.pick(names)) }

  /// A scalar whose type is not what it looks like everywhere.
  mutating func odd() -> Sketch {
    .scalar(
      dice.pick([
        "yes", "off", "0777", "0x1F", "1_000", "1.10", "1e3", "\"1\"", "'true'", "true", "null", "~", "y",
        "12345678901234567890", "\"\"", "''", "1.0", "-1", "\"multi\\nline\"", "0o17", "1:30", "Null", "NO",
      ]))
  }

  mutating func labels(_ range: ClosedRange<Int> = 1...2) -> Sketch {
    .mapping(
      dice.some(["app", "tier", "app.kubernetes.io/name"], range).map { key in
        (key, text(dice.pick(["web", "api", "a", "b", "1x"])))
      })
  }

  mutating func annotations() -> Sketch {
    .mapping(
      dice.some(["note", "example.com/x", "owner"], 1...2).map { ($0, text(dice.pick(["a", "b c", "x-y"]))) })
  }

  // MARK: Objects

  /// An object of a kind; of any without one.
  mutating func object(_ wanted: (String, String)? = nil) -> Sketch {
    let (version, kind) = wanted ?? dice.pick(ObjectSketches.kinds)
    var object: Sketch = ["apiVersion": .scalar(version), "kind": .scalar(kind), "metadata": metadata(kind)]
    for (key, value) in body(kind).pairs { object[key] = value }
    if dice.chance(10) { object = .mapping(dice.shuffled(object.pairs)) }
    return object
  }

  private mutating func metadata(_ kind: String) -> Sketch {
    var metadata: Sketch = ["name": kind == "Namespace" && dice.chance(70) ? text(dice.pick(namespaces)) : name()]
    if !ObjectSketches.clusterScoped.contains(kind), dice.chance(45) {
      metadata["namespace"] = text(dice.pick(namespaces + ["default"]))
    }
    if dice.chance(60) { metadata["labels"] = labels() }
    if dice.chance(30) { metadata["annotations"] = annotations() }
    if dice.chance(3) { metadata["annotations"] = dice.pick([[:], "null"] as [Sketch]) }
    if dice.chance(3) { metadata["labels"] = dice.pick([[:], "null"] as [Sketch]) }
    if dice.chance(3) {
      metadata["finalizers"] = .sequence(dice.some(["a/x", "b/x", "c/x"], 1...3).map { .scalar($0) })
    }
    return metadata
  }

  /// What an object says beside its metadata.
  mutating func body(_ kind: String) -> Sketch {
    switch kind {
    case "NetworkPolicy": ["spec": policy()]
    case "CiliumNetworkPolicy":
      ["spec": ["endpointSelector": selector(), "ingress": [["fromEndpoints": [selector()]]]]]
    case "Deployment", "ReplicaSet", "DaemonSet", "StatefulSet": ["spec": workload(kind)]
    case "ReplicationController": ["spec": ["selector": labels(), "template": template()]]
    case "Job": ["spec": job()]
    case "CronJob": ["spec": ["schedule": "'* * * * *'", "jobTemplate": ["spec": job()]]]
    case "Pod": ["spec": podSpec()]
    case "Service": ["spec": service()]
    case "Ingress": ["spec": ingress()]
    case "HTTPRoute": ["spec": ["rules": [["backendRefs": [["name": name(), "port": 80]]]]]]
    case "ServiceAccount":
      dice.chance(50) ? [:] : ["imagePullSecrets": [["name": name()]], "secrets": [["name": name()]]]
    case "Role", "ClusterRole": ["rules": .sequence([rule()])]
    case "RoleBinding", "ClusterRoleBinding": binding(kind)
    case "ConfigMap", "Secret": dice.chance(20) ? [:] : ["data": data()]
    case "Thing": thing()
    default: other(kind)
    }
  }

  private mutating func other(_ kind: String) -> Sketch {
    switch kind {
    case "ValidatingWebhookConfiguration":
      [
        "webhooks": .sequence(
          dice.some(["x.example.com", "y.example.com"], 1...2).map { name in
            ["name": .scalar(name), "clientConfig": ["service": ["name": self.name(), "namespace": namespace()]]]
          })
      ]
    case "APIService": ["spec": ["group": "g", "service": ["name": name(), "namespace": namespace()]]]
    case "PodDisruptionBudget": ["spec": ["minAvailable": 1, "selector": selector()]]
    case "HorizontalPodAutoscaler":
      [
        "spec": [
          "maxReplicas": 3,
          "scaleTargetRef": [
            "apiVersion": "apps/v1", "kind": .scalar(dice.pick(["Deployment", "StatefulSet"])), "name": name(),
          ],
        ]
      ]
    case "CustomResourceDefinition":
      ["spec": ["group": "g", "conversion": ["webhook": ["clientConfig": ["service": ["namespace": namespace()]]]]]]
    case "PersistentVolumeClaim": ["spec": ["volumeName": name(), "storageClassName": name()]]
    default: [:]
    }
  }

  mutating func namespace() -> Sketch { text(dice.pick(namespaces + ["default"])) }

  private mutating func thing() -> Sketch {
    var spec: Sketch = ["value": odd(), "items": .sequence((0...dice.number(0...2)).map { _ in odd() })]
    if dice.chance(50) {
      spec["containers"] = .sequence([["name": "a", "image": image()], ["name": "b", "image": image()]])
    }
    if dice.chance(30) { spec["template"] = template() }
    if dice.chance(30) { spec["empty"] = dice.pick([[:], [], "null", "\"\""] as [Sketch]) }
    return ["spec": spec]
  }

  private mutating func data() -> Sketch {
    .mapping(
      dice.some(["a", "b.txt", "host"], 1...3).map { key in
        (key, dice.chance(15) ? .block("x: 1\n  y\nz") : text(dice.pick(["v1", "db.one", "a-b-c"])))
      })
  }

  private mutating func rule() -> Sketch {
    var rule: Sketch = ["apiGroups": ["\"\""], "resources": ["secrets"], "verbs": ["get"]]
    if dice.chance(60) { rule["resourceNames"] = [name(), name()] }
    return rule
  }

  private mutating func binding(_ kind: String) -> Sketch {
    let isCluster = kind == "ClusterRoleBinding" || dice.chance(30)
    let count = dice.number(0...2)
    let subjects = (0..<count).map { _ -> Sketch in
      var subject: Sketch = [
        "kind": "ServiceAccount", "name": dice.chance(25) ? "default" : name(),
      ]
      if dice.chance(70) { subject["namespace"] = namespace() }
      return subject
    }
    var binding: Sketch = [
      "roleRef": [
        "apiGroup": "rbac.authorization.k8s.io", "kind": isCluster ? "ClusterRole" : "Role", "name": name(),
      ]
    ]
    if count > 0 || dice.chance(50) { binding["subjects"] = .sequence(subjects) }
    return binding
  }
}
