import Facts
import Model
import Testing

@Suite struct FactsTests {
  private let facts = Facts.shared

  @Test func everyDataFileIsRead() {
    #expect(facts.portSets.components.count >= 25)
    #expect(facts.portSets.components.allSatisfy { !$0.ports.isEmpty })
    #expect(facts.hipaa.citations.count == 36)
    #expect(facts.ignoredKinds.contains("ConfigMap") && !facts.ignoredKinds.contains("Deployment"))
  }

  @Test func addressesCanBeRead() {
    let labels = facts.labels
    for range in labels.nonPublicRanges + labels.privateRanges + labels.linkLocalRanges {
      #expect(CIDR.parse(range) != nil, "\(range)")
    }
    #expect(labels.metadataAddresses.allSatisfy { IPAddress.parse($0) != nil })
  }

  @Test(arguments: [
    ("postgres", "", "postgresql"), ("redis-master", "", "redis"),
    ("", "docker.io/bitnami/postgresql:16", "postgresql"),
    ("cache", "redis@sha256:0", "redis"), ("", "registry:5000/qdrant/qdrant:v1", "qdrant"),
  ])
  func componentsAreRecognised(_ name: String, _ image: String, _ id: String) {
    #expect(facts.portSets.recognise(names: [name], images: [image])?.id == id)
  }

  @Test(arguments: [
    "redis-exporter", "postgres-operator", "kafka-ui", "mongo-express", "web", "pg", "redis-cart-client",
  ])
  func accessoriesAreNotTheComponent(_ name: String) {
    #expect(facts.portSets.recognise(names: [name], images: [name]) == nil)
  }

  @Test(arguments: [
    ("§164.312(e)(1) - Integrity Controls", "164.312(e)(1)", "Integrity Controls"),
    (
      "HIPAA: 45 CFR 164.308(a)(4)(i): Information Access Management # x", "164.308(a)(4)(i)",
      "Information Access Management"
    ),
    ("supports 164.312(a)(1) by closing every port", "164.312(a)(1)", ""),
    ("164.312(a)(1) - the rule below is evidence", "164.312(a)(1)", ""),
  ])
  func citationsAreFound(_ text: String, _ paragraph: String, _ title: String) {
    let found = HIPAAFacts.find(in: text)
    #expect(found.map(\.paragraph) == [paragraph] && found.map(\.title) == [title])
  }

  @Test func officialTitlesAreKnown() {
    #expect(facts.hipaa.citation("164.312(e)(1)").map { HIPAAFacts.isSame("Transmission Security", $0.title) } == true)
    #expect(facts.hipaa.citation("164.312(e)(1)").map { HIPAAFacts.isSame("Integrity Controls", $0.title) } == false)
    #expect(facts.hipaa.citation(titled: "Integrity controls")?.paragraph == "164.312(e)(2)(i)")
  }
}
