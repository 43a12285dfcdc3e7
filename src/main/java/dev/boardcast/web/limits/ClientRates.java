package dev.boardcast.web.limits;

import java.util.Optional;

/**
 * Limits what one client does in a second: a principal, or an address without a token. Requests
 * over the limit are refused. Thread safe.
 */
public final class ClientRates {
  private final Rate requests;
  private final ItemRate facts;
  private final ItemRate publishes;
  private final StreamRates streams;

  ClientRates(LimitsConfig config, LimitMeters meters) {
    requests = new Rate("max-requests-per-second", config.requestsPerSecond(), meters);
    facts =
        new ItemRate(
            "max-facts-per-second", config.factsPerSecond(), config.factBytesPerSecond(), meters);
    streams = new StreamRates(meters);
    publishes =
        new ItemRate(
            "max-publishes-per-second",
            config.publishesPerSecond(),
            config.factBytesPerSecond(),
            meters);
  }

  /** Counts a request; what to answer when there were too many. */
  public Optional<RateLimit> request(String client) {
    return requests.take(client, 1);
  }

  /** The facts that clients send to boards. */
  public ItemRate facts() {
    return facts;
  }

  /** The events that clients publish to application streams. */
  public ItemRate publishes() {
    return publishes;
  }

  /** The messages of clients to single streams, as rules of streams bound them. */
  public StreamRates streams() {
    return streams;
  }
}
