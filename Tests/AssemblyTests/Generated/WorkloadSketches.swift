/// The parts of workloads, Services, Ingresses and policies.
extension ObjectSketches {
  mutating func image() -> Sketch {
    text(dice.pick(["nginx", "nginx:1.25", "quay.io/a/app:v1", "app@sha256:abcd", "reg:5000/app:v2@sha256:abcd"]))
  }

  mutating func selector() -> Sketch {
    switch dice.number(0...3) {
    case 0: [:]
    case 1: ["matchExpressions": [["key": "app", "operator": "In", "values": ["web"]]]]
    default: ["matchLabels": labels()]
    }
  }

  mutating func policy() -> Sketch {
    var spec: Sketch = ["podSelector": selector()]
    if dice.chance(60) { spec["ingress"] = rules("from") }
    if dice.chance(40) { spec["egress"] = rules("to") }
    if dice.chance(50) { spec["policyTypes"] = dice.chance(50) ? ["Ingress"] : ["Ingress", "Egress"] }
    return spec
  }

  private mutating func rules(_ key: String) -> Sketch {
    let count = dice.number(0...2)
    return .sequence(
      (0..<count).map { _ in
        var rule: Sketch = [:]
        if dice.chance(75) { rule[key] = .sequence((0...dice.number(0...1)).map { _ in peer() }) }
        if dice.chance(50) {
          rule["ports"] = .sequence((0...dice.number(0...1)).map { _ in ["port": port(), "protocol": "TCP"] })
        }
        return rule
      })
  }

  private mutating func peer() -> Sketch {
    switch dice.number(0...3) {
    case 0: ["ipBlock": ["cidr": "10.0.0.0/8"]]
    case 1: ["namespaceSelector": selector(), "podSelector": selector()]
    default: ["podSelector": selector()]
    }
  }

  private mutating func port() -> Sketch { dice.pick([80, 443, "http", "8080"]) }

  mutating func workload(_ kind: String) -> Sketch {
    var spec: Sketch = [:]
    if dice.chance(60), kind != "DaemonSet" { spec["replicas"] = dice.pick([1, 2, 0]) }
    if dice.chance(85) {
      spec["selector"] = ["matchLabels": labels()]
      if dice.chance(10) { spec["selector"] = ["matchLabels": .anchored("l", [labels()])] }
    }
    spec["template"] = template()
    if kind == "StatefulSet" {
      if dice.chance(70) { spec["serviceName"] = name() }
      if dice.chance(40) {
        let claim: Sketch = ["name": "data", "labels": labels()]
        spec["volumeClaimTemplates"] = [["metadata": claim, "spec": ["storageClassName": name()]]]
      }
    }
    if case .anchored = spec["selector"]?["matchLabels"], dice.chance(80) {
      let metadata: Sketch = [
        "labels": dice.chance(50) ? .alias("l") : ["<<": .alias("l"), "extra": "x"]
      ]
      spec["template"]?["metadata"] = metadata
    }
    return spec
  }

  mutating func job() -> Sketch {
    var spec: Sketch = ["template": template()]
    if dice.chance(20) { spec["selector"] = ["matchLabels": labels()] }
    return spec
  }

  mutating func template() -> Sketch {
    var template: Sketch = ["spec": podSpec()]
    if dice.chance(80) { template["metadata"] = ["labels": labels()] }
    if dice.chance(15) { template["metadata"]?["annotations"] = annotations() }
    return template
  }

  mutating func podSpec() -> Sketch {
    var spec: Sketch = ["containers": .sequence(dice.some(["a", "b", "c"], 1...2).map { container($0) })]
    if dice.chance(20) { spec["initContainers"] = .sequence(dice.some(["i", "j"], 1...2).map { container($0) }) }
    if dice.chance(30) { spec["serviceAccountName"] = name() }
    if dice.chance(15) { spec["imagePullSecrets"] = .sequence([["name": name()]]) }
    if dice.chance(10) { spec["priorityClassName"] = name() }
    if dice.chance(10) { spec["hostAliases"] = [["ip": "10.0.0.1", "hostnames": ["x"]]] }
    if dice.chance(30) { spec["volumes"] = .sequence(dice.some(["v", "w", "x"], 1...2).map { volume($0) }) }
    if dice.chance(15) { spec["affinity"] = affinity() }
    if dice.chance(10) {
      spec["topologySpreadConstraints"] = [
        [
          "topologyKey": .scalar(dice.pick(["zone", "host"])), "whenUnsatisfiable": "DoNotSchedule",
          "labelSelector": selector(),
        ]
      ]
    }
    if dice.chance(10) { spec["tolerations"] = [["key": "x", "operator": "Exists"]] }
    if dice.chance(8) { spec["nodeSelector"] = labels() }
    return spec
  }

