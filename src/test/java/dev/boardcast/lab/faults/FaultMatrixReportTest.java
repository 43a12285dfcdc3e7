package dev.boardcast.lab.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class FaultMatrixReportTest {
  @Test
  void aReportInJsonHasTheFieldsThatScriptsRead() {
    var cost = new SlowClientCost(1, 1, List.of(), List.of(), 0);
    var row = new FaultReport("redis", "", null, 2, null, cost, null);
    JsonNode json = Json.MAPPER.valueToTree(new FaultMatrixReport(3, 1, true, List.of(row)));
    assertFields("nodes clients judges_time rows kept", json);
    assertFields(
        "fault title skipped bound_seconds report slow alerts kept in_time", json.at("/rows/0"));
    assertFields(
        "p99_without p99_with resident_kib_without resident_kib_with oldest_snapshot ratio"
            + " others_kept memory_kept numbers_kept",
        json.at("/rows/0/slow"));
  }

  private static void assertFields(String expected, JsonNode object) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    assertEquals(new TreeSet<>(Set.of(expected.split(" "))), names);
  }
}
