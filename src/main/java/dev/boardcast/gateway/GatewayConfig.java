package dev.boardcast.gateway;

import java.time.Duration;
import java.util.Map;

/**
 * Bounds and rhythm of client sessions.
 *
 * @param maxSessions most sessions of this node; default 15000
 * @param maxFrame most bytes of an inbound frame or message; default 16384
 * @param maxQueue most bytes that wait for a slow client before its session is closed; default 1
 *     MiB
 * @param maxSubscriptions most topics of one session; default 100
 * @param maxMessagesPerSecond most inbound frames of one session; default 50
 * @param pingInterval pause after which an idle client is pinged; default 30 s
 * @param silenceLimit silence after which a client is dropped; default 60 s
 * @param authWait how long a client without a token may take for its first frame; default 10 s
 * @param drain how long a node that leaves takes at most to let its sessions go; default 5 s
 * @param compression whether messages are compressed for clients that offer permessage-deflate;
 *     default false
 * @param pathLimits most sessions of this node on single paths; default 100 on each of the older
 *     pipeline paths, no limit on the others
 * @param admission limits per user and address, and of new sessions in a second
 */
public record GatewayConfig(
    int maxSessions,
    int maxFrame,
    int maxQueue,
    int maxSubscriptions,
    int maxMessagesPerSecond,
    Duration pingInterval,
    Duration silenceLimit,
    Duration authWait,
    Duration drain,
    boolean compression,
    Map<String, Integer> pathLimits,
    AdmissionConfig admission) {
  public static final GatewayConfig DEFAULTS =
      new GatewayConfig(
          15_000,
          16 << 10,
          1 << 20,
          100,
          50,
          Duration.ofSeconds(30),
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          false,
          Map.of(
              "/api/v1/ws/monitoring/pipeline-status", 100,
              "/ws/monitoring/pipeline-status", 100),
          AdmissionConfig.DEFAULTS);

  public GatewayConfig {
    pathLimits = Map.copyOf(pathLimits);
    atLeast("gateway-max-sessions", maxSessions, 1);
    atLeast("gateway-max-frame", maxFrame, 1024);
    atLeast("gateway-max-queue", maxQueue, 16 << 10);
    atLeast("gateway-max-subscriptions", maxSubscriptions, 1);
    atLeast("gateway-max-messages-per-second", maxMessagesPerSecond, 1);
    atLeast("gateway-ping-interval", pingInterval.toMillis(), 100);
    atLeast("gateway-silence-limit", silenceLimit.toMillis(), pingInterval.toMillis() + 1);
    atLeast("gateway-auth-wait", authWait.toMillis(), 100);
    atLeast("gateway-drain", drain.toMillis(), 0);
    pathLimits.forEach(GatewayConfig::limit);
  }

  /** With the other bounds as by default. */
  public GatewayConfig(
      int maxSessions,
      int maxFrame,
      int maxQueue,
      int maxSubscriptions,
      int maxMessagesPerSecond,
      Duration pingInterval,
      Duration silenceLimit,
      Duration authWait,
      Map<String, Integer> pathLimits) {
    this(
        maxSessions,
        maxFrame,
        maxQueue,
        maxSubscriptions,
        maxMessagesPerSecond,
        pingInterval,
        silenceLimit,
        authWait,
        DEFAULTS.drain,
        DEFAULTS.compression,
        pathLimits,
        AdmissionConfig.DEFAULTS);
  }

  /** The same with other limits of admission. */
  public GatewayConfig with(AdmissionConfig other) {
    return new GatewayConfig(
        maxSessions,
        maxFrame,
        maxQueue,
        maxSubscriptions,
        maxMessagesPerSecond,
        pingInterval,
        silenceLimit,
        authWait,
        drain,
        compression,
        pathLimits,
        other);
  }

  private static void limit(String path, int most) {
    if (!path.startsWith("/") || most < 1) {
      throw new IllegalArgumentException(
          "gateway-path-limits must name paths and at least 1 for each, was " + path + "=" + most);
    }
  }

  private static void atLeast(String key, long value, long least) {
    if (value < least) {
      throw new IllegalArgumentException(key + " must be at least " + least + ", was " + value);
    }
  }
}
