package dev.boardcast.lab.load;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.spi.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class LoadReportTest {
  private static final Latency LATENCY = new Latency(0, 0, 0, 0, 0, 0);

  @Test
  void aReportInJsonHasTheFieldsThatScriptsRead() {
    var report =
        new LoadReport(
            "steady",
            1,
            1,
            1,
            List.of(new LedgerTotals("s", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)),
            Map.of(),
            LATENCY,
            LATENCY,
            LATENCY,
            new ConnectionTotals(0, "", 0, 0, Map.of(), Map.of(), Map.of()),
            new MoveTotals(0, 0, 0),
            List.of(new Freshness("whole run", "all", LATENCY, LATENCY, LATENCY)),
            0,
            0,
            0,
            List.of());
    JsonNode json = Json.MAPPER.valueToTree(report);
    assertFields(
        "profile clients per_second seconds ledger deliveries writes connects whole lines moves freshness held"
            + " snapshots oldest_snapshot complaints kept",
        json);
    assertFields(
        "topic begun acknowledged untold clients absent due received lost doubled disordered"
            + " contradicted gaps explained clean",
        json.at("/ledger/0"));
    assertFields("opened slowest timed_out given_up refused ended errors", json.at("/lines"));
    assertFields("completed not_recovered late", json.at("/moves"));
    assertFields("window sessions events silence boards", json.at("/freshness/0"));
    assertFields("count p50 p90 p99 p999 max", json.at("/writes"));
  }

  private static void assertFields(String expected, JsonNode object) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    assertEquals(new TreeSet<>(Set.of(expected.split(" "))), names);
  }
}
