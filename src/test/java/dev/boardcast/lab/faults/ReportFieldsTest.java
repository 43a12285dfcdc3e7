package dev.boardcast.lab.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.lab.load.ConnectionTotals;
import dev.boardcast.lab.load.Latency;
import dev.boardcast.lab.load.LedgerTotals;
import dev.boardcast.lab.load.LoadReport;
import dev.boardcast.spi.Json;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The fields of {@code --json}, which scripts read. */
class ReportFieldsTest {
  private static final Latency LATENCY = new Latency(0, 0, 0, 0, 0, 0);

  @Test
  void reportsInJsonHaveTheFieldsThatScriptsRead() {
    var totals = new LedgerTotals("s", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    var load =
        new LoadReport(
            "steady",
            1,
            1,
            1,
            List.of(totals),
            Map.of(),
            LATENCY,
            LATENCY,
            LATENCY,
            new ConnectionTotals(0, 0, 0, Map.of(), Map.of(), Map.of()),
            0,
            0,
            0,
            List.of());
    var cost = new SlowClientCost(1, 1, List.of(), List.of(), 0);
    var row = new FaultReport("redis", "", null, 2, load, cost);
    JsonNode json = Json.MAPPER.valueToTree(new FaultMatrixReport(3, 1, true, List.of(row)));
    assertFields(json, "nodes clients judges_time rows kept");
    assertFields(json.at("/rows/0"), "fault title skipped bound_seconds report slow kept in_time");
    assertFields(
        json.at("/rows/0/slow"),
        "p99_without p99_with resident_kib_without resident_kib_with oldest_snapshot ratio"
            + " others_kept memory_kept numbers_kept");
    JsonNode report = json.at("/rows/0/report");
    assertFields(
        report,
        "profile clients per_second seconds ledger deliveries writes connects whole lines held"
            + " snapshots oldest_snapshot complaints kept");
    assertFields(
        report.at("/ledger/0"),
        "topic begun acknowledged untold clients absent due received lost doubled disordered"
            + " contradicted gaps explained clean");
    assertFields(report.at("/lines"), "opened timed_out given_up refused ended errors");
    assertFields(report.at("/writes"), "count p50 p90 p99 p999 max");
  }

  private static void assertFields(JsonNode object, String fields) {
    var names = new TreeSet<String>();
    object.fieldNames().forEachRemaining(names::add);
    assertEquals(new TreeSet<>(Set.of(fields.split(" "))), names);
  }
}