  private mutating func affinity() -> Sketch {
    let key = dice.pick(["podAffinity", "podAntiAffinity"])
    let term: Sketch = ["labelSelector": selector(), "topologyKey": "z"]
    if dice.chance(50) {
      return .mapping([(key, .mapping([("requiredDuringSchedulingIgnoredDuringExecution", [term])]))])
    }
    let weighted: Sketch = ["weight": 1, "podAffinityTerm": term]
    return .mapping([(key, .mapping([("preferredDuringSchedulingIgnoredDuringExecution", [weighted])]))])
  }

  private mutating func volume(_ name: String) -> Sketch {
    switch dice.number(0...4) {
    case 0: ["name": .scalar(name), "emptyDir": [:]]
    case 1: ["name": .scalar(name), "configMap": ["name": self.name()]]
    case 2: ["name": .scalar(name), "secret": ["secretName": self.name()]]
    case 3: ["name": .scalar(name), "persistentVolumeClaim": ["claimName": self.name()]]
    default:
      [
        "name": .scalar(name),
        "projected": ["sources": [["configMap": ["name": self.name()]], ["secret": ["name": self.name()]]]],
      ]
    }
  }

  mutating func container(_ name: String) -> Sketch {
    var container: Sketch = ["name": text(name), "image": image()]
    if dice.chance(45) { container["ports"] = .sequence((0...dice.number(0...2)).map { _ in containerPort() }) }
    if dice.chance(40) { container["env"] = .sequence(dice.some(["A", "B", "C"], 1...3).map { variable($0) }) }
    if dice.chance(15) {
      let key = dice.pick(["configMapRef", "secretRef"])
      let source: Sketch = ["name": self.name()]
      container["envFrom"] = [.mapping([(key, source)])]
    }
    if dice.chance(20) {
      container["volumeMounts"] = .sequence(
        dice.some(["/a", "/b"], 1...2).map { ["name": "v", "mountPath": .scalar($0)] })
    }
    if dice.chance(15) { container["args"] = .sequence(dice.some(["x", "y", "z"], 1...3).map { text($0) }) }
    return container
  }

  mutating func containerPort() -> Sketch {
    var port: Sketch = ["containerPort": dice.pick([80, 443, 53])]
    if dice.chance(40) { port["protocol"] = dice.pick(["TCP", "UDP"]) }
    if dice.chance(30) { port["name"] = dice.pick(["http", "dns"]) }
    return port
  }

  private mutating func variable(_ name: String) -> Sketch {
    switch dice.number(0...5) {
    case 0: ["name": .scalar(name), "valueFrom": ["configMapKeyRef": ["name": self.name(), "key": "k"]]]
    case 1: ["name": .scalar(name), "valueFrom": ["secretKeyRef": ["name": self.name(), "key": "k"]]]
    case 2: ["name": .scalar(name), "value": odd()]
    default: ["name": .scalar(name), "value": text(dice.pick(["x", "http://api:80", "a.b.c"]))]
    }
  }

  mutating func service() -> Sketch {
    var spec: Sketch = [:]
    if dice.chance(80) { spec["selector"] = labels() }
    if dice.chance(90) {
      spec["ports"] = .sequence(
        (0...dice.number(0...2)).map { _ in
          var port: Sketch = ["port": dice.pick([80, 443, 53])]
          if dice.chance(50) { port["protocol"] = dice.pick(["TCP", "UDP"]) }
          if dice.chance(40) { port["name"] = dice.pick(["http", "dns"]) }
          if dice.chance(40) { port["targetPort"] = dice.pick([8080, "http"]) }
          return port
        })
    }
    if dice.chance(20) { spec["type"] = dice.pick(["ClusterIP", "NodePort"]) }
    return spec
  }

  mutating func ingress() -> Sketch {
    let backend: Sketch = ["service": ["name": name(), "port": ["number": 80]]]
    var spec: Sketch = [
      "rules": [["host": "a.example.com", "http": ["paths": [["path": "/", "backend": backend]]]]]
    ]
    if dice.chance(30) { spec["tls"] = [["secretName": name()]] }
    if dice.chance(30) { spec["ingressClassName"] = name() }
    if dice.chance(30) { spec["defaultBackend"] = backend }
    return spec
  }
}
