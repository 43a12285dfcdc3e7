package dev.boardcast.server;

import dev.boardcast.database.Pools;
import dev.boardcast.metrics.audit.Recomputation;
import dev.boardcast.metrics.audit.RecomputationStore;
import dev.boardcast.server.settings.DatabaseSettings;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.InvalidSettingException;
import dev.boardcast.server.settings.NodeSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.server.settings.SettingParsers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks the node that holds a board to compute it anew, and waits for that. */
@Command(
    name = "recompute",
    description =
        "Has a board's numbers computed anew from all its facts, by the node that keeps it.",
    mixinStandardHelpOptions = true)
final class RecomputeCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final long POLL_MILLIS = 250;

  private final Bootstrap parts;

  @Option(names = "--board", required = true, description = "The board's name.")
  private String board;

  @Option(
      names = "--wait",
      defaultValue = "1h",
      description = "How long to wait for it (default 1h); the request stands all the same.")
  private String wait;

  @Spec private CommandSpec spec;

  RecomputeCommand(Bootstrap parts) {
    this.parts = parts;
  }

  @Override
  public Integer call() throws InterruptedException {
    EffectiveSettings values = SettingOptions.values(spec);
    Duration patience = patience();
    Logging.configure(values);
    var vertx = Vertx.vertx();
    try (var servers = new GivenServers(values, parts)) {
      var db = DatabaseSettings.config(values, servers.postgresUri(), "redis://unused");
      var pool = Pools.pool(vertx, db, "recompute", 1);
      long startNanos = System.nanoTime();
      Optional<Recomputation> done =
          RecomputationStore.request(pool, board)
              .compose(
                  asked ->
                      asked.isEmpty()
                          ? Future.succeededFuture(asked)
                          : over(vertx, pool, startNanos + patience.toNanos()))
              .toCompletionStage()
              .toCompletableFuture()
              .get();
      return tell(done, (System.nanoTime() - startNanos) / 1e9);
    } catch (IllegalStateException failure) {
      return fail(failure.getMessage());
    } catch (ExecutionException failure) {
      return fail("the database cannot be asked: " + failure.getCause().getMessage());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private Future<Optional<Recomputation>> over(Vertx vertx, Pool pool, long deadlineNanos) {
    return RecomputationStore.latest(pool, board)
        .compose(
            latest ->
                latest.filter(Recomputation::isOver).isPresent()
                        || System.nanoTime() - deadlineNanos > 0
                    ? Future.succeededFuture(latest)
                    : vertx
                        .timer(POLL_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(waited -> over(vertx, pool, deadlineNanos)));
  }

  private int tell(Optional<Recomputation> done, double seconds) {
    if (done.isEmpty()) {
      throw InvalidSettingException.value(
          "board", board, "flag --board", "a board that was ever computed");
    }
    var recomputation = done.get();
    if (!recomputation.isOver()) {
      return fail("board " + board + " is not computed anew yet; it will be, once a node keeps it");
    }
    if (recomputation.error() != null) return fail("board " + board + ": " + recomputation.error());
    var out = spec.commandLine().getOut();
    out.printf(
        "%s computed anew in %.1f s, %d rows were wrong%n",
        board, seconds, recomputation.wrongRows());
    out.flush();
    return 0;
  }

  private int fail(String reason) {
    var err = spec.commandLine().getErr();
    err.println("boardcast: " + reason);
    err.flush();
    return FAILED;
  }

  private Duration patience() {
    try {
      return SettingParsers.duration(wait);
    } catch (IllegalArgumentException bad) {
      throw InvalidSettingException.value(
          "wait", wait, "flag --wait", "a time such as 90s, 10m or 1h");
    }
  }

  /** The servers of the settings: running ones, or the embedded ones of this data-dir. */
  private static final class GivenServers implements AutoCloseable {
    private final Optional<LocalServers> embedded;
    private final String postgresUri;

    GivenServers(EffectiveSettings values, Bootstrap parts) {
      boolean isGiven = values.get(DatabaseSettings.PG).isPresent();
      embedded = isGiven ? Optional.empty() : Optional.of(start(values, parts));
      postgresUri = embedded.map(LocalServers::postgresUri).orElse("postgresql://given");
    }

    String postgresUri() {
      return postgresUri;
    }

    private static LocalServers start(EffectiveSettings values, Bootstrap parts) {
      var dataDir = values.get(NodeSettings.DATA_DIR);
      try {
        return parts.servers().start(dataDir);
      } catch (Exception failure) {
        throw new IllegalStateException(
            "the servers of data-dir " + dataDir + " do not start: " + failure.getMessage(),
            failure);
      }
    }

    @Override
    public void close() {
      embedded.ifPresent(LocalServers::close);
    }
  }
}
