package dev.boardcast.server.settings;

import java.time.Duration;

/** Settings of the gateway that the program reads. */
public final class GatewaySettings {
  public static final Setting<Duration> DRAIN = Setting.of("gateway-drain", Duration.class);

  private GatewaySettings() {}
}
