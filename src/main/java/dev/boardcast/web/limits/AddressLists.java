package dev.boardcast.web.limits;

import dev.boardcast.web.CidrBlock;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/** The addresses that may connect. Immutable. */
record AddressLists(List<CidrBlock> allowed, List<CidrBlock> denied) {
  boolean isEmpty() {
    return allowed.isEmpty() && denied.isEmpty();
  }

  /** The setting that refuses an address; empty when it may connect. */
  Optional<String> refusedBy(InetAddress address) {
    if (CidrBlock.anyContains(denied, address)) return Optional.of("deny-addresses");
    boolean isAllowed = allowed.isEmpty() || CidrBlock.anyContains(allowed, address);
    return isAllowed ? Optional.empty() : Optional.of("allow-addresses");
  }
}
