package dev.boardcast.testing.recorded;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.RealData;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A pipeline's own logs as facts. A row of the run log is a run of source {@code log} and its
 * checks; a row of a ledger is a run of that source, identified by file and time; a permit is one
 * geocoding attempt of its district.
 */
final class PipelineFacts {
  static final List<String> LEDGERS = List.of("tx", "la");

  private final List<Map<String, String>> log = RealData.csv("pipeline", "run_log_first24.csv");
  private final List<Map<String, String>> permits =
      RealData.csv("pipeline", "permits_tx_first800.csv");
  private final Map<String, List<Map<String, String>>> ledgers = new LinkedHashMap<>();

  PipelineFacts() throws IOException {
    for (String source : LEDGERS) {
      ledgers.put(source, RealData.csv("pipeline", "ledger_" + source + "_first10.csv"));
    }
  }

  /** The days with any run. */
  SortedSet<String> days() {
    var days = new TreeSet<String>();
    log.forEach(row -> days.add(row.get("date").substring(0, 10)));
    for (var ledger : ledgers.values()) {
      ledger.forEach(row -> days.add(row.get("ingested_at").substring(0, 10)));
    }
    return days;
  }

  /** The facts of a day, without permits. */
  List<String> of(String day) {
    var facts = new ArrayList<String>();
    for (var row : log) {
      if (row.get("date").startsWith(day)) facts.addAll(logged("log", row, time(row.get("date"))));
    }
    for (String source : LEDGERS) {
      for (var row : ledgers.get(source)) {
        if (!row.get("ingested_at").startsWith(day)) continue;
        facts.add(
            run(source, time(row.get("ingested_at")), row.get("sha256") + row.get("ingested_at"))
                .put("status", "success")
                .put("records", Long.parseLong(row.get("records_parsed")))
                .toString());
      }
    }
    return facts;
  }

  /** The log as that of another source within one day. */
  List<String> repeated(Instant begin) {
    var facts = new ArrayList<String>();
    Instant at = begin;
    for (var row : log) {
      facts.addAll(logged("repeated", row, at));
      at = at.plus(Duration.ofMinutes(54));
    }
    return facts;
  }

  /** A failed run has no record count; a blank is not zero. */
  private static List<String> logged(String source, Map<String, String> row, Instant at) {
    boolean isOk = row.get("status").equals("OK");
    var run = run(source, at, row.get("date")).put("status", isOk ? "success" : "failure");
    long records = 0;
    for (String column : List.of("tx_new", "la_new")) {
      if (!row.get(column).isEmpty()) records += Long.parseLong(row.get(column));
    }
    if (isOk) run.put("records", records);
    long passed = Long.parseLong(row.get("checks_passed"));
    long checks = passed + Long.parseLong(row.get("checks_failed"));
    return List.of(
        run.toString(), sample(source, at, 0, 0, checks, passed, "checks " + row.get("date")));
  }

  /** One attempt per permit. */
  List<String> permits(Instant at) {
    return permits.stream()
        .map(
            row -> {
              boolean located =
                  !row.get("Surface_Lat").isEmpty() && !row.get("Surface_Lon").isEmpty();
              String source = "tx/" + row.get("District");
              return sample(source, at, 1, located ? 1 : 0, 0, 0, row.get("Permit_Number"));
            })
        .toList();
  }

  private static ObjectNode run(String source, Instant at, String key) {
    return Json.MAPPER
        .createObjectNode()
        .put("source", source)
        .put("started_at", Json.time(at))
        .put("finished_at", Json.time(at))
        .put("event_id", source + "/" + key);
  }

  private static String sample(
      String source, Instant at, long tried, long located, long checks, long passed, String key) {
    return Json.MAPPER
        .createObjectNode()
        .put("source", source)
        .put("geocoding_attempts", tried)
        .put("geocoding_successes", located)
        .put("validation_attempts", checks)
        .put("validation_passes", passed)
        .put("sampled_at", Json.time(at))
        .put("event_id", source + "/" + key)
        .toString();
  }

  static Instant time(String local) {
    return Instant.parse(local + "Z");
  }
}
