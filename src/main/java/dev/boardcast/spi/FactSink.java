package dev.boardcast.spi;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Stores batches of facts, each batch in one transaction.
 *
 * @param <T> the fact
 */
@FunctionalInterface
public interface FactSink<T> {
  /**
   * Stores a batch.
   *
   * @param facts at least one, in the order received
   * @return the outcome of each fact, in the same order, after the commit; fails with nothing
   *     stored
   */
  Future<List<Outcome>> store(List<T> facts);

  /**
   * Stores the first batch of a request with its row of the audit trail. A sink that does not
   * override it writes the row before the facts, in a transaction of its own.
   */
  default Future<List<Outcome>> store(List<T> facts, AuditEntry entry) {
    return entry.appendAlone().compose(written -> store(facts));
  }

  /**
   * The outcome of one fact.
   *
   * @param isNew false for a duplicate, and for a rejected fact
   * @param problem why the fact was rejected; null if it was not
   */
  record Outcome(boolean isNew, Problem problem) {
    public static final Outcome NEW = new Outcome(true, null);
    public static final Outcome DUPLICATE = new Outcome(false, null);

    public static Outcome rejected(Problem problem) {
      return new Outcome(false, problem);
    }
  }

  /**
   * A sink that rejects facts for which {@code check} returns a problem, and stores the others in
   * this one.
   */
  default FactSink<T> rejecting(Function<T, Optional<Problem>> check) {
    return new RejectingSink<>(this, check);
  }
}
