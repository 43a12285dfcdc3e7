package dev.boardcast.spi;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlClient;
import java.time.Instant;
import java.util.List;

/**
 * How a board with parameters shows the facts that have certain values. A part is computed while
 * somebody follows it: when facts of its values arrive, or when time alone changes it. Stateless
 * and thread safe.
 */
public interface BoardParts {
  /** The parameters, at least one and at most {@link BoardParameter#MAX}. */
  List<BoardParameter> parameters();

  /** Whether what viewers see depends on their tokens: then the whole board is for admins alone. */
  default boolean isPinned() {
    return parameters().stream().anyMatch(each -> each.claim().isPresent());
  }

  /**
   * A query whose column {@code part}, of type {@code text[]} with the collation {@code "C"}, has
   * the values of each part that new facts belong to, in the order of {@link #parameters}, with
   * NULL for each that is left open. {@code $1} is the watermark, as in {@link Board#fold}.
   */
  String changed();

  /** The last time up to now at which metrics have changed by time alone. */
  Instant changedAt(Instant now);

  /**
   * Reads the metrics of several parts, as {@link Board#snapshot} reads those of the whole board.
   *
   * @param parts values in the order of {@link #parameters}, null for each that is left open
   * @return the metrics in the order of the parts
   */
  Future<List<RawJson>> read(SqlClient transaction, Instant now, List<List<String>> parts);

  /** A board that shows one part; its name is that of the part. It is read, never folded. */
  Board board(BoardPart part);
}
