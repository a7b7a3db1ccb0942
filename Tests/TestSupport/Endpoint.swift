package import Model

package enum Endpoint: Hashable, Sendable {
  case workload(Int)
  case address(IPAddress)
}
