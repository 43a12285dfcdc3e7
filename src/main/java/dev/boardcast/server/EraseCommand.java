package dev.boardcast.server;

import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.database.Pools;
import dev.boardcast.erasure.Erasure;
import dev.boardcast.erasure.ErasureStore;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.embedded.EmbeddedServerException;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.web.audit.AuditTrailConfig;
import dev.boardcast.web.audit.CommandAudit;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Asks the node that holds the lease to erase a user, and prints the receipt. */
@Command(
    name = "erase",
    description =
        "Has a node with the role metrics replace a user's name by a pseudonym everywhere, or"
            + " delete the rows.",
    mixinStandardHelpOptions = true)
final class EraseCommand implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final long POLL_MILLIS = 250;

  private final SettingOptions options;

  @Option(names = "--user", required = true, description = "The user's id.")
  private String user;

  @Option(names = "--dry-run", description = "Only count the rows, by table.")
  private boolean dryRun;

  @Option(
      names = "--texts",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description =
          "Also replace the name where it is a word of a longer text (default); --no-texts for"
              + " names that are common words.")
  private boolean texts;

  @Option(
      names = "--wait",
      defaultValue = "1h",
      description =
          "How long to wait for the result (default ${DEFAULT-VALUE}); the request remains after"
              + " that.")
  private String wait;

  @Spec private CommandSpec spec;

  EraseCommand(SettingOptions options) {
    this.options = options;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!user.matches(FieldRules.USER)) {
      throw Arguments.invalid("user", user, FieldRules.USER_TEXT);
    }
    EffectiveSettings settings = options.warned(spec);
    Duration limit = Arguments.duration("wait", wait);
    Logging.configure(settings);
    long deadlineNanos = System.nanoTime() + limit.toNanos();
    var vertx = Vertx.vertx();
    try (var servers = DataServers.openPostgres(settings)) {
      var pool = Pools.pool(vertx, servers.settings().bind(DatabaseConfig.class), "erase", 1);
      Optional<Erasure> result =
          request(pool, settings)
              .compose(
                  requested ->
                      requested.isEmpty()
                          ? Future.succeededFuture(requested)
                          : result(vertx, pool, requested.get().id(), deadlineNanos))
              .toCompletionStage()
              .toCompletableFuture()
              .get();
      return print(result);
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

  private Future<Optional<Erasure>> request(Pool pool, EffectiveSettings settings) {
    var config = settings.bind(AuditTrailConfig.class);
    String by = "(command) " + System.getProperty("user.name", "");
    return pool.withTransaction(
        tx ->
            ErasureStore.add(tx, user, dryRun, texts, by)
                .compose(
                    added ->
                        added.isEmpty()
                            ? Future.succeededFuture(added)
                            : CommandAudit.append(
                                    tx, config, "user.erased", added.get().id().toString())
                                .map(added)));
  }

  /** The erasure when it is over, or as it is at the deadline. */
  private Future<Optional<Erasure>> result(Vertx vertx, Pool pool, UUID id, long deadlineNanos) {
    return ErasureStore.get(pool, id)
        .compose(
            latest ->
                latest.filter(Erasure::isOver).isPresent() || System.nanoTime() - deadlineNanos > 0
                    ? Future.succeededFuture(latest)
                    : vertx
                        .timer(POLL_MILLIS, TimeUnit.MILLISECONDS)
                        .compose(waited -> result(vertx, pool, id, deadlineNanos)));
  }

  private int print(Optional<Erasure> result) {
    if (result.isEmpty()) {
      return fail(ErasureStore.MAX_OPEN + " erasures are not finished; try again later");
    }
    var erasure = result.get();
    if (!erasure.isOver()) {
      return fail(
          "erasure %s is not finished yet; a node with the role metrics will do it"
              .formatted(erasure.id()));
    }
    var out = spec.commandLine().getOut();
    erasure.rows().forEach((table, rows) -> out.printf("%-40s %d%n", table, rows));
    long rows = erasure.rows().values().stream().mapToLong(Long::longValue).sum();
    String done = erasure.dryRun() ? "name this user" : "were changed or deleted";
    out.printf("erasure %s: %d rows %s%n", erasure.id(), rows, done);
    if (!erasure.dryRun()) {
      out.printf("sha256(%s + user) = %s%n", erasure.salt(), erasure.userDigest());
    }
    out.flush();
    return erasure.error() == null ? 0 : fail(erasure.error());
  }

  private int fail(String reason) {
    var err = spec.commandLine().getErr();
    err.println("boardcast: " + reason);
    err.flush();
    return FAILED;
  }
}
