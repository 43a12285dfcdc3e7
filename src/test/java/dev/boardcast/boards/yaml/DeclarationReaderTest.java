package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.boards.yaml.MetricWindow.TimeSpan;
import dev.boardcast.spi.MetricDescription;
import dev.boardcast.spi.MetricDescription.Kind;
import dev.boardcast.spi.MetricDisplay;
import dev.boardcast.spi.MetricDisplay.Direction;
import dev.boardcast.spi.MetricDisplay.Threshold;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclarationReaderTest {
  @TempDir private Path directory;

  @Test
  void aDeclarationSaysWhatFactsAndMetricsThereAre() throws IOException {
    Declaration sales = DeclarationText.SALES.in(directory);

    assertEquals(ZoneId.of("Europe/Berlin"), sales.zone());
    assertEquals("sales_fact", sales.ownFacts().table());
    assertEquals(
        Map.of(
            "site", "text",
            "amount", "numeric",
            "status", "text",
            "seconds", "numeric",
            "at", "timestamptz"),
        sales.ownFacts().columns());
    assertEquals(
        List.of("orders", "revenue.today", "revenue.week", "average", "recent"),
        sales.metrics().subList(0, 5).stream().map(DeclaredMetric::path).toList());
    DeclaredMetric today = sales.metrics().get(1);
    var display =
        new MetricDisplay(
            2,
            Direction.UP,
            new BigDecimal(100),
            List.of(
                new Threshold("warning", new BigDecimal(50)),
                new Threshold("critical", new BigDecimal(10))),
            List.of());
    assertEquals(
        new MetricDescription("revenue.today", "Today", "eur", Kind.GAUGE, display),
        today.description());
    assertEquals(
        new BigDecimal("2.3"),
        sales
            .metrics()
            .get(sales.metrics().size() - 1)
            .description()
            .display()
            .standardErrorPercent());
    assertEquals("critical", display.stateOf(new BigDecimal(10)));
    assertEquals("warning", display.stateOf(new BigDecimal("10.01")));
    assertEquals(null, display.stateOf(new BigDecimal("50.01")));
    assertEquals(
        List.of("latest.*", "by_site.*"),
        sales.descriptions().stream()
            .map(MetricDescription::path)
            .filter(path -> path.endsWith("*"))
            .toList());
  }

  @Test
  void aSourceTakesThePlaceOfFacts() throws IOException {
    String text = DeclarationText.SALES.text();
    String source = "source: {table: public.orders, connection: shop}\n";
    int from = text.indexOf("facts:");
    var file =
        new DeclarationText(
            text.substring(0, from) + source + text.substring(text.indexOf("time: at")));

    var table = file.in(directory).source().orElseThrow();

    assertEquals(
        Optional.of("changed_at"),
        file.with("shop}", "shop, watermark: changed_at}")
            .in(directory)
            .source()
            .orElseThrow()
            .watermark());
    for (var wrong :
        Map.of(
                "shop, watermark: a, every: 5s}",
                "5: watermark and every are given, expected one of them",
                "shop, every: 1s}",
                "5: every was \"1s\", expected a time such as 500ms, 5s or 1m, from 5s to 24h",
                "shop, lag: 5s}",
                "5: unknown key \"lag\" in source, expected table, connection, watermark, every")
            .entrySet()) {
      var refused =
          assertThrows(
              InvalidBoardFileException.class,
              () -> file.with("shop}", wrong.getKey()).in(directory));
      assertEquals(directory.resolve("board.yaml") + ":" + wrong.getValue(), refused.getMessage());
    }
    var named = file.with("shop}", "shop, every: 5s}").with("orders: {count", "source: {count");
    assertTrue(
        assertThrows(
                InvalidBoardFileException.class,
                () -> named.with("[paid, orders]", "[paid, source]").in(directory))
            .getMessage()
            .contains("a metric was \"source\", expected another name"));
    assertEquals("public.orders", table.table());
    assertEquals(Optional.of("shop"), table.connection());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // An hour is missing on the 29th of March, and there twice on the 25th of October.
        "today | 2026-03-29T12:00:00Z | 2026-03-28T23:00:00Z | 2026-03-29T22:00:00Z",
        "week | 2026-10-25T22:59:59Z | 2026-10-18T22:00:00Z | 2026-10-25T23:00:00Z",
        "month | 2026-03-31T22:00:00Z | 2026-03-31T22:00:00Z | 2026-04-30T22:00:00Z",
        "7d | 2026-03-30T10:00:00Z | 2026-03-23T23:00:00Z | 2026-03-30T22:00:00Z",
        "15m | 2026-03-29T12:00:59Z | 2026-03-29T11:46:00Z | 2026-03-29T12:01:00Z",
        "24h | 2026-03-29T12:00:00Z | 2026-03-28T12:01:00Z | 2026-03-29T12:01:00Z",
      })
  void aWindowCoversWholeDaysOfTheZoneOrWholeMinutes(
      String window, Instant now, Instant from, Instant to) {
    assertEquals(
        new TimeSpan(from, to),
        MetricWindow.of(window).orElseThrow().at(now, ZoneId.of("Europe/Berlin")));
  }

  @Test
  void zonesWithUnevenOffsetsAreUnknown() {
    for (String zone : List.of("Africa/Monrovia", "Mars/Base", "CET+1", "+01:00", "x")) {
      assertEquals(Optional.empty(), BoardZone.of(zone), zone);
    }
    for (String zone : List.of("UTC", "Asia/Kathmandu", "Australia/Lord_Howe")) {
      assertTrue(BoardZone.of(zone).isPresent(), zone);
    }
    assertTrue(BoardZone.hasSingleMidnights(ZoneId.of("Europe/Berlin")));
    assertEquals(false, BoardZone.hasSingleMidnights(ZoneId.of("America/Havana")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "version: 2 | version: 3 | 1: version was \"3\", expected 1 or 2",
        "version: 2 | version: | 1: version is \"\", expected a value that is not blank",
        "name: sales | name: Sales | 2: name was \"Sales\", expected 1 to 40 of a-z, 0-9 and _",
        "name: sales | names: sales | 2: unknown key \"names\", expected version, name, title,",
        "title: Sales | title: [Sales] | 3: title is a list, expected a value that is not blank",
        "title: Sales | refresh: 5s | 1: title is missing",
        "zone: Europe/Berlin | zone: CEST | 4: zone was \"CEST\", expected a time zone such as",
        "zone: Europe/Berlin | zone: Africa/Monrovia | 4: zone was \"Africa/Monrovia\", expected a",
        "zone: Europe/Berlin | visibility: me | 4: visibility was \"me\", expected public,",
        "zone: Europe/Berlin | refresh: 1ms | 4: refresh was \"1ms\", expected a time such as",
        "zone: Europe/Berlin | source: {table: a} | 1: expected facts or source, and not both",
        "facts: | fact: | 5: unknown key \"fact\", expected version,",
        "site: { | tx: { | 6: a column's name was \"tx\", expected another name: each fact table",
        "site: { | Site: { | 6: a column's name was \"Site\", expected 1 to 40 of a-z,",
        "site: {type: text | site: {type: varchar | 6: type was \"varchar\", expected text,"
            + " integer",
        "site: {type: text | site: {typ: text | 6: unknown key \"typ\" of a column, expected type,",
        "site: {type: text, required: false} | site: {required: false} | 6: type is missing",
        "required: false | required: maybe | 6: required was \"maybe\", expected true or false",
        "min: -1000000 | min: 1e6 | 7: min was \"1e6\", expected a number such as 100 or 0.5",
        "values: [paid, open] | min: 5 | 8: min belongs to columns of type integer or decimal",
        "values: [paid, open] | values: [] | 8: values is empty, expected at least one text",
        "values: [paid, open] | values: paid | 8: values is \"paid\", expected a list",
        "decimal, min: -1000000 | decimal, values: [a] | 7: values belong to columns of type text",
        "at: time | at: date | 10: type was \"date\", expected text, integer, decimal, boolean or",
        "time: at | time: amount | 11: time was \"amount\", expected a column of facts whose type"
            + " is",
        "time: at | time: when | 11: time was \"when\", expected a column of facts whose type is",
        "[site] | [sites] | 12: a dimension was \"sites\", expected a column of facts",
        "[site] | [site, site] | 12: \"site\" occurs twice",
        "[site] | site | 12: dimensions is \"site\", expected keys with values",
        "[site] | {Site: site} | 12: a dimension's name was \"Site\", expected 1 to 40 of a-z",
        "dimensions: [site] | parameters: [shop] | 12: a parameter was \"shop\", expected a column of",
        "dimensions: [site] | parameters: [amount] | 12: a parameter was \"amount decimal\", expected"
            + " a column of facts of type text, integer or boolean",
        "dimensions: [site] | parameters: [site, site] | 12: \"site\" occurs twice",
        "dimensions: [site] | parameters: [] | 12: parameters is empty, expected columns of facts",
        "dimensions: [site] | parameters: site | 12: parameters is \"site\", expected keys with",
        "dimensions: [site] | parameters: {from: {column: site}} | 12: a parameter's name was"
            + " \"from\", expected another name: addresses of boards have after, board, compare,",
        "dimensions: [site] | parameters: {Site: {column: site}} | 12: a parameter's name was"
            + " \"Site\", expected 1 to 40 of a-z,",
        "dimensions: [site] | parameters: {site: site} | 12: site is \"site\", expected keys with",
        "dimensions: [site] | parameters: {site: {claims: a}} | 12: unknown key \"claims\" in"
            + " parameter site, expected column, claim, required",
        "dimensions: [site] | parameters: {site: {claim: a b}} | 12: claim was \"a b\", expected the"
            + " name of a claim such as site_id",
        "dimensions: [site] | parameters: {site: {required: maybe}} | 12: required was \"maybe\","
            + " expected true or false",
        "dimensions: [site] | parameters: {a: {column: site}, b: {column: site}, c: {column: site},"
            + " d: {column: site}} | 12: 4 parameters, expected at most 3",
        "orders: { | Orders: { | 14: a metric was \"Orders\", expected up to three names with dots",
        "orders: { | a.b.c.d: { | 14: a metric was \"a.b.c.d\", expected up to three names with",
        "orders: { | states: { | 14: a metric was \"states\", expected another name: states are",
        "recent: { | revenue: { | 18: a metric was \"revenue\", expected a place that is not"
            + " within",
        "recent: { | orders.a: { | 18: a metric was \"orders.a\", expected a place that is not",
        "recent: { | orders: { | 18: \"orders\" occurs twice",
        "orders: {count: all, | orders: { | 14: a measure is missing: expected one of count, sum,",
        "orders: {count: all, | orders: {count: all, sum: amount, | 14: count, sum are given:"
            + " expected",
        "orders: {count: all, | orders: {counts: all, | 14: unknown key \"counts\" of a metric,",
        "orders: {count: all, label: Orders} | orders: {count: all} | 14: label is missing",
        "window: today | window: day | 15: window was \"day\", expected all, today, week, month,",
        "window: 7d | window: 401d | 22: window was \"401d\", expected all, today, week, month,",
        "window: 24h | window: 49h | 24: window was \"49h\", expected all, today, week, month,",
        "currency: EUR, decimals: 2, direction | currency: EURO, direction | 15: currency was"
            + " \"EURO\", expected an ISO 4217 code such as EUR",
        "currency: EUR} | currency: EUR, unit: eur} | 17: unit and currency are given, expected"
            + " one",
        "decimals: 2} | decimals: 11} | 16: decimals was \"11\", expected a whole number from 1 to",
        "direction: up, | direction: north, | 15: direction was \"north\", expected up or down",
        "direction: up, |  | 15: thresholds need direction: up or down",
        "target: 100 | target: many | 15: target was \"many\", expected a number such as 100",
        "warning: 50 | Warning: 50 | 15: a state was \"Warning\", expected 1 to 40 of a-z",
        "warning: 50 | warning: NaN | 15: warning was \"NaN\", expected a number such as 100",
        "rank: 95, |  | 25: rank is missing",
        "rank: 95 | rank: 100 | 25: rank was \"100\", expected a number between 0 and 100",
        "distinct: site | rank: 5, distinct: site | 22: rank belongs to percentile",
        "sum: amount, by | sum: amount, approximate: true, by | 27: approximate belongs to distinct",
        "approximate: true | approximate: yes | 28: approximate was \"yes\", expected true or false",
        "per: hour, |  | 19: per is missing",
        "per: hour | per: week | 19: per was \"week\", expected second, minute, hour or day",
        "rate: recent | rate: orders | 19: rate was \"orders\", expected a metric whose window is",
        "rate: recent | rate: lately | 19: rate was \"lately\", expected another metric of facts",
        "[paid, orders] | [paid] | 21: ratio has 1 metrics, expected two",
        "[paid, orders] | [paid, by_site] | 21: ratio was \"by_site\", expected another metric of",
        "[paid, orders] | [paid, share] | 21: ratio was \"share\", expected another metric of"
            + " facts",
        "rate: recent, | rate: recent, window: today, | 19: window belongs to the metrics that"
            + " this",
        "by: site, top | by: shop, top | 27: by was \"shop\", expected one of the dimensions site",
        "top: 2 | top: 201 | 27: top was \"201\", expected a whole number from 1 to 200",
        "by: site, top: 2 | top: 2 | 27: top belongs to by",
        "top: 2, | top: 2, target: 5, | 27: target belongs to metrics without by",
        "show: [table] | show: [pie] | 27: show was \"pie\", expected tile, chart or table",
        "show: [table] | show: *all | 27: *all is an alias, expected the value itself",
        "orders: {count: all | orders: {<<: {count: all} | 14: << is a merge, expected the keys",
      })
  void aMistakeIsReportedWithFileLineFieldAndExpectation(
      String replaced, String replacement, String expectedMessage) throws IOException {
    Path file =
        DeclarationText.SALES
            .with(replaced, Optional.ofNullable(replacement).orElse(""))
            .at(directory);

    String message =
        assertThrows(
                InvalidBoardFileException.class,
                () -> {
                  var content = YamlFile.read(file);
                  DeclarationReader.reads(content);
                  DeclarationReader.read(content, new byte[0]);
                })
            .getMessage();

    String expected = file + ":" + expectedMessage;
    assertEquals(expected, message.substring(0, Math.min(expected.length(), message.length())));
  }
}
