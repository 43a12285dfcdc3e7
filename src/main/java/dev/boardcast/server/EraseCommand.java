package dev.boardcast.server;

import dev.boardcast.erasure.Erasure;
import dev.boardcast.erasure.ErasureStore;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.spi.FieldRules;
import dev.boardcast.web.audit.AuditTrailConfig;
import dev.boardcast.web.audit.CommandAudit;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks the node that holds the lease to erase a user, and prints the receipt. */
@Command(
    name = "erase",
    description =
        "Has a node with the role metrics replace a user's name by a pseudonym everywhere, or"
            + " delete the rows.",
    mixinStandardHelpOptions = true)
final class EraseCommand extends RequestCommand<Erasure> {
  @Option(names = "--user", required = true, description = "The user's id.")
  private String user;

  @Option(names = "--dry-run", description = "Only count the rows, by table.")
  private boolean dryRun;

  @Option(
      names = "--texts",
      negatable = true,
      fallbackValue = "true",
      description =
          "Also replace the name where it is a word of a longer text; --no-texts for names that are"
              + " common words. By default on, and off for a number, true, false, null, or a name of"
              + " one or two characters.")
  private Boolean texts;

  EraseCommand(SettingOptions options) {
    super(options);
  }

  @Override
  void check() {
    if (!user.matches(FieldRules.USER)) {
      throw Arguments.invalid("user", user, FieldRules.USER_TEXT);
    }
  }

  @Override
  Future<Optional<Erasure>> request(SqlClient tx, AuditTrailConfig config) {
    String by = "(command) " + System.getProperty("user.name", "");
    return ErasureStore.add(tx, user, dryRun, Optional.ofNullable(texts), by)
        .compose(
            added ->
                added.isEmpty()
                    ? Future.succeededFuture(added)
                    : CommandAudit.append(tx, config, "user.erased", added.get().id().toString())
                        .map(added));
  }

  @Override
  Future<Optional<Erasure>> latest(Pool pool, Erasure requested) {
    return ErasureStore.get(pool, requested.id());
  }

  @Override
  boolean isOver(Erasure latest) {
    return latest.isOver();
  }

  @Override
  int print(Optional<Erasure> result, double seconds) {
    if (result.isEmpty()) {
      return fail(ErasureStore.MAX_OPEN + " erasures are not finished; try again later");
    }
    var erasure = result.get();
    if (!erasure.isOver()) return fail(unfinished(erasure));
    erasure
        .rows()
        .forEach(
            (table, rows) ->
                out("%-40s %s%d%n", table, erasure.atLeast().contains(table) ? ">= " : "", rows));
    erasure.atLeast().stream()
        .filter(table -> !erasure.rows().containsKey(table))
        .forEach(table -> out("%-40s >= 0%n", table));
    long rows = erasure.rows().values().stream().mapToLong(Long::longValue).sum();
    String found = erasure.atLeast().isEmpty() ? "" : "at least ";
    String done = erasure.dryRun() ? "name this user" : "were changed or deleted";
    out("erasure %s: %s%d rows %s%n", erasure.id(), found, rows, done);
    if (!erasure.dryRun()) {
      out("sha256(%s + user) = %s%n", erasure.salt(), erasure.userDigest());
    }
    return erasure.error() == null ? 0 : fail(erasure.error());
  }

  private static String unfinished(Erasure erasure) {
    var text = new StringBuilder("erasure " + erasure.id() + " is not finished yet; ");
    if (erasure.waits().isEmpty()) return text + "a node with the role metrics will do it";
    text.append("it waits: ");
    erasure.waits().forEach((what, why) -> text.append(what).append(": ").append(why).append("; "));
    return text.substring(0, text.length() - 2);
  }
}
