package dev.boardcast.boards.platform;

import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** Stores dated rates of currencies. Triggers write their changes, which are facts. Thread safe. */
final class RateStore {
  /** The greatest number of rates. */
  static final int MAX = 20_000;

  // Two requests that set the same rates wait for each other in one order.
  private static final String SET =
      """
      INSERT INTO platform_rate AS r (currency, target, valid_from, rate)
      SELECT currency, $1, valid_from, rate::numeric
      FROM unnest($2::text[], $3::date[], $4::text[]) AS n (currency, valid_from, rate)
      ORDER BY 1, 2, 3
      ON CONFLICT (currency, target, valid_from) DO UPDATE SET rate = excluded.rate
        WHERE r.rate <> excluded.rate""";
  private static final String COUNT = "SELECT count(*) FROM platform_rate";
  private static final String REMOVE =
      "DELETE FROM platform_rate WHERE currency = $1 AND target = $2 AND valid_from = $3";
  private static final String LIST =
      """
      SELECT currency, valid_from, rate FROM platform_rate
      WHERE target = $1 ORDER BY currency, valid_from""";

  private RateStore() {}

  /** Stores rates into a currency, in place of those of the same currencies and days. */
  static Future<Void> set(SqlClient tx, String target, List<Rate> rates) {
    return tx.preparedQuery(SET)
        .execute(
            Tuple.tuple()
                .addString(target)
                .addArrayOfString(rates.stream().map(Rate::currency).toArray(String[]::new))
                .addArrayOfLocalDate(rates.stream().map(Rate::day).toArray(LocalDate[]::new))
                .addArrayOfString(
                    rates.stream().map(rate -> rate.rate().toPlainString()).toArray(String[]::new)))
        .compose(set -> tx.query(COUNT).execute())
        .map(
            rows -> {
              if (rows.iterator().next().getLong(0) > MAX) {
                throw Problem.of(409, "Too many rates", "at most " + MAX + " rates are stored");
              }
              return null;
            });
  }

  /** Removes a rate, if there is one. */
  static Future<Void> remove(SqlClient tx, String target, String currency, LocalDate day) {
    return tx.preparedQuery(REMOVE).execute(Tuple.of(currency, target, day)).mapEmpty();
  }

  /** All rates into a currency, by currency and day. */
  static Future<List<Rate>> all(SqlClient client, String target) {
    return client
        .preparedQuery(LIST)
        .execute(Tuple.of(target))
        .map(
            rows -> {
              var rates = new ArrayList<Rate>(rows.size());
              for (Row row : rows) rates.add(Rate.of(row));
              return rates;
            });
  }
}
