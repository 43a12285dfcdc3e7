package dev.boardcast.server.embedded;

import dev.boardcast.database.Backoff;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Restarts a server that died, and rotates logs. Every node runs one, on a thread of its own; the
 * lock lets one of them act at a time.
 */
final class EmbeddedSupervisor {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedSupervisor.class);
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final Duration MAX_RETRY = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final InterProcessLock lock;
  private final List<EmbeddedServer> servers;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var daemon = new Thread(work, "boardcast-embedded-supervisor");
            daemon.setDaemon(true);
            return daemon;
          });
  private final Backoff backoff = new Backoff(PERIOD.multipliedBy(2), MAX_RETRY);

  EmbeddedSupervisor(InterProcessLock lock, List<EmbeddedServer> servers) {
    this.lock = lock;
    this.servers = servers;
  }

  void start() {
    schedule(PERIOD);
  }

  /** Stops supervising; interrupts a restart in progress. */
  void stop() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("The supervisor of the embedded servers did not stop within {}", STOP_LIMIT);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void schedule(Duration delay) {
    if (!thread.isShutdown()) {
      thread.schedule(this::check, delay.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void check() {
    try {
      for (var server : servers) server.log.rotate();
      if (!servers.stream().allMatch(EmbeddedServer::isAlive)) {
        lock.tryCall(Duration.ZERO, this::restartDead);
      }
      backoff.reset();
      schedule(PERIOD);
    } catch (IOException | RuntimeException failure) {
      if (thread.isShutdown()) return;
      Duration delay = backoff.next();
      LOG.warn("Embedded servers are down, next try in {}: {}", delay, failure.getMessage());
      schedule(delay);
    }
  }

  private boolean restartDead() {
    for (var server : servers) {
      if (server.isAlive()) continue;
      LOG.warn("{} died, restarting it", server.name());
      server.start();
    }
    return true;
  }
}
