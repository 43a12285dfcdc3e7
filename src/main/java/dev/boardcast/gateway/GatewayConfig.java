package dev.boardcast.gateway;

import dev.boardcast.config.Settings;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Setting;
import dev.boardcast.spi.SettingGroup;
import java.time.Duration;
import java.util.Map;

/** Limits and timing of client sessions. */
@SettingGroup("Gateway")
public record GatewayConfig(
    @Setting(
            key = "gateway-max-sessions",
            defaultValue = "15000",
            min = "1",
            unit = "sessions",
            description = "Most sessions of this node.")
        int maxSessions,
    @Setting(
            key = "gateway-max-frame",
            defaultValue = "16384",
            min = "1024",
            unit = "bytes",
            description = "Largest inbound frame or message.")
        int maxFrame,
    @Setting(
            key = "gateway-max-queue",
            defaultValue = "1048576",
            min = "16384",
            unit = "bytes",
            description =
                "Most bytes queued for a slow client before its session is closed, to be resumed.")
        int maxQueue,
    @Setting(
            key = "gateway-max-queued-bytes",
            defaultValue = "268435456",
            min = "65536",
            unit = "bytes",
            description =
                "Most bytes queued for all clients of this node before the sessions with the most"
                    + " are closed, to be resumed.")
        long maxQueuedBytes,
    @Setting(
            key = "gateway-max-subscriptions",
            defaultValue = "100",
            min = "1",
            unit = "topics",
            description = "Most topics of one session.")
        int maxSubscriptions,
    @Setting(
            key = "gateway-max-messages-per-second",
            defaultValue = "50",
            min = "1",
            unit = "messages",
            description = "Most inbound messages of one session in a second.")
        int maxMessagesPerSecond,
    @Setting(
            key = "gateway-ping-interval",
            defaultValue = "30s",
            min = "100ms",
            description = "Time without inbound data after which a client is pinged.")
        Duration pingInterval,
    @Setting(
            key = "gateway-silence-limit",
            defaultValue = "1m",
            description = "Time without inbound data after which a session is closed.")
        Duration silenceLimit,
    @Setting(
            key = "gateway-auth-wait",
            defaultValue = "10s",
            min = "100ms",
            description = "How long a client without a token may take for its first message.")
        Duration authWait,
    @Setting(
            key = "gateway-drain",
            defaultValue = "10s",
            description =
                "Longest time to close all sessions when the node stops, and to spread the return"
                    + " of their clients over.")
        Duration drain,
    @Setting(
            key = "gateway-compression",
            defaultValue = "off",
            description =
                "Compresses messages for clients that offer permessage-deflate, once for all of"
                    + " them.")
        boolean compression,
    @Setting(
            key = "gateway-path-limits",
            defaultValue =
                "/api/v1/ws/monitoring/pipeline-status=100,/ws/monitoring/pipeline-status=100",
            min = "1",
            expected = "<path>=<count>, separated by commas, each count",
            description = "Most sessions of this node on single WebSocket paths.")
        Map<String, Integer> pathLimits,
    @Setting(
            key = "metrics-board",
            defaultValue = "routing",
            description =
                "Board that the WebSocket path /ws/metrics serves in its own shape where the request"
                    + " names none.")
        String metricsBoard,
    @Setting(
            key = "gateway-warm-up",
            defaultValue = "3s",
            max = "1m",
            description =
                "How long, at most, a node that starts serves sessions of its own before it takes"
                    + " clients, so that its code is compiled when they come; 0s for not at all.")
        Duration warmUp,
    AdmissionConfig admission) {
  public static final GatewayConfig DEFAULTS = Settings.defaults(GatewayConfig.class);

  public GatewayConfig {
    if (silenceLimit.compareTo(pingInterval) <= 0) {
      throw new InvalidSettingException("gateway-silence-limit", "more than gateway-ping-interval");
    }
    if (!pathLimits.keySet().stream().allMatch(path -> path.startsWith("/"))) {
      throw new InvalidSettingException(
          "gateway-path-limits", "<path>=<count>, separated by commas, each path from / on");
    }
  }
}
