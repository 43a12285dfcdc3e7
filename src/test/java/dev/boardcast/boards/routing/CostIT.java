package dev.boardcast.boards.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Sql;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.client.HttpResponse;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Costs by dated prices, and budgets. */
@TestInstance(Lifecycle.PER_CLASS)
class CostIT {
  private static final String PRICES = "/api/v1/routing/prices";
  private static final String BUDGETS = "/api/v1/routing/budgets";
  private static final String EVERYTHING =
      """
      SELECT (SELECT count(*) FROM routing_decision) || ' ' || (SELECT count(*) FROM routing_price)
        || ' ' || (SELECT count(*) FROM routing_budget)""";

  private final DatabaseConfig database = Services.get().freshDatabase();
  private final Sql sql = new Sql(database.postgresUri());
  private RoutingApi api;

  @BeforeAll
  void start() throws Exception {
    api = new RoutingApi(database, HttpConfig.DEFAULTS, Map.of(), true);
  }

  @AfterAll
  void close() throws Exception {
    api.close();
  }

  private HttpResponse<Buffer> send(String path, String body, String token) throws Exception {
    return RoutingApi.get(
        api.request(HttpMethod.POST, path, token)
            .putHeader("Content-Type", "application/json")
            .sendBuffer(Buffer.buffer(body)));
  }

  private void set(String path, String body) throws Exception {
    var response = send(path, body, "boss:admin");
    assertEquals(200, response.statusCode(), response.bodyAsString());
  }

  /** The price of a model changes twice; the last bill is computed from the facts by plain SQL. */
  @Test
  void costsAreThoseOfThePriceAtTheTimeOfTheDecision() throws Exception {
    set(PRICES, price("2026-01-01T00:00:00Z", "0.15", "0.6", "\"cached\":0.075"));
    set(PRICES, price("2026-02-01T00:00:00Z", "0.1", "0.4", "\"reasoning\":0.800000000001"));
    set(PRICES, price("2026-03-01T12:00:00Z", "3", "15", "\"cached\":0.3"));
    var random = new Random(4);
    var lines = new StringBuilder();
    Instant first = Instant.parse("2026-01-01T00:00:00Z");
    for (int i = 0; i < 3000; i++) {
      Instant at = first.plusSeconds(random.nextInt(90 * 86_400));
      lines.append(
          """
          {"strategy":"s","provider":"bill","model":"m","decided_at":"%s","input_tokens":%d,\
          "output_tokens":%d,"cached_tokens":%d,"reasoning_tokens":%d,"team":"t%d"}
          """
              .formatted(
                  at,
                  random.nextInt(100_000),
                  random.nextInt(5000),
                  random.nextInt(100_000),
                  random.nextInt(3000),
                  random.nextInt(40)));
    }
    var stored =
        RoutingApi.json(api.post("application/x-ndjson", lines.toString().getBytes(UTF_8)));
    assertEquals(3000, stored.get("accepted").asInt(), stored.toString());
    BigDecimal invoice =
        new BigDecimal(
            sql.column(
                    """
                    SELECT trim_scale(0.000001 * sum(CASE
                      WHEN decided_at < '2026-02-01Z' THEN input_tokens * 0.15 + output_tokens * 0.6
                        + cached_tokens * 0.075 + reasoning_tokens * 0.6
                      WHEN decided_at < '2026-03-01 12:00Z' THEN input_tokens * 0.1
                        + output_tokens * 0.4 + cached_tokens * 0.1 + reasoning_tokens * 0.800000000001
                      ELSE input_tokens * 3 + output_tokens * 15 + cached_tokens * 0.3
                        + reasoning_tokens * 15 END))
                    FROM routing_decision WHERE provider = 'bill'""")
                .get(0));
    JsonNode data = await("/cost_by_provider/bill", invoice);
    assertEquals(
        0,
        invoice.compareTo(
            new BigDecimal(
                sql.column("SELECT sum(cost) FROM routing_decision WHERE provider = 'bill'")
                    .get(0))));
    // 40 teams: 20 are shown, the others are one part, and all parts are all costs.
    BigDecimal parts = BigDecimal.ZERO;
    for (JsonNode part : data.get("cost_by_team")) parts = parts.add(part.decimalValue());
    assertEquals(0, parts.compareTo(data.get("total_cost").decimalValue()));
    assertTrue(data.get("cost_by_team").has("other"));
  }

