package dev.boardcast.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The recorded LLM calls as routing decisions. The source has no time, strategy or confidence:
 * times are generated, the strategy is the metric by which the call was graded, and confidence is
 * left out. A row's id is its model and question.
 */
public final class RoutingFacts {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private RoutingFacts() {}

  /** One decision per line. */
  public static List<String> lines() throws IOException {
    List<String> lines = new ArrayList<>();
    Path source = RealData.folder("routing").resolve("routerarena_first500x2.ndjson");
    for (String row : Files.readAllLines(source)) {
      JsonNode call = Json.MAPPER.readTree(row);
      var fact = Json.MAPPER.createObjectNode();
      fact.put("strategy", call.at("/evaluation_result/metric").asText());
      fact.put("provider", call.get("provider").asText());
      fact.put("model", call.get("llm_selected").asText());
      fact.put("cost", call.at("/evaluation_result/inference_cost").decimalValue());
      fact.put(
          "event_id", call.get("llm_selected").asText() + ":" + call.get("global_index").asText());
      fact.put("decided_at", Json.time(START.plusSeconds(lines.size())));
      lines.add(fact.toString());
    }
    return lines;
  }

  /** The total cost. */
  public static BigDecimal cost(List<String> facts) throws IOException {
    BigDecimal sum = BigDecimal.ZERO;
    for (String fact : facts) sum = sum.add(Json.MAPPER.readTree(fact).get("cost").decimalValue());
    return sum;
  }
}
