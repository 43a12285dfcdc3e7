package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.server.Main;
import dev.boardcast.spi.BoardModule;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Sql;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.text.PDFTextStripper;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * The facts behind each metric of each built-in board, and of boards of files over facts of their
 * own and over a table of an application, make the metric.
 */
class FactsIT extends AccessCase {
  private static final List<String> BOARDS =
      List.of("routing", "platform", "analysis", "pipeline", "tasks", "sales", "shop");
  private static final String FILE =
      """
      version: 2
      name: %s
      title: %s
      %s
      time: at
      zone: Europe/Berlin
      dimensions: [site]
      metrics:
        orders: {count: all, label: X}
        sized: {count: amount, where: amount > 3, label: X}
        total: {sum: amount, label: X}
        today: {sum: amount, window: today, label: X}
        recent: {sum: amount, window: 6h, label: X}
        mean: {avg: amount, window: month, label: X}
        least: {min: amount, label: X}
        greatest: {max: amount, window: 7d, label: X}
        sites: {distinct: site, label: X}
        about: {distinct: amount, approximate: true, label: X}
        p95: {percentile: amount, rank: 95, label: X}
        newest: {last: amount, label: X}
        share: {ratio: [sized, orders], unit: percent, label: X}
      """;
  // Each aggregate of the first sites, and of the others together.
  private static final List<String> SPLIT =
      List.of(
          "count: all",
          "sum: amount",
          "avg: amount",
          "min: amount",
          "max: amount",
          "distinct: amount",
          "distinct: amount, approximate: true",
          "percentile: amount, rank: 50",
          "last: amount");
  private static final BigDecimal TOLERANCE = new BigDecimal("0.0001");
  private static final BigDecimal HUNDRED = BigDecimal.valueOf(100);

  private final HttpClient http = HttpClient.newHttpClient();
  @TempDir private Path directory;
  private Boardcast node;

  @Override
  BoardcastOptions options() {
    return super.options().set("facts-visibility", "routing=public,pipeline=role:spy");
  }

  @Override
  List<BoardModule> modules() {
    return Stream.concat(Boards.BUILT_IN.stream(), Boards.ofFiles(directory).stream()).toList();
  }

  private void deployWithFacts() throws Exception {
    node = deploy();
    JsonNode topic = post(node, "/api/v1/topics", ADMIN, "{\"name\":\"bugs\"}").json();
    var facts = new BoardFacts(7, topic.path("id").asText(), "root");
    for (var each : facts.records().entrySet()) {
      assertTrue(post(node, each.getKey(), ADMIN, each.getValue()).status() < 300, each.getKey());
    }
    for (var each : facts.batches(300).entrySet()) {
      if (!each.getKey().equals("/deploys")) ndjson(each.getKey(), each.getValue());
    }
    ndjson("/api/v1/analytics/activity", "{\"user_id\":\"now\"}");
    ndjson(
        "/api/v1/analytics/transactions",
        """
        {"transaction_id":"eur","amount":10.01,"currency":"EUR","status":"completed"}
        {"transaction_id":"old","amount":2.50,"currency":"EUR","status":"completed","occurred_at":"2019-12-31T23:59:59Z"}
        {"transaction_id":"jpy","amount":700,"currency":"JPY","status":"completed"}""");
    ndjson(
        "/api/v1/monitoring/scrape-runs",
        """
        {"source":"s1","status":"failure","started_at":"%1$s","finished_at":"%1$s"}
        {"source":"s1","status":"failure","started_at":"%1$s","finished_at":"%1$s"}"""
            .formatted(Instant.now()));
  }

