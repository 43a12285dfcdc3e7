package dev.boardcast.boards.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import dev.boardcast.spi.MetricDescription.Kind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares of a query with a limit. */
class ShareRestTest {
  private static final String FILE =
      """
      name: b
      title: B
      triggers: {clock: 1h}
      numbers: SELECT 1 AS calls, 2 AS cost
      groups:
        by_user: SELECT user_id, count(*) FROM t GROUP BY 1 ORDER BY 2 DESC %s
        by_model: SELECT model, count(*) AS calls, sum(cost) AS cost FROM t GROUP BY 1 LIMIT 2
      metrics:
        calls: {label: C, unit: count, kind: gauge}
        cost: {label: C, unit: usd, kind: gauge}
        by_user.*: {label: U, unit: count, kind: share%s}
        by_model.*.calls: {label: M, unit: count, kind: share, whole: calls}
        by_model.*.cost: {label: M, unit: usd, kind: share, whole: cost}
      """;

  @TempDir private Path directory;

  private BoardFile file(String limit, String whole) throws Exception {
    Path path = Files.writeString(directory.resolve("b.yaml"), FILE.formatted(limit, whole));
    return BoardFileReader.read(path);
  }

  @ParameterizedTest
  @CsvSource({
    "LIMIT 20, '', GAUGE",
    "fetch  first 3 rows only, '', GAUGE",
    "'', '', SHARE",
    "LIMIT 20, ', whole: calls', SHARE"
  })
  void aShareOfALimitedQueryNeedsItsWhole(String limit, String whole, Kind kind) throws Exception {
    var described =
        file(limit, whole).descriptions().stream()
            .filter(metric -> metric.path().equals("by_user.*"))
            .findFirst();
    assertEquals(kind, described.orElseThrow().kind());
  }

  @Test
  void whatIsLeftOutIsAPartToo() throws Exception {
    var data =
        (ObjectNode)
            Json.MAPPER.readTree(
                """
                {"calls":2000,"cost":1.5,"by_user":{"a":10,"b":3},
                 "by_model":{"m":{"calls":1500,"cost":1.25},"n":{"calls":500,"cost":0.1}}}""");
    ShareRest.add(file("LIMIT 2", ", whole: calls"), data);
    JsonNode expected =
        Json.MAPPER.readTree(
            """
            {"calls":2000,"cost":1.5,"by_user":{"a":10,"b":3,"other":1987},
             "by_model":{"m":{"calls":1500,"cost":1.25},"n":{"calls":500,"cost":0.1},
                         "other":{"cost":0.15}}}""");
    assertEquals(expected.toString(), data.toString());
    // 10 of 2000 is 0.5 %, of those shown it would be 77 %.
    assertEquals(2000, sum(data.get("by_user")));
  }

  @Test
  void aPartThatIsCalledOtherIsAdded() throws Exception {
    var data =
        (ObjectNode) Json.MAPPER.readTree("{\"calls\":20,\"by_user\":{\"other\":5,\"b\":3}}");
    data.putObject("by_model");
    data.put("cost", 0);
    ShareRest.add(file("LIMIT 2", ", whole: calls"), data);
    assertEquals(17, data.at("/by_user/other").asInt());
  }

  @Test
  void anUnknownWholeAddsNothing() throws Exception {
    var data = (ObjectNode) Json.MAPPER.readTree("{\"calls\":null,\"by_user\":{\"b\":3}}");
    data.putObject("by_model");
    ShareRest.add(file("LIMIT 2", ", whole: calls"), data);
    assertEquals("{\"b\":3}", data.get("by_user").toString());
  }

  @Test
  void aWholeIsOfShares() {
    var refused =
        assertThrows(
            InvalidBoardFileException.class,
            () -> file("", "}\n  by_x.*: {label: X, unit: count, kind: gauge, whole: calls"));
    assertTrue(
        refused.getMessage().contains("whole is of a metric of a group"), refused.getMessage());
  }

  private static long sum(JsonNode parts) {
    long sum = 0;
    for (JsonNode part : parts) sum += part.asLong();
    return sum;
  }
}
