package dev.boardcast.board.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.bus.Json;
import dev.boardcast.http.HttpConfig;
import dev.boardcast.testing.RealData;
import dev.boardcast.testing.Services;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Real calls to language models, with totals computed elsewhere. The truth's tokens, scores,
 * metrics, tasks and questions have no counterpart in the contract; its data has no strategy, no
 * confidence and no time.
 */
class RoutingTruthIT {
  @Test
  void realDecisionsGiveTheTrueTotalsHoweverOftenTheyAreSent() throws Exception {
    Path data = RealData.folder("routing");
    JsonNode truth = RealData.truth("routing");
    byte[] facts;
    try (var lines = Files.lines(data.resolve("routerarena_first500x2.ndjson"))) {
      facts = lines.map(RoutingTruthIT::decision).collect(Collectors.joining("\n")).getBytes(UTF_8);
    }
    try (var api =
        new RoutingApi(Services.get().freshDatabase(), HttpConfig.DEFAULTS, Map.of(), true)) {
      int decisions = truth.at("/all/decisions").asInt();
      JsonNode first = RoutingApi.json(api.post("application/x-ndjson", facts));
      assertEquals(decisions, first.get("accepted").asInt());
      JsonNode again = RoutingApi.json(api.post("application/x-ndjson", facts));
      assertEquals(decisions, again.get("duplicate").asInt());

      JsonNode numbers = RoutingReadIT.awaitTotal(api, decisions);
      assertCost(truth.at("/all/cost"), numbers.get("total_cost"), 8);
      JsonNode strategy = numbers.at("/strategy_performance/recorded");
      assertEquals(decisions, strategy.get("count").asInt());
      assertCost(truth.at("/all/cost_per_decision"), strategy.get("avg_cost"), 9);
      assertTrue(numbers.get("avg_confidence").isNull());
      assertEquals(truth.get("decisions_by_provider").size(), numbers.get("provider_usage").size());
      for (var provider : truth.get("decisions_by_provider").properties()) {
        assertEquals(
            provider.getValue().asLong(),
            numbers.get("provider_usage").get(provider.getKey()).asLong());
      }
      assertEquals(truth.get("by_model").size(), numbers.get("model_usage").size());
      for (var model : truth.get("by_model").properties()) {
        String name = model.getKey();
        assertEquals(
            model.getValue().get("decisions").asLong(),
            numbers.get("model_usage").get(name).asLong());
        assertCost(model.getValue().get("cost"), numbers.get("cost_by_model").get(name), 8);
      }
    }
  }

  private static String decision(String line) {
    try {
      JsonNode call = Json.MAPPER.readTree(line);
      String model = call.get("llm_selected").asText();
      ObjectNode decision = Json.MAPPER.createObjectNode();
      decision.put("strategy", "recorded");
      decision.put("provider", call.get("provider").asText());
      decision.put("model", model);
      decision.put("cost", call.at("/evaluation_result/inference_cost").decimalValue());
      decision.put("event_id", model + "/" + call.get("global_index").asText());
      return decision.toString();
    } catch (java.io.IOException broken) {
      throw new IllegalStateException(line, broken);
    }
  }

  private static void assertCost(JsonNode expected, JsonNode actual, int decimals) {
    assertEquals(
        new BigDecimal(expected.asText()).setScale(decimals),
        actual.decimalValue().setScale(decimals, RoundingMode.HALF_EVEN));
  }
}
