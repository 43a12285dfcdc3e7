package dev.boardcast.alerts;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which numbers of a snapshot a rule reads. */
class MetricReferenceTest {
  /** A value that is watched must not seem to vanish since others come before it. */
  @Test
  void everyKeyIsReadHoweverManyThereAre() {
    int many = 3 * AlertEvaluation.MAX_VALUES;
    ObjectNode snapshot = Json.MAPPER.createObjectNode();
    ObjectNode costs = snapshot.putObject("cost");
    for (int i = 0; i < many; i++) costs.put("p" + i, i);
    var all = new MetricReference("cost.*", Optional.empty());
    assertEquals(many, all.read(snapshot).size());
    assertEquals(many, all.readBelow(costs).size());
    String last = "p" + (many - 1);
    assertEquals(BigDecimal.valueOf(many - 1), all.read(snapshot).get(last));
    var one = new MetricReference("cost.*", Optional.of(last));
    assertEquals(Map.of("", BigDecimal.valueOf(many - 1)), one.read(snapshot));
  }
}
