package dev.boardcast.gateway;

import dev.boardcast.spi.Setting;
import dev.boardcast.web.CidrBlock;
import dev.boardcast.web.ClientAddressResolver;
import java.time.Duration;
import java.util.List;

/** Limits on new sessions, beside the bound of the node as a whole. */
public record AdmissionConfig(
    @Setting(
            key = "gateway-max-sessions-per-user",
            defaultValue = "16384", // a load generator opens 15,000 sessions of one user
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
            key = "gateway-max-anonymous-sessions",
            defaultValue = "12000",
            min = "0",
            unit = "sessions",
            description =
                "Most sessions of this node that have no token, or whose token is awaited; 0 for no"
                    + " limit.")
        int anonymousSessions,
    @Setting(
            key = "gateway-max-anonymous-sessions-per-address",
            defaultValue = "10000",
            min = "0",
            unit = "sessions",
            description =
                "Most sessions from one address that have no token, or whose token is awaited; 0 for"
                    + " no limit.")
        int anonymousSessionsPerAddress,
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
            description = "Proxies whose header with the client's address is trusted.")
        List<CidrBlock> trustedProxies,
    @Setting(
            key = "trusted-proxies-header",
            defaultValue = "X-Forwarded-For",
            pattern = "X-Forwarded-For|Forwarded",
            expected = "X-Forwarded-For or Forwarded",
            description =
                "Header in which trusted proxies write the client's address; the other is ignored.")
        String trustedProxiesHeader) {
  /** Whether a peer with this address is a trusted proxy. */
  public boolean isTrustedProxy(String address) {
    return trustedProxies.stream().anyMatch(network -> network.contains(address));
  }

  /** Finds the address of each client behind these proxies. */
  public ClientAddressResolver addresses() {
    return new ClientAddressResolver(trustedProxies, trustedProxiesHeader);
  }

  /** The rate is measured over this time, so that a burst of one second may arrive at once. */
  static final Duration WINDOW = Duration.ofSeconds(1);
}
