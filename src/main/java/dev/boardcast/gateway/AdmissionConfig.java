package dev.boardcast.gateway;

import java.time.Duration;
import java.util.List;

/**
 * Who gets in, beside the bounds of the node as a whole.
 *
 * @param sessionsPerUser most sessions of one user on this node, 0 for any number; default 0
 * @param sessionsPerAddress most sessions from one address on this node, 0 for any number; default
 *     0, because behind a proxy that is not named all have one
 * @param connectsPerSecond most new sessions of this node in a second; default 20000
 * @param trustedProxies addresses and networks ({@code 10.0.0.0/8}) whose {@code X-Forwarded-For}
 *     is believed; default none
 */
public record AdmissionConfig(
    int sessionsPerUser,
    int sessionsPerAddress,
    int connectsPerSecond,
    List<String> trustedProxies) {
  public static final AdmissionConfig DEFAULTS = new AdmissionConfig(0, 0, 20_000, List.of());

  /** What the rate is kept over, so that a burst of one second may come at once. */
  static final Duration WINDOW = Duration.ofSeconds(1);

  public AdmissionConfig {
    trustedProxies = List.copyOf(trustedProxies);
    atLeast("gateway-max-sessions-per-user", sessionsPerUser, 0);
    atLeast("gateway-max-sessions-per-address", sessionsPerAddress, 0);
    atLeast("gateway-max-connects-per-second", connectsPerSecond, 1);
    trustedProxies.forEach(CidrBlock::parse);
  }

  private static void atLeast(String key, int value, int least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " must be at least " + least + ", was " + value);
    }
  }
}
