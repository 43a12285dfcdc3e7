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
 * Posts about fifty routing decisions per second until it is ended. Each has its own id and is sent
 * again until a node has acknowledged it.
 */
public final class DecisionStream implements AutoCloseable {
  private static final int PAUSE_MILLIS = 20;
  private static final List<String> STRATEGIES = List.of("hybrid", "cheapest", "fastest");
  private static final Person ROUTER = Person.of("router").with("ingest");

  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final RetryingClient client;
  private final AtomicInteger acknowledged = new AtomicInteger();
  private volatile Throwable failure;

  /** Starts at once; {@code nodes} are tried in this order. */
  public DecisionStream(List<URI> nodes) {
    client = new RetryingClient(nodes);
    thread.scheduleWithFixedDelay(this::next, 0, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** How many were acknowledged. */
  public int acknowledged() {
    return acknowledged.get();
  }

  /** Ends after the current decision was acknowledged; returns how many were. */
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