  /** Boards of files, one of facts that are sent, one of rows of which some were taken back. */
  private void writeFiles() throws Exception {
    var split = new StringBuilder();
    for (int i = 0; i < SPLIT.size(); i++) {
      String window = i % 2 == 0 ? "all" : "today";
      split.append(
          "  by%d: {%s, window: %s, by: site, top: 2, label: X}\n"
              .formatted(i, SPLIT.get(i), window));
    }
    String own = "facts: {site: {type: text, required: false}, amount: decimal, at: time}";
    Files.writeString(
        directory.resolve("sales.yaml"), FILE.formatted("sales", "Sales", own) + split);
    Files.writeString(
        directory.resolve("shop.yaml"),
        FILE.formatted("shop", "Shop", "source: {table: purchase}") + split);
    var sql = new Sql(db.postgresUri());
    sql.run(
        """
        CREATE TABLE public.purchase (site text, amount numeric, at timestamptz);
        INSERT INTO public.purchase
        SELECT 's' || i % 7, i % 50 - 5.5, now() - i % 40 * interval '1 hour'
        FROM generate_series(1, 300) i;
        INSERT INTO public.purchase VALUES ('other', 4, now()), (NULL, NULL, now()),
          ('none', 8, NULL), ('s1', 9, 'infinity'), ('s1', 9, '1850-01-01Z')""");
    var err = new StringWriter();
    Path address = Files.writeString(directory.resolve("pg"), db.postgresUri());
    int code =
        Main.commandLine(Clock.systemUTC())
            .setErr(new PrintWriter(err))
            .execute(
                "source",
                "install",
                "--pg-file",
                address.toString(),
                "--table",
                "public.purchase",
                "--columns",
                "site,amount,at");
    assertEquals(0, code, err.toString());
    // Taken back: one of equal rows, all of some, and others changed there and back.
    sql.run(
        "DELETE FROM public.purchase WHERE ctid IN (SELECT min(ctid) FROM public.purchase"
            + " GROUP BY site, amount, at HAVING count(*) > 1)");
    sql.run("DELETE FROM public.purchase WHERE site = 's3'");
    sql.run("UPDATE public.purchase SET amount = amount + 1 WHERE site = 's4'");
    sql.run("UPDATE public.purchase SET amount = amount - 1 WHERE site = 's4'");
    sql.run("INSERT INTO public.purchase SELECT * FROM public.purchase WHERE site = 's5'");
    sql.run("UPDATE public.purchase SET site = 's9' WHERE site = 's6' AND amount > 20");
  }

  private void sell() throws Exception {
    var lines = new StringBuilder();
    // Facts show no more than milliseconds.
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    for (int i = 0; i < 300; i++) {
      String site = i % 11 == 0 ? "null" : "\"" + (i % 17 == 0 ? "other" : "s" + i % 7) + "\"";
      lines.append(
          "{\"site\":%s,\"amount\":%s,\"at\":\"%s\"}\n"
              .formatted(site, i % 50 - 5.5, now.minusSeconds(i % 40 * 3600L)));
    }
    ndjson("/api/v1/boards/sales/facts", lines.toString());
  }

