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
 * Starts a server again that died, and keeps logs short. Every node watches; the gate lets one act.
 */
final class EmbeddedSupervisor {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedSupervisor.class);
  private static final Duration PERIOD = Duration.ofMillis(500);
  private static final Duration MAX_RETRY = Duration.ofSeconds(30);
  private static final Duration END_LIMIT = Duration.ofSeconds(10);

  private final InterProcessLock gate;
  private final List<EmbeddedServer> servers;
  private final List<EmbeddedLog> logs;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          work -> {
            var daemon = new Thread(work, "boardcast-embedded-watch");
            daemon.setDaemon(true);
            return daemon;
          });
  private final Backoff backoff = new Backoff(PERIOD.multipliedBy(2), MAX_RETRY);
  private Duration pause = PERIOD;

  EmbeddedSupervisor(
      InterProcessLock gate, List<EmbeddedServer> servers, EmbeddedDirectories home) {
    this.gate = gate;
    this.servers = servers;
    this.logs =
        List.of(
            new EmbeddedLog(home.logs().resolve("postgres.log")),
            new EmbeddedLog(home.logs().resolve("redis.log")));
  }

  void start() {
    later();
  }

  /** Ends the watch; a start under way is given up. */
  void stop() {
    thread.shutdownNow();
    try {
      if (!thread.awaitTermination(END_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("The watch over the embedded servers did not end in {}", END_LIMIT);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void later() {
    if (!thread.isShutdown()) {
      thread.schedule(this::look, pause.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    try {
      for (var log : logs) log.trim();
      if (!servers.stream().allMatch(EmbeddedServer::alive)) {
        gate.attempt(Duration.ZERO, this::revive);
      }
      pause = PERIOD;
      backoff.reset();
    } catch (IOException | RuntimeException cause) {
      if (thread.isShutdown()) return;
      pause = backoff.next();
      LOG.warn("Embedded servers are not all up, next try in {}: {}", pause, cause.getMessage());
    }
    later();
  }

  private boolean revive() {
    for (var server : servers) {
      if (!server.alive()) {
        LOG.warn("{} has died, starting it again", server.name());
        server.start();
      }
    }
    return true;
  }
}
