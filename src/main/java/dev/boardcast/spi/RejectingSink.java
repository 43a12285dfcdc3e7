package dev.boardcast.spi;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Rejects facts for which a check returns a problem, and stores the others. */
record RejectingSink<T>(FactSink<T> valid, Function<T, Optional<Problem>> check)
    implements FactSink<T> {
  @Override
  public Future<List<Outcome>> store(List<T> facts) {
    return store(facts, valid::store);
  }

  @Override
  public Future<List<Outcome>> store(List<T> facts, AuditEntry entry) {
    return store(facts, some -> valid.store(some, entry));
  }

  private Future<List<Outcome>> store(
      List<T> facts, Function<List<T>, Future<List<Outcome>>> store) {
    List<Optional<Problem>> problems = facts.stream().map(check).toList();
    List<T> kept = new ArrayList<>();
    for (int i = 0; i < facts.size(); i++) {
      if (problems.get(i).isEmpty()) kept.add(facts.get(i));
    }
    Future<List<Outcome>> stored =
        kept.isEmpty() ? Future.succeededFuture(List.of()) : store.apply(kept);
    return stored.map(
        outcomes -> {
          Iterator<Outcome> next = outcomes.iterator();
          return problems.stream()
              .map(problem -> problem.map(Outcome::rejected).orElseGet(next::next))
              .toList();
        });
  }
}
