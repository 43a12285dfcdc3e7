package dev.boardcast.testing;

import dev.boardcast.spi.Json;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A steady stream of routing decisions, about fifty a second, until it is ended. Each has an id of
 * its own, and is sent until a node has acknowledged it.
 */
public final class DecisionStream implements AutoCloseable {
  private static final int PAUSE_MILLIS = 20;
  private static final List<String> STRATEGIES = List.of("hybrid", "cheapest", "fastest");
  private static final Person ROUTER = Person.of("router").with("ingest");

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final PatientClient client;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private volatile Throwable failure;

  /** Begins at once; {@code nodes} are asked in this order. */
  public DecisionStream(List<URI> nodes) {
    client = new PatientClient(nodes);
    thread.scheduleWithFixedDelay(this::next, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** How many are stored, as far as we were told. */
  public int acknowledged() {
    return acknowledged.get();
  }

  /** Ends the stream when the decision under way is acknowledged, and tells how many were. */
  public int end() throws InterruptedException {
    thread.shutdown();
    if (!thread.awaitTermination(2, TimeUnit.MINUTES)) throw new AssertionError("never accepted");
    if (failure != null) throw new AssertionError("a decision was refused", failure);
    return acknowledged.get();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }

  private void next() {
    try {
      String id = UUID.randomUUID().toString();
      var decision =
          Map.of(
              "strategy",
              STRATEGIES.get(acknowledged.get() % STRATEGIES.size()),
              "provider",
              "gemini",
              "confidence",
              0.9,
              "cost",
              0.00005,
              "event_id",
              id);
      client.post(ROUTER, "/routing/decisions", id, Json.encode(decision));
      acknowledged.incrementAndGet();
    } catch (Exception | AssertionError refused) {
      failure = refused;
      thread.shutdown();
    }
  }
}
