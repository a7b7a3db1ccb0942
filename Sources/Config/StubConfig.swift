// Stands in until the reader of config files is written; delete it then.
package import Model

package struct Configuration: Sendable {
  package var cluster = Cluster()
  package var defaultNamespace = "default"
  package init() {}
}
package struct Cluster: Sendable {
  package var kubernetesMinor = 35
  package var podCIDRs: AddressSet?
  package var serviceCIDRs: AddressSet?
  package var nodeCIDRs: AddressSet?
  package var namespaces: [(String, [(String, String)])] = []
}
