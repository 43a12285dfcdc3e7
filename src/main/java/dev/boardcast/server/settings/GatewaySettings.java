package dev.boardcast.server.settings;

import dev.boardcast.gateway.AdmissionConfig;
import dev.boardcast.gateway.GatewayConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Settings of {@link GatewayConfig}. */
public final class GatewaySettings {
  private static final GatewayConfig DEFAULTS = GatewayConfig.DEFAULTS;

  static final Setting<Integer> MAX_SESSIONS =
      Setting.count("gateway-max-sessions", DEFAULTS.maxSessions(), "Most sessions of this node");
  static final Setting<Integer> MAX_FRAME =
      Setting.count("gateway-max-frame", DEFAULTS.maxFrame(), "Most bytes of an inbound message");
  static final Setting<Integer> MAX_QUEUE =
      Setting.count(
          "gateway-max-queue",
          DEFAULTS.maxQueue(),
          "Most bytes waiting for a slow client before it is told to resume");
  static final Setting<Integer> MAX_SUBSCRIPTIONS =
      Setting.count(
          "gateway-max-subscriptions", DEFAULTS.maxSubscriptions(), "Most topics of one session");
  static final Setting<Integer> MAX_MESSAGES =
      Setting.count(
          "gateway-max-messages-per-second",
          DEFAULTS.maxMessagesPerSecond(),
          "Most inbound messages of one session");
  static final Setting<Duration> PING_INTERVAL =
      Setting.time(
          "gateway-ping-interval", DEFAULTS.pingInterval(), "When idle clients are pinged");
  static final Setting<Duration> SILENCE_LIMIT =
      Setting.time(
          "gateway-silence-limit", DEFAULTS.silenceLimit(), "When silent ones are dropped");
  static final Setting<Duration> AUTH_WAIT =
      Setting.time(
          "gateway-auth-wait", DEFAULTS.authWait(), "How long a client may take to send its token");
  public static final Setting<Duration> DRAIN =
      Setting.time(
          "gateway-drain", DEFAULTS.drain(), "Most time to let sessions go when the node leaves");
  static final Setting<Integer> MAX_PER_USER =
      Setting.count(
          "gateway-max-sessions-per-user",
          DEFAULTS.admission().sessionsPerUser(),
          "Most sessions of one user on this node; 0 for any number");
  static final Setting<Integer> MAX_PER_ADDRESS =
      Setting.count(
          "gateway-max-sessions-per-address",
          DEFAULTS.admission().sessionsPerAddress(),
          "Most sessions from one address on this node; 0 for any number");
  static final Setting<Integer> MAX_CONNECTS =
      Setting.count(
          "gateway-max-connects-per-second",
          DEFAULTS.admission().connectsPerSecond(),
          "Most new sessions of this node in a second");
  static final Setting<List<String>> TRUSTED_PROXIES =
      Setting.of(
          "trusted-proxies",
          "",
          "addresses or networks such as 10.0.0.0/8, with commas between",
          "Whose X-Forwarded-For is believed",
          SettingParsers::proxies);
  static final Setting<Boolean> COMPRESSION =
      Setting.onOff(
          "gateway-compression",
          DEFAULTS.compression(),
          "Compress messages for clients that offer permessage-deflate, once for all of them");
  static final Setting<Map<String, Integer>> PATH_LIMITS =
      Setting.of(
          "gateway-path-limits",
          SettingParsers.text(DEFAULTS.pathLimits()),
          "path=count, with commas between",
          "Most sessions of this node on single WebSocket paths",
          SettingParsers::limits);

  static final List<Setting<?>> ALL =
      List.of(
          MAX_SESSIONS,
          MAX_FRAME,
          MAX_QUEUE,
          MAX_SUBSCRIPTIONS,
          MAX_MESSAGES,
          PING_INTERVAL,
          SILENCE_LIMIT,
          AUTH_WAIT,
          DRAIN,
          MAX_PER_USER,
          MAX_PER_ADDRESS,
          MAX_CONNECTS,
          TRUSTED_PROXIES,
          COMPRESSION,
          PATH_LIMITS);

  private GatewaySettings() {}

  static GatewayConfig config(EffectiveSettings values) {
    return values.build(
        () ->
            new GatewayConfig(
                values.get(MAX_SESSIONS),
                values.get(MAX_FRAME),
                values.get(MAX_QUEUE),
                values.get(MAX_SUBSCRIPTIONS),
                values.get(MAX_MESSAGES),
                values.get(PING_INTERVAL),
                values.get(SILENCE_LIMIT),
                values.get(AUTH_WAIT),
                values.get(DRAIN),
                values.get(COMPRESSION),
                values.get(PATH_LIMITS),
                new AdmissionConfig(
                    values.get(MAX_PER_USER),
                    values.get(MAX_PER_ADDRESS),
                    values.get(MAX_CONNECTS),
                    values.get(TRUSTED_PROXIES))));
  }
}
