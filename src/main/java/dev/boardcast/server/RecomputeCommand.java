package dev.boardcast.server;

import dev.boardcast.metrics.audit.Recomputation;
import dev.boardcast.metrics.audit.RecomputationStore;
import dev.boardcast.server.command.Arguments;
import dev.boardcast.server.settings.SettingOptions;
import dev.boardcast.web.audit.AuditTrailConfig;
import dev.boardcast.web.audit.CommandAudit;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlClient;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Asks the node that holds a board's lease to recompute its rollups, and waits for the result. */
@Command(
    name = "recompute",
    description = "Has the node that computes a board recompute its rollups from all its facts.",
    mixinStandardHelpOptions = true)
final class RecomputeCommand extends RequestCommand<Recomputation> {
  @Option(names = "--board", required = true, description = "The board's name.")
  private String board;

  RecomputeCommand(SettingOptions options) {
    super(options);
  }

  @Override
  Future<Optional<Recomputation>> request(SqlClient tx, AuditTrailConfig config) {
    return RecomputationStore.request(tx, board)
        .compose(
            requested ->
                requested.isEmpty()
                    ? Future.succeededFuture(requested)
                    : CommandAudit.append(tx, config, "board.recomputed", board).map(requested));
  }

  @Override
  Future<Optional<Recomputation>> latest(Pool pool, Recomputation requested) {
    return RecomputationStore.latest(pool, board);
  }

  @Override
  boolean isOver(Recomputation latest) {
    return latest.isOver();
  }

  @Override
  int print(Optional<Recomputation> result, double seconds) {
    if (result.isEmpty()) {
      throw Arguments.invalid("board", board, "a board that some node has computed");
    }
    var recomputation = result.get();
    if (!recomputation.isOver()) {
      return fail("board " + board + " is not recomputed yet; a node that computes it will do so");
    }
    if (recomputation.error() != null) return fail("board " + board + ": " + recomputation.error());
    out("%s recomputed in %.1f s, %d rows were wrong%n", board, seconds, recomputation.wrongRows());
    return 0;
  }
}
