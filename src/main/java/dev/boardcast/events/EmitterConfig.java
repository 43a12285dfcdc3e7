package dev.boardcast.events;

import java.time.Duration;

/**
 * How the outbox is emptied.
 *
 * @param batch most rows moved in one transaction; default 500, at least 1
 * @param sweep how often the outbox is looked at when no hint comes; default 250 ms
 * @param leaseTtl how long a dead emitter keeps its shard; default 1500 ms, at least 500 ms
 * @param beacon how often the head of a shard is told to gateways; default 1 s
 * @param retention how long the log is kept
 */
public record EmitterConfig(
    int batch, Duration sweep, Duration leaseTtl, Duration beacon, RetentionConfig retention) {
  public static final EmitterConfig DEFAULTS =
      new EmitterConfig(
          500, Duration.ofMillis(250), Duration.ofMillis(1500), Duration.ofSeconds(1));

  /** With the log kept as by default. */
  public EmitterConfig(int batch, Duration sweep, Duration leaseTtl, Duration beacon) {
    this(batch, sweep, leaseTtl, beacon, RetentionConfig.DEFAULTS);
  }

  public EmitterConfig {
    if (batch < 1 || batch > 10_000) {
      throw new IllegalArgumentException("emitter-batch must be 1 to 10000, was " + batch);
    }
    if (sweep.toMillis() < 1) {
      throw new IllegalArgumentException("emitter-sweep must be at least 1ms, was " + sweep);
    }
    if (leaseTtl.toMillis() < 500) {
      throw new IllegalArgumentException(
          "emitter-lease-ttl must be at least 500ms, was " + leaseTtl);
    }
    if (beacon.toMillis() < 10) {
      throw new IllegalArgumentException("emitter-beacon must be at least 10ms, was " + beacon);
    }
  }
}