  @Test
  void whatNobodyKnowsTheCostOfIsRefused() throws Exception {
    set(PRICES, price("2026-05-01T00:00:00Z", "1", "2", "\"cached\":0").replace("bill", "young"));
    String lines =
        """
        {"strategy":"s","provider":"young","model":"m","decided_at":"2026-04-30T23:59:59.999Z","input_tokens":1}
        {"strategy":"s","provider":"young","model":"m","decided_at":"2026-05-01T00:00:00Z","input_tokens":1}
        {"strategy":"s","provider":"young","model":"m","decided_at":"2026-05-01T00:00:00Z"}
        {"strategy":"s","provider":"young","model":"n","decided_at":"2026-05-01T00:00:00Z","input_tokens":1}
        {"strategy":"s","provider":"young","input_tokens":1}
        {"strategy":"s","provider":"young","model":"n","cost":0.5,"input_tokens":1}
        """;
    JsonNode answer = RoutingApi.json(api.post("application/x-ndjson", lines.getBytes(UTF_8)));
    assertEquals(2, answer.get("accepted").asInt(), answer.toString());
    assertEquals(
        List.of(1, 3, 4, 5), answer.findValues("line").stream().map(JsonNode::asInt).toList());
    assertEquals(List.of("cost"), answer.findValuesAsText("field").stream().distinct().toList());
    assertEquals(
        400,
        api.post("application/json", "{\"strategy\":\"s\",\"provider\":\"young\"}".getBytes(UTF_8))
            .statusCode());
  }

  @Test
  void aThresholdIsToldOnceInAPeriod() throws Exception {
    set(
        BUDGETS,
        "{\"scope\":\"team\",\"name\":\"ads\",\"period\":\"month\",\"amount\":100,\"thresholds\":[50,100]}");
    spend("ads", "49.99");
    await("/budgets/team:ads:month/spent", new BigDecimal("49.99"));
    assertEquals(List.of(), told("ads"));
    spend("ads", "0.01");
    JsonNode data = await("/budgets/team:ads:month/spent", new BigDecimal("50"));
    assertEquals(50, data.at("/budgets/team:ads:month/percent").asInt());
    assertEquals(List.of("50"), told("ads"));
    spend("ads", "70");
    await("/budgets/team:ads:month/spent", new BigDecimal("120"));
    spend("ads", "30");
    await("/budgets/team:ads:month/spent", new BigDecimal("150"));
    assertEquals(List.of("50", "100"), told("ads"));
    JsonNode listed = RoutingApi.json(api.get(BUDGETS, null)).at("/budgets/0");
    assertEquals(150, listed.get("percent").asInt());
    // Of an earlier month.
    api.post(
        "application/json",
        "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":900,\"team\":\"ads\",\"decided_at\":\"2020-01-01T00:00:00Z\"}"
            .getBytes(UTF_8));
    await("/cost_by_team/ads", new BigDecimal("1050"));
    assertEquals(150, RoutingApi.json(api.get(BUDGETS, null)).at("/budgets/0/spent").asInt());
    String one = BUDGETS + "?scope=team&name=ads&period=month";
    assertEquals(
        204, RoutingApi.get(api.request(HttpMethod.DELETE, one, "boss:admin").send()).statusCode());
    String left = RoutingApi.json(api.get(BUDGETS, null)).get("budgets").toString();
    assertFalse(left.contains("\"ads\""), left);
  }

  /** What is dated into the next period is told then; a late one counts in its own. */
  @Test
  void aDecisionAheadOrLateTellsNoThresholdOfToday() throws Exception {
    set(
        BUDGETS,
        "{\"scope\":\"team\",\"name\":\"night\",\"period\":\"day\",\"amount\":10,\"thresholds\":[100]}");
    Instant now = Instant.now();
    spendAt("night", now.plus(Duration.ofMinutes(24 * 60 - 1)));
    spendAt("night", now.minus(Duration.ofDays(1)));
    await("/cost_by_team/night", new BigDecimal("100"));
    assertEquals(List.of(), told("night"));
    spendAt("night", now);
    await("/cost_by_team/night", new BigDecimal("150"));
    assertEquals(List.of("100"), told("night"));
  }

  private void spendAt(String team, Instant at) throws Exception {
    String body =
        "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":50,\"team\":\"%s\",\"decided_at\":\"%s\"}";
    assertEquals(
        201, api.post("application/json", body.formatted(team, at).getBytes(UTF_8)).statusCode());
  }

  @Test
  void aPriceIsRemovedAndStoredDecisionsKeepTheirCost() throws Exception {
    set(PRICES, price("2026-06-01T00:00:00Z", "1", "2", "\"cached\":0").replace("bill", "brief"));
    byte[] decision =
        "{\"strategy\":\"s\",\"provider\":\"brief\",\"model\":\"m\",\"input_tokens\":1000000}"
            .getBytes(UTF_8);
    assertEquals(201, api.post("application/json", decision).statusCode());
    String one = PRICES + "?provider=brief&model=m&valid_from=2026-06-01T00:00:00Z";
    for (int i = 0; i < 2; i++) {
      var removed = RoutingApi.get(api.request(HttpMethod.DELETE, one, "boss:admin").send());
      assertEquals(204, removed.statusCode(), removed.bodyAsString());
    }
    assertEquals(400, api.post("application/json", decision).statusCode());
    await("/cost_by_provider/brief", BigDecimal.ONE);
  }

