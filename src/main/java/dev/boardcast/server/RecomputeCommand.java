package dev.boardcast.server;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.metrics.audit.Recomputation;
import dev.boardcast.metrics.audit.RecomputationStore;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.embedded.EmbeddedServerException;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.web.audit.AuditTrailConfig;
import dev.boardcast.web.audit.CommandAudit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks the node that holds a board's lease to recompute its rollups, and waits for the result. */
@Command(
    name = "recompute",
    description = "Has the node that computes a board recompute its rollups from all its facts.",
    mixinStandardHelpOptions = true)
final class RecomputeCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final long POLL_MILLIS = 250;

  private final SettingOptions options;

  @Option(names = "--board", required = true, description = "The board's name.")
  private String board;

  @Option(
      names = "--wait",
      defaultValue = "1h",
      description =
          "How long to wait for the result (default ${DEFAULT-VALUE}); the request remains after"
              + " that.")
  private String wait;

  @Spec private CommandSpec spec;

  RecomputeCommand(SettingOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() throws InterruptedException {
    EffectiveSettings settings = options.warned(spec);
    Duration limit = Arguments.duration("wait", wait);
    Logging.configure(settings);
    long startNanos = System.nanoTime();
    var vertx = Vertx.vertx();
    try (var servers = DataServers.openPostgres(settings)) {
      var pool = Pools.pool(vertx, servers.settings().bind(DatabaseConfig.class), "recompute", 1);
      Optional<Recomputation> result =
          request(pool, settings)
              .compose(
                  requested ->
                      requested.isEmpty()
                          ? Future.succeededFuture(requested)
                          : result(vertx, pool, startNanos + limit.toNanos()))
              .toCompletionStage()
              .toCompletableFuture()
              .get();
      return print(result, (System.nanoTime() - startNanos) / 1e9);
    } catch (EmbeddedServerException failure) {
      return fail(
          "the servers of data-dir %s do not start: %s"
              .formatted(settings.get("data-dir", Path.class), failure.getMessage()));
    } catch (ExecutionException failure) {
      return fail("the database cannot be queried: " + failure.getCause().getMessage());
    } finally {
      vertx.close().toCompletionStage().toCompletableFuture().join();
    }
  }

  private Future<Optional<Recomputation>> request(Pool pool, EffectiveSettings settings) {
    var config = settings.bind(AuditTrailConfig.class);
    return pool.withTransaction(
        tx ->
            RecomputationStore.request(tx, board)
                .compose(
                    requested ->
                        requested.isEmpty()
                            ? Future.succeededFuture(requested)
                            : CommandAudit.append(tx, config, "board.recomputed", board)
                                .map(requested)));
  }

  /** The recomputation when it is over, or as it is at the deadline. */
  private Future<Optional<Recomputation>> result(Vertx vertx, Pool pool, long deadlineNanos) {
    return RecomputationStore.latest(pool, board)
        .compose(
            latest ->
                latest.filter(Recomputation::isOver).isPresent()
                        || System.nanoTime() - deadlineNanos > 0
                    ? Future.succeededFuture(latest)
                    : vertx
                        .timer(POLL_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(waited -> result(vertx, pool, deadlineNanos)));
  }

  private int print(Optional<Recomputation> result, double seconds) {
    if (result.isEmpty()) {
      throw Arguments.invalid("board", board, "a board that some node has computed");
    }
    var recomputation = result.get();
    if (!recomputation.isOver()) {
      return fail("board " + board + " is not recomputed yet; a node that computes it will do so");
    }
    if (recomputation.error() != null) return fail("board " + board + ": " + recomputation.error());
    var out = spec.commandLine().getOut();
    out.printf(
        "%s recomputed in %.1f s, %d rows were wrong%n", board, seconds, recomputation.wrongRows());
    out.flush();
    return 0;
  }

  private int fail(String reason) {
    var err = spec.commandLine().getErr();
    err.println("boardcast: " + reason);
    err.flush();
    return FAILED;
  }
}
