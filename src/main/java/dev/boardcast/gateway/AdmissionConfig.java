package dev.boardcast.gateway;

import dev.boardcast.spi.Setting;
import java.time.Duration;
import java.util.List;

/** Limits on new sessions, beside the bound of the node as a whole. */
public record AdmissionConfig(
    @Setting(
            key = "gateway-max-sessions-per-user",
            defaultValue = "0",
            min = "0",
            unit = "sessions",
            description = "Most sessions of one user on this node; 0 for no limit.")
        int sessionsPerUser,
    @Setting(
            key = "gateway-max-sessions-per-address",
            defaultValue = "0", // behind a proxy that is not trusted, all clients share an address
            min = "0",
            unit = "sessions",
            description = "Most sessions from one address on this node; 0 for no limit.")
        int sessionsPerAddress,
    @Setting(
            key = "gateway-max-connects-per-second",
            defaultValue = "20000",
            min = "1",
            unit = "sessions",
            description = "Most new sessions of this node in a second.")
        int connectsPerSecond,
    @Setting(
            key = "trusted-proxies",
            expected = "addresses or networks such as 10.0.0.0/8, separated by commas",
            description = "Proxies whose X-Forwarded-For is trusted.")
        List<CidrBlock> trustedProxies) {
  /** Whether a peer with this address is a trusted proxy. */
  public boolean isTrustedProxy(String address) {
    return trustedProxies.stream().anyMatch(network -> network.contains(address));
  }

  /** The rate is measured over this time, so that a burst of one second may arrive at once. */
  static final Duration WINDOW = Duration.ofSeconds(1);
}
