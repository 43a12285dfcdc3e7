package dev.boardcast.boards.platform;

import java.util.List;

/**
 * SQL that folds amounts in other currencies than the board's, and what they are worth by dated
 * rates.
 *
 * <p>A rate holds from the start of a UTC day, so all facts of a day share one. What a span is
 * worth is therefore read from the sums of its days and quarters of an hour; only the sum of all
 * time is stored. A new fact changes it by the rate of its day. A new or changed rate changes it by
 * the days from that rate on, which are read from the rollup, not from facts.
 */
final class CurrencyFold {
  private static final String SUMS =
      """
      INSERT INTO platform_currency_rollup AS r (span, bucket, currency, revenue, completed)
      SELECT b.span, b.bucket, f.currency, sum(f.sign * f.amount), sum(f.sign)
      FROM platform_transaction_change f
      CROSS JOIN LATERAL
        (VALUES ('all', timestamptz '-infinity'),
                ('day', date_bin('1 day', f.at, timestamptz 'epoch')),
                ('quarter', date_bin('15 minutes', f.at, timestamptz 'epoch'))) b (span, bucket)
      WHERE f.currency IS NOT NULL AND f.status = 'completed' AND is_fresh(f.tx, $1)
      GROUP BY 1, 2, 3
      ON CONFLICT (span, bucket, currency) DO UPDATE
        SET revenue = r.revenue + excluded.revenue, completed = r.completed + excluded.completed""";

  // By the rates that are known before this fold; RATES adds what new rates change, for these
  // facts too.
  private static final String CONVERT =
      """
      WITH fresh AS MATERIALIZED (
        SELECT currency, date_bin('1 day', at, timestamptz 'epoch') AS day,
               sum(sign * amount) AS revenue, sum(sign) AS completed
        FROM platform_transaction_change
        WHERE currency IS NOT NULL AND status = 'completed' AND is_fresh(tx, $1)
        GROUP BY 1, 2
      ), worth AS (
        SELECT c.currency, c.target, sum(f.revenue) AS revenue, sum(f.completed) AS completed,
               sum(f.revenue * k.rate) AS converted
        FROM fresh f JOIN platform_converted c ON c.currency = f.currency
          CROSS JOIN LATERAL (
            SELECT rate FROM platform_known_rate k
            WHERE k.currency = c.currency AND k.target = c.target AND k.at <= f.day
              AND k.rates > 0
            ORDER BY k.at DESC LIMIT 1) AS k
        GROUP BY 1, 2
      )
      UPDATE platform_converted c
      SET revenue = trim_scale(c.revenue + w.revenue), completed = c.completed + w.completed,
          converted = trim_scale(c.converted + w.converted)
      FROM worth w WHERE c.currency = w.currency AND c.target = w.target""";

  private static final String CHANGE =
      """
      WITH change AS MATERIALIZED (
        SELECT currency, target, at, sum(sign) AS rates, sum(sign * rate) AS rate
        FROM platform_rate_change WHERE is_fresh(tx, $1)
        GROUP BY 1, 2, 3 HAVING sum(sign) <> 0 OR sum(sign * rate) <> 0
      )""";

  // OFFSET 0 keeps the planner from reading all rates and days where no rate has changed.
  // Walks through the rates and the days of a currency in the order of time: max() over arrays of
  // time and rate carries the rate that is in force. Days before the first change are left out.
  private static final String RATES =
      CHANGE
          + """
      , pair AS MATERIALIZED (
        SELECT currency, target, min(at) AS since, sum(rates) AS rates FROM change GROUP BY 1, 2
      ), known AS (
        SELECT k.currency, k.target, k.at, CASE WHEN k.rates > 0 THEN k.rate END AS was,
               k.rate, k.rates
        FROM pair p CROSS JOIN LATERAL (
          SELECT * FROM platform_known_rate k
          WHERE k.currency = p.currency AND k.target = p.target OFFSET 0) AS k
        UNION ALL
        SELECT currency, target, at, NULL, rate, rates FROM change
      ), line AS (
        SELECT currency, target, at, 0 AS place, sum(was) AS was,
               CASE WHEN sum(rates) > 0 THEN sum(rate) END AS becomes,
               NULL::numeric AS revenue, NULL::bigint AS completed
        FROM known GROUP BY 1, 2, 3
        UNION ALL
        SELECT p.currency, p.target, r.bucket, 1, NULL, NULL, r.revenue, r.completed
        FROM pair p CROSS JOIN LATERAL (
          SELECT * FROM platform_currency_rollup r
          WHERE r.span = 'day' AND r.bucket >= p.since AND r.currency = p.currency OFFSET 0) AS r
      ), carried AS (
        SELECT currency, target, revenue, completed,
               (max(ARRAY[extract(epoch FROM at), was]) FILTER (WHERE was IS NOT NULL)
                 OVER earlier)[2] AS was,
               (max(ARRAY[extract(epoch FROM at), becomes]) FILTER (WHERE becomes IS NOT NULL)
                 OVER earlier)[2] AS becomes
        FROM line WINDOW earlier AS (PARTITION BY currency, target ORDER BY at, place)
      ), worth AS (
        SELECT currency, target,
               sum(revenue * ((becomes IS NOT NULL)::int - (was IS NOT NULL)::int)) AS revenue,
               sum(completed * ((becomes IS NOT NULL)::int - (was IS NOT NULL)::int)) AS completed,
               sum(revenue * (coalesce(becomes, 0) - coalesce(was, 0))) AS converted
        FROM carried WHERE completed IS NOT NULL GROUP BY 1, 2
      )
      INSERT INTO platform_converted AS c
        (currency, target, rates, revenue, completed, converted)
      SELECT currency, target, p.rates, trim_scale(coalesce(w.revenue, 0)),
             coalesce(w.completed, 0), trim_scale(coalesce(w.converted, 0))
      FROM pair p LEFT JOIN worth w USING (currency, target)
      ON CONFLICT (currency, target) DO UPDATE
        SET rates = c.rates + excluded.rates,
            revenue = trim_scale(c.revenue + excluded.revenue),
            completed = c.completed + excluded.completed,
            converted = trim_scale(c.converted + excluded.converted)""";

  // After RATES, which reads the rates of before.
  private static final String KNOWN =
      CHANGE
          + """

      INSERT INTO platform_known_rate AS k (currency, target, at, rate, rates)
      SELECT currency, target, at, trim_scale(rate), rates FROM change
      ON CONFLICT (currency, target, at) DO UPDATE
        SET rate = trim_scale(k.rate + excluded.rate), rates = k.rates + excluded.rates""";

  // The condition on no row keeps a fold without new rates from reading any. Rows are named by
  // their keys: sealed sums are written through views, which have no ctid. Of rates that were set
  // several times, a seal may have the first ones only: then a row without rates still counts.
  private static final String FORGET =
      CHANGE
          + """
      , unknown AS (
        DELETE FROM platform_known_rate k
        WHERE (SELECT count(*) FROM change) > 0 AND k.rates = 0 AND k.rate = 0
          AND (k.currency, k.target, k.at) IN (SELECT currency, target, at FROM change)
      )
      DELETE FROM platform_converted v
      WHERE (SELECT count(*) FROM change) > 0 AND v.rates = 0 AND v.completed = 0
        AND v.revenue = 0 AND v.converted = 0
        AND (v.currency, v.target) IN (SELECT currency, target FROM change)""";

  static final List<String> STATEMENTS = List.of(SUMS, CONVERT, RATES, KNOWN, FORGET);

  private CurrencyFold() {}
}
