package dev.boardcast.boards.routing;

import dev.boardcast.spi.Problem;
import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** Stores prices of models. Thread safe. */
final class PriceStore {
  /** The greatest number of prices. */
  static final int MAX = 2000;

  private static final String COLUMNS =
      "provider, model, valid_from, input, output, cached, reasoning";
  private static final String SET =
      """
      INSERT INTO routing_price (%s)
      SELECT $1, $2, $3, $4::text::numeric, $5::text::numeric, $6::text::numeric, $7::text::numeric
      WHERE (SELECT count(*) FROM routing_price) < %d
         OR EXISTS (SELECT FROM routing_price WHERE provider = $1 AND model = $2 AND valid_from = $3)
      ON CONFLICT (provider, model, valid_from) DO UPDATE
        SET input = excluded.input, output = excluded.output, cached = excluded.cached,
            reasoning = excluded.reasoning
      RETURNING %s"""
          .formatted(COLUMNS, MAX, COLUMNS);
  private static final String LIST =
      "SELECT %s FROM routing_price ORDER BY provider, model, valid_from".formatted(COLUMNS);
  private static final String OF_MODELS =
      """
      SELECT %s FROM routing_price
      WHERE (provider, model) IN (SELECT * FROM unnest($1::text[], $2::text[]))"""
          .formatted(COLUMNS);

  private static final String REMOVE =
      "DELETE FROM routing_price WHERE provider = $1 AND model = $2 AND valid_from = $3";

  private PriceStore() {}

  /** Stores a price, in place of one of the same model and time. */
  static Future<Price> set(SqlClient tx, Price price) {
    return tx.preparedQuery(SET)
        .execute(
            Tuple.of(
                price.provider(),
                price.model(),
                price.validFrom().atOffset(ZoneOffset.UTC),
                price.input().toPlainString(),
                price.output().toPlainString(),
                price.cached().toPlainString(),
                price.reasoning().toPlainString()))
        .map(
            rows -> {
              if (rows.size() == 0) {
                throw Problem.of(409, "Too many prices", "at most " + MAX + " prices are stored");
              }
              return Price.of(rows.iterator().next());
            });
  }

  /** Removes a price, if there is one. */
  static Future<Void> remove(SqlClient tx, String provider, String model, Instant validFrom) {
    return tx.preparedQuery(REMOVE)
        .execute(Tuple.of(provider, model, validFrom.atOffset(ZoneOffset.UTC)))
        .mapEmpty();
  }

  /** All prices, by model and time. */
  static Future<List<Price>> all(SqlClient client) {
    return client.query(LIST).execute().map(PriceStore::prices);
  }

  /** The prices of the models of these decisions. */
  static Future<List<Price>> of(SqlClient client, List<Decision> decisions) {
    return client
        .preparedQuery(OF_MODELS)
        .execute(
            Tuple.tuple()
                .addArrayOfString(decisions.stream().map(Decision::provider).toArray(String[]::new))
                .addArrayOfString(decisions.stream().map(Decision::model).toArray(String[]::new)))
        .map(PriceStore::prices);
  }

  private static List<Price> prices(Iterable<Row> rows) {
    var prices = new ArrayList<Price>();
    rows.forEach(row -> prices.add(Price.of(row)));
    return prices;
  }
}
