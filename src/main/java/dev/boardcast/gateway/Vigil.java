package dev.boardcast.gateway;

/** Signs of life of one peer, and how much it says. Times are ms of the loop's clock. */
final class Vigil {
  private final GatewayConfig config;
  private long heardAt;
  private long pingedAt;
  private long second;
  private int inSecond;

  Vigil(GatewayConfig config, long now) {
    this.config = config;
    this.heardAt = now;
    this.pingedAt = now;
  }

  void heard(long now) {
    heardAt = now;
  }

  boolean isDead(long now) {
    return now - heardAt > config.silenceLimit().toMillis();
  }

  /** Whether it is time to ask for a sign of life; asking starts the next interval. */
  boolean isPingDue(long now) {
    long interval = config.pingInterval().toMillis();
    if (now - heardAt < interval || now - pingedAt < interval) return false;
    pingedAt = now;
    return true;
  }

  /** Counts a frame; true when it is one too many for its second. */
  boolean isTooMany(long now) {
    if (now / 1000 != second) {
      second = now / 1000;
      inSecond = 0;
    }
    return ++inSecond > config.maxMessagesPerSecond();
  }
}
