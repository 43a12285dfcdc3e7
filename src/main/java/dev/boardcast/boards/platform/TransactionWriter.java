package dev.boardcast.boards.platform;

import dev.boardcast.http.ingest.Ingest;
import dev.boardcast.http.ingest.Ingest.Outcome;
import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;

/** Refuses reports in another currency and stores the rest. */
final class TransactionWriter implements Ingest.Judge<Transaction> {
  private final String currency;
  private final TransactionStore store;

  TransactionWriter(String currency, TransactionStore store) {
    this.currency = currency;
    this.store = store;
  }

  @Override
  public Future<List<Outcome>> store(List<Transaction> reports) {
    var good = reports.stream().filter(this::isOurs).toList();
    if (good.isEmpty()) return Future.succeededFuture(outcomes(reports, List.of()));
    return store.add(good).map(isNew -> outcomes(reports, isNew));
  }

  private boolean isOurs(Transaction report) {
    return report.currency() == null || report.currency().equals(currency);
  }

  private List<Outcome> outcomes(List<Transaction> reports, List<Boolean> isNew) {
    var stored = isNew.iterator();
    List<Outcome> outcomes = new ArrayList<>();
    for (Transaction report : reports) {
      if (!isOurs(report)) {
        outcomes.add(Outcome.rejected(Problem.invalid("currency", currency + ", or none")));
      } else {
        outcomes.add(stored.next() ? Outcome.NEW : Outcome.DUPLICATE);
      }
    }
    return outcomes;
  }
}