  private void ndjson(String path, String lines) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .header("Authorization", "Bearer " + ADMIN)
            .header("Content-Type", "application/x-ndjson")
            .POST(HttpRequest.BodyPublishers.ofString(lines))
            .build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofString());
    assertEquals(200, response.statusCode(), response.body());
  }

  @TestFactory
  Stream<DynamicTest> theFactsOfEachMetricMakeIt() throws Exception {
    writeFiles();
    deployWithFacts();
    sell();
    var tests = new ArrayList<DynamicTest>();
    JsonNode descriptions = get(node, "/api/v1/boards", ADMIN).json();
    for (String board : BOARDS) {
      for (JsonNode description : descriptions) {
        if (!description.path("name").asText().equals(board)) continue;
        for (JsonNode metric : description.path("metrics")) {
          String path = metric.path("path").asText();
          tests.add(dynamicTest(board + " " + path, () -> factsMake(board, path)));
        }
      }
    }
    assertTrue(tests.size() > 110, tests.size() + " metrics");
    return tests.stream();
  }

  /** Facts are folded a little later, and windows move. */
  private void factsMake(String board, String metric) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> {
              JsonNode snapshot = get(node, "/api/v1/boards/" + board, ADMIN).json().path("data");
              Map<String, JsonNode> values = values(snapshot, List.of(metric.split("\\.")), "");
              assertFalse(values.isEmpty(), "no value");
              for (var each : values.entrySet()) {
                factsMake(board, metric, each.getKey(), each.getValue());
              }
            });
  }

  private void factsMake(String board, String metric, String key, JsonNode value) throws Exception {
    String query = "metric=" + metric + (key.isEmpty() ? "" : "&key=" + encode(key));
    String path = "/api/v1/boards/" + board + "/facts?limit=97&" + query;
    Answer first = get(node, path, ADMIN);
    if (first.status() == 400) {
      String problem = first.json().toString();
      assertTrue(
          problem.contains("a metric with facts, which " + metric + " has not: it "), problem);
      return;
    }
    assertEquals(200, first.status(), first.json().toString());
    var facts = new ArrayList<JsonNode>();
    JsonNode page = first.json();
    while (true) {
      page.path("facts").forEach(facts::add);
      if (page.path("next").isNull()) break;
      assertEquals(97, page.path("facts").size());
      page = get(node, path + "&after=" + page.path("next").asText(), ADMIN).json();
    }
    requireNewestFirst(facts);
    String note = page.path("aggregate").path("note").asText();
    if (board.equals("sales") || board.equals("shop")) {
      String csv = csv(path.replace("limit=97&", "") + "&format=csv");
      assertEquals(facts.size() + 1, csv.lines().count(), csv);
      if (page.path("aggregate").path("kind").asText().equals("other")) {
        declared(note, facts, value, key);
        return;
      }
    }
    BigDecimal made = aggregate(page.path("aggregate"), facts);
    if (made == OTHER) return;
    assertEquals(value.isNull(), made == null, value + " of " + facts.size());
    if (made == null) return;
    var difference = made.subtract(value.decimalValue()).abs();
    assertTrue(difference.compareTo(TOLERANCE) <= 0, key + ": " + value + ", by facts " + made);
  }

  private String csv(String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .header("Authorization", "Bearer " + ADMIN)
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** What a board of a file makes of its facts otherwise than by sums, by the note that says it. */
  private static void declared(String note, List<JsonNode> facts, JsonNode value, String key) {
    List<BigDecimal> values =
        facts.stream()
            .map(fact -> fact.path("_value"))
            .map(JsonNode::asText)
            .map(BigDecimal::new)
            .sorted()
            .toList();
    if (note.startsWith("how many different")) {
      long different = values.stream().map(BigDecimal::stripTrailingZeros).distinct().count();
      assertEquals(different, value.asDouble(), Math.max(1, different * 0.1), key);
      return;
    }
    assertEquals(values.isEmpty(), value.isNull() || value.isMissingNode(), key + note);
    if (values.isEmpty()) return;
    BigDecimal is = value.decimalValue();
    if (note.equals("the least value")) {
      assertEquals(0, is.compareTo(values.get(0)), key + values);
    } else if (note.equals("the greatest value")) {
      assertEquals(0, is.compareTo(values.get(values.size() - 1)), key + values);
    } else if (note.startsWith("percentile")) {
      double rank = Double.parseDouble(note.split(" ")[1]);
      double exact = values.get((int) Math.ceil(values.size() * rank / 100) - 1).doubleValue();
      assertEquals(exact, is.doubleValue(), Math.abs(exact) / 100 + 1e-9, key + values);
    } else {
      assertTrue(note.startsWith("the value of the newest fact"), note);
      String newest =
          facts.stream()
              .map(fact -> fact.path("at").asText())
              .filter(at -> at.startsWith("20"))
              .findFirst()
              .orElseThrow();
      BigDecimal last =
          facts.stream()
              .filter(fact -> fact.path("at").asText().equals(newest))
              .map(fact -> fact.path("_value").decimalValue())
              .max(Comparator.naturalOrder())
              .orElseThrow();
      assertEquals(0, is.compareTo(last), key + facts);
    }
  }

  private static final BigDecimal OTHER = new BigDecimal(-1);

  private static BigDecimal aggregate(JsonNode aggregate, List<JsonNode> facts) {
    String column = aggregate.path("columns").path(0).asText();
    String whole = aggregate.path("columns").path(1).asText();
    List<JsonNode> known = facts.stream().filter(fact -> !fact.path(column).isNull()).toList();
    return switch (aggregate.path("kind").asText()) {
      case "count" -> BigDecimal.valueOf(facts.size());
      case "sum" -> sum(facts, column);
      case "mean" ->
          known.isEmpty() ? null : quotient(sum(known, column), BigDecimal.valueOf(known.size()));
      case "percent" -> {
        long part = known.stream().filter(fact -> fact.path(column).asBoolean()).count();
        yield known.isEmpty()
            ? null
            : quotient(
                HUNDRED.multiply(BigDecimal.valueOf(part)), BigDecimal.valueOf(known.size()));
      }
      case "ratio" -> {
        BigDecimal of = sum(facts, whole);
        yield of.signum() == 0 ? null : quotient(HUNDRED.multiply(sum(facts, column)), of);
      }
      case "distinct" ->
          BigDecimal.valueOf(facts.stream().map(fact -> fact.path(column)).distinct().count());
      case "last" ->
          facts.get(0).path(column).isNull() ? null : facts.get(0).path(column).decimalValue();
      case "other" -> {
        assertFalse(aggregate.path("note").asText().isBlank());
        yield OTHER;
      }
      default -> throw new AssertionError("unknown " + aggregate);
    };
  }

  private static BigDecimal sum(List<JsonNode> facts, String column) {
    return facts.stream()
        .map(fact -> fact.path(column).decimalValue())
        .reduce(BigDecimal.ZERO, BigDecimal::add);
  }

  private static BigDecimal quotient(BigDecimal part, BigDecimal whole) {
    return part.divide(whole, MathContext.DECIMAL64);
  }

  private static void requireNewestFirst(List<JsonNode> facts) {
    List<String> times =
        facts.stream()
            .map(fact -> fact.properties().iterator().next().getValue().asText())
            // Those without a time, and with one that no range has, come last.
            .filter(time -> time.startsWith("20"))
            .toList();
    var sorted = new ArrayList<>(times);
    sorted.sort(Comparator.reverseOrder());
    assertEquals(sorted, times);
  }

  /** The values of a metric by key; "" for one without keys. */
  private static Map<String, JsonNode> values(JsonNode node, List<String> path, String key) {
    var values = new TreeMap<String, JsonNode>();
    if (path.isEmpty()) {
      values.put(key, node);
      return values;
    }
    List<String> rest = path.subList(1, path.size());
    if (!path.get(0).equals("*")) return values(node.path(path.get(0)), rest, key);
    // Of a metric with two stars the keys are separated by a blank.
    String before = key.isEmpty() ? "" : key + " ";
    node.properties()
        .forEach(each -> values.putAll(values(each.getValue(), rest, before + each.getKey())));
    return values;
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Live, as a range, as CSV of the facts and of the history, and as a report. */
  @Test
  void revenueOfAllCurrenciesIsTheSameWhereverItIsRead() throws Exception {
    deployWithFacts();
    String board = "/api/v1/boards/platform";
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              JsonNode live = get(node, board, ADMIN).json().at("/data/revenue");
              JsonNode range =
                  get(node, board + "?from=1990-01-01", ADMIN).json().at("/data/revenue");
              var converted = live.at("/converted/total").decimalValue();
              var rated =
                  live.at("/byCurrency/EUR/total")
                      .decimalValue()
                      .subtract(live.at("/withoutRate/EUR/amount").decimalValue());
              var sum =
                  live.get("total").decimalValue().add(rated.multiply(new BigDecimal("1.0834")));
              assertEquals(0, converted.compareTo(sum));
              assertEquals(converted, range.at("/converted/total").decimalValue());
              for (String currency : List.of("USD", "EUR", "JPY")) {
                String total = "/byCurrency/" + currency + "/total";
                assertEquals(live.at(total), range.at(total), currency);
                String csv =
                    text(
                        board
                            + "/facts?metric=revenue.byCurrency.*.total&format=csv&limit=500&key="
                            + currency);
                List<String> rows = csv.lines().toList();
                int amount = List.of(rows.get(0).split(",")).indexOf("amount");
                BigDecimal ofFacts =
                    rows.stream()
                        .skip(1)
                        .map(row -> new BigDecimal(row.split(",")[amount].replace("\"", "")))
                        .reduce(BigDecimal.ZERO, BigDecimal::add);
                assertEquals(0, ofFacts.compareTo(live.at(total).decimalValue()), csv);
              }
              assertEquals(live.get("withoutRate"), range.get("withoutRate"));
              assertEquals(1, live.at("/withoutRate/EUR/facts").asInt());
              String history =
                  text(board + "/history?metric=revenue.converted.*&key=total&format=csv");
              assertTrue(history.contains(converted.toPlainString()), history);
              try (var report = Loader.loadPDF(bytes(board + "/report.pdf"))) {
                String words = new PDFTextStripper().getText(report);
                assertTrue(words.contains(converted.toPlainString()), words);
              }
            });
  }

  private String text(String path) throws Exception {
    return new String(bytes(path), StandardCharsets.UTF_8);
  }

  private byte[] bytes(String path) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + node.httpPort() + path))
            .header("Authorization", "Bearer " + ADMIN)
            .build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
    assertEquals(200, response.statusCode(), path);
    return response.body();
  }

  @Test
  void aRangeOfTheBoardIsMadeByTheFactsOfTheSameRange() throws Exception {
    deployWithFacts();
    Instant hour = Instant.ofEpochSecond(Instant.now().getEpochSecond() / 3600 * 3600);
    String range = "from=" + hour.minusSeconds(86_400) + "&to=" + hour.minusSeconds(7_200);
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(
            () -> {
              JsonNode totals = get(node, "/api/v1/boards/routing?" + range, ADMIN).json();
              JsonNode facts =
                  get(
                          node,
                          "/api/v1/boards/routing/facts?metric=total_cost&limit=500&" + range,
                          null)
                      .json()
                      .path("facts");
              assertTrue(facts.size() > 10);
              var read = new ArrayList<JsonNode>();
              facts.forEach(read::add);
              assertEquals(
                  0, sum(read, "cost").compareTo(totals.at("/data/total_cost").decimalValue()));
            });
  }

  @Test
  void csvHasTheSameFactsAndALinkToTheNextPage() throws Exception {
    deployWithFacts();
    String path = "/api/v1/boards/routing/facts?metric=total_decisions&limit=10";
    List<String> lines = text(node, path + "&format=csv").lines().toList();
    assertEquals(
        "decided_at,strategy,provider,model,confidence,cost,event_id,input_tokens,output_tokens,"
            + "cached_tokens,reasoning_tokens,tokens,latency_ms,status,is_error,user,team,key,tags",
        lines.get(0));
    assertEquals(11, lines.size());
    JsonNode first = get(node, path, null).json().path("facts").path(0);
    String expected =
        Stream.of("decided_at", "strategy", "provider", "model", "confidence", "cost", "event_id")
            .map(name -> first.path(name).asText())
            .reduce((one, other) -> one + "," + other)
            .get();
    assertTrue(lines.get(1).startsWith(expected + ","), lines.get(1));
    String link = header(node, path + "&format=csv", ADMIN, "Link").get(0);
    String next = link.substring(1, link.indexOf('>'));
    List<String> second = text(node, "/api/v1/boards/routing/facts" + next).lines().toList();
    assertEquals(11, second.size());
    assertFalse(lines.contains(second.get(1)) && lines.contains(second.get(2)));
  }

  @Test
  void whoSeesNumbersDoesNotSeeFacts() throws Exception {
    node = deploy();
    mayRead("routing", "", 200);
    mayRead("routing", "other", 200);
    mayRead("platform", "", 401);
    mayRead("platform", "other", 403);
    mayRead("platform", "viewer", 200);
    mayRead("platform", "admin", 200);
    mayRead("pipeline", "viewer", 403);
    mayRead("pipeline", "spy", 200);
    mayRead("pipeline", "admin", 200);
  }

  private void mayRead(String board, String role, int status) throws Exception {
    String metric =
        Map.of(
                "routing", "total_cost",
                "platform", "revenue.total",
                "pipeline", "scraping_health.runs")
            .get(board);
    String token = role.isEmpty() ? null : Person.of("ann").with(role).token();
    assertEquals(200, get(node, "/api/v1/boards/" + board + "/history", token).status());
    String path = "/api/v1/boards/" + board + "/facts?metric=" + metric;
    assertEquals(status, get(node, path, token).status(), board + " " + role);
    assertEquals(status, statusOf(node, path + "&format=csv&limit=1", token));
  }

  private int statusOf(Boardcast of, String path, String token)
      throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + of.httpPort() + path));
    if (token != null) request.header("Authorization", "Bearer " + token);
    return http.send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
  }

  @Test
  void whatIsWrongIsNamed() throws Exception {
    node = deploy();
    isWrong("", "metric");
    isWrong("metric=nothing", "metric");
    isWrong("metric=total_cost&key=a", "key");
    isWrong("metric=provider_usage.*&key=%00", "key");
    isWrong("metric=total_cost&from=soon", "from");
    isWrong("metric=total_cost&from=1800-01-01", "from");
    isWrong("metric=total_cost&from=2026-01-02&to=2026-01-02", "to");
    isWrong("metric=total_cost&after=x", "after");
    isWrong("metric=total_cost&after=OTk5OTk5OTk5OTk5OTk5OTk5IDE", "after");
    isWrong("metric=total_cost&limit=501", "limit");
    isWrong("metric=total_cost&limit=10001&format=csv", "limit");
    isWrong("metric=total_cost&format=xml", "format");
    isWrong("metric=total_cost&cursor=x", "cursor");
    isWrong("metric=total_cost&metric=total_cost", "metric");
  }

  private void isWrong(String query, String field) throws Exception {
    Answer answer = get(node, "/api/v1/boards/routing/facts?" + query, ADMIN);
    assertEquals(400, answer.status(), query + ": " + answer.json());
    assertEquals(field, answer.fields());
  }

  @Test
  void unknownBoardsAreNotFound() throws Exception {
    node = deploy();
    assertEquals(404, get(node, "/api/v1/boards/none/facts?metric=a", ADMIN).status());
  }
}