  @Test
  void onlyAdminsSetPricesAndBudgets() throws Exception {
    String body = price("2026-01-01T00:00:00Z", "1", "1", "\"cached\":1");
    assertEquals(401, send(PRICES, body, null).statusCode());
    assertEquals(403, send(PRICES, body, "u:ingest").statusCode());
    assertEquals(403, send(BUDGETS, "{}", "u:ingest").statusCode());
    assertEquals(200, api.get(PRICES, null).statusCode());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "prices | provider | null",
        "prices | provider | 1",
        "prices | provider | \"  \"",
        "prices | model | null",
        "prices | model | \"\"",
        "prices | model | [\"m\"]",
        "prices | valid_from | null",
        "prices | valid_from | \"soon\"",
        "prices | valid_from | 1",
        "prices | valid_from | \"2026-01-01\"",
        "prices | input | null",
        "prices | input | -1",
        "prices | input | -0.000000000001",
        "prices | input | 1000001",
        "prices | input | \"x\"",
        "prices | input | 0.0000000000001",
        "prices | input | 1e99",
        "prices | input | true",
        "prices | output | null",
        "prices | output | -5",
        "prices | output | {}",
        "prices | output | 1e-13",
        "prices | cached | -1",
        "prices | cached | 2e6",
        "prices | reasoning | -1",
        "prices | reasoning | [1]",
        "prices | currency | \"eur\"",
        "budgets | scope | null",
        "budgets | scope | \"user\"",
        "budgets | scope | 1",
        "budgets | name | null",
        "budgets | name | \" \"",
        "budgets | period | null",
        "budgets | period | \"week\"",
        "budgets | amount | null",
        "budgets | amount | 0",
        "budgets | amount | -1",
        "budgets | amount | 1e12",
        "budgets | amount | 1e-13",
        "budgets | amount | \"much\"",
        "budgets | thresholds | []",
        "budgets | thresholds[0] | [0]",
        "budgets | thresholds[0] | [1001]",
        "budgets | thresholds[0] | [null]",
        "budgets | thresholds[0] | [\"x\"]",
        "budgets | thresholds[0] | [50.5]",
        "budgets | thresholds | [1,2,3,4,5,6,7,8,9,10,11]",
        "budgets | until | 1",
        "decisions | input_tokens | -1",
        "decisions | input_tokens | 1.5",
        "decisions | output_tokens | 1000000001",
        "decisions | cached_tokens | \"x\"",
        "decisions | reasoning_tokens | -7",
        "decisions | latency_ms | -1",
        "decisions | latency_ms | 1e12",
        "decisions | status | \"done\"",
        "decisions | status | 1",
        "decisions | user | \"\"",
        "decisions | team | 7",
        "decisions | key | \"\"",
        "decisions | tags | \"a\"",
        "decisions | tags[0] | [\"\"]",
        "decisions | tags[0] | [null]",
        "decisions | tags[0] | [1]",
        "decisions | cost | -0.1",
        "decisions | cost | 1e12"
      })
  void whatIsMalformedIsNamedAndChangesNothing(String what, String field, String value)
      throws Exception {
    String good =
        switch (what) {
          case "prices" -> price("2026-07-01T00:00:00Z", "1", "2", "\"cached\":1");
          case "budgets" -> "{\"scope\":\"key\",\"name\":\"n\",\"period\":\"day\",\"amount\":1}";
          default -> "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":1}";
        };
    String name = field.replaceFirst("\\[.*", "");
    var body = (ObjectNode) Json.MAPPER.readTree(good);
    String bad =
        body.without(name).toString().replaceFirst("}$", ",\"" + name + "\":" + value + "}");
    String before = sql.column(EVERYTHING).get(0);
    var response =
        send(
            what.equals("decisions") ? "/routing/decisions" : "/api/v1/routing/" + what,
            bad,
            "boss:admin");
    assertEquals(400, response.statusCode(), bad + response.bodyAsString());
    assertEquals(
        name,
        RoutingApi.json(response).at("/errors/0/field").asText().replaceFirst("\\[.*", ""),
        response.bodyAsString());
    assertEquals(before, sql.column(EVERYTHING).get(0));
  }

  private static String price(String from, String input, String output, String more) {
    return """
        {"provider":"bill","model":"m","valid_from":"%s","input":%s,"output":%s,%s}"""
        .formatted(from, input, output, more);
  }

  private void spend(String team, String cost) throws Exception {
    String body = "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":%s,\"team\":\"%s\"}";
    assertEquals(
        201, api.post("application/json", body.formatted(cost, team).getBytes(UTF_8)).statusCode());
  }

  private List<String> told(String team) throws Exception {
    return sql.column(
        """
        SELECT data->>'threshold' FROM outbox
        WHERE type = 'budget_reached' AND 'budgets' = ANY (streams) AND data->>'name' = '%s'
        ORDER BY (data->>'threshold')::int"""
            .formatted(team));
  }

  private JsonNode await(String pointer, BigDecimal value) {
    var latest = new JsonNode[1];
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> {
              latest[0] = RoutingApi.json(api.get("/api/v1/boards/routing", null)).get("data");
              assertEquals(
                  value.stripTrailingZeros(),
                  latest[0].at(pointer).decimalValue().stripTrailingZeros());
            });
    return latest[0];
  }
}
