package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.boardcast.testing.Person;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rules for operators on two nodes: told once, by the channels of all alerts. */
class OperatorAlertsIT extends AlertCase {
  private static final String RULES = ALERTS + "/rules";

  private Boardcast one;
  private Boardcast two;

  @Override
  BoardcastOptions options() {
    return super.options().set("alerts-attempts", "1").set("audit-every", "200ms");
  }

  @BeforeEach
  void start() throws Exception {
    one = deploy();
    two = deploy();
    channel(one, "hook", receiver.url("/hook"));
  }

  @Test
  void eachConditionIsToldOnceWithWhatItIsAbout() throws Exception {
    for (String each :
        List.of("node_not_ready", "drift", "audit_failure", "dead_letters", "source_stopped")) {
      rule(each);
    }
    JsonNode shown = get(one, RULES, ADMIN).json().at("/items/0");
    assertEquals("audit_failure", shown.path("operator").asText(), shown::toString);
    assertEquals("operators", shown.path("board").asText());

    // As a process leaves it that was killed.
    sql.run(
        "INSERT INTO node_heartbeat (node, wants, suspects, leaving, backend, seen_at)"
            + " VALUES ('ghost', '{}', '{}', false, 1, now() - interval '1 minute')");
    sql.run(
        "INSERT INTO source (name, relation_schema, relation, relation_oid, facts,"
            + " object_schema, columns, problem)"
            + " VALUES ('orders', 'public', 'orders', 1, 'f', 'boardcast', '{}', 'gone')");
    channel(one, "nobody", "http://127.0.0.1:1/hook");
    assertEquals(202, post(one, ALERTS + "/channels/nobody/test", ADMIN, "").status());
    String decision = "{\"strategy\":\"s\",\"provider\":\"p\",\"cost\":1,\"confidence\":1}";
    assertEquals(201, post(one, "/routing/decisions", ADMIN, decision).status());
    Awaitility.await()
        .until(() -> sql.column("SELECT count(*) > 0 FROM routing_rollup").equals(List.of("t")));
    sql.run("UPDATE routing_rollup SET decisions = decisions + 1");
    assertEquals(201, post(one, "/routing/decisions", ADMIN, decision).status());

    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertEquals(
                    "[dead_letters.nobody, drift.routing, node_not_ready.ghost,"
                        + " source_stopped.orders]",
                    told()));
    assertEquals(4, get(two, ALERTS + "/history", ADMIN).json().path("items").size());
    String plain = Person.of("ann").token();
    assertEquals(0, get(one, ALERTS, plain).json().path("items").size());
    assertEquals(
        4, get(one, ALERTS, Person.of("v").with("viewer").token()).json().path("items").size());
    var follower = socket(one, "alerts.operators", plain);
    assertTrue(follower.next("error").toString().contains("alerts.operators"));

    // A process that has audited nothing does not take back what another one found.
    await(two.close());
    assertEquals(
        List.of("t"), sql.column("SELECT wrong_rows > 0 FROM board_audit WHERE board = 'routing'"));

    sql.run("DELETE FROM node_heartbeat WHERE node = 'ghost'");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> get(one, ALERTS, ADMIN).json().path("items").size() == 3);
    assertEquals(5, get(one, ALERTS + "/history", ADMIN).json().path("items").size());
  }

  @Test
  void aRuleForOperatorsHasNoMetric() throws Exception {
    for (String wrong :
        List.of(
            "operator:'disk'",
            "board:'routing'",
            "metric:'total_cost'",
            "condition:'below'",
            "bound:5",
            "clear:0",
            "with:{}",
            "no_data_seconds:60")) {
      String field = wrong.substring(0, wrong.indexOf(':'));
      String json = "{'name':'x'," + (field.equals("operator") ? "" : "'operator':'drift',");
      json += "'" + field + "'" + wrong.substring(wrong.indexOf(':')) + "}";
      Answer refused = post(one, RULES, ADMIN, json.replace('\'', '"'));
      assertEquals(400, refused.status(), wrong);
      assertEquals(field, refused.fields(), wrong);
    }
    String days =
        "{\"name\":\"x\",\"operator\":\"drift\",\"condition\":\"anomaly\",\"bound\":3,\"days\":7}";
    assertEquals(400, post(one, RULES, ADMIN, days).status());
    String other =
        "{\"name\":\"x\",\"board\":\"operators\",\"metric\":\"drift.*\",\"condition\":\"above\","
            + "\"bound\":0}";
    assertEquals("board", post(one, RULES, ADMIN, other).fields());
  }

  private String told() {
    var told = new java.util.TreeSet<String>();
    for (var each : receiver.accepted("/hook")) {
      each.json().path("alerts").forEach(alert -> told.add(alert.path("metric").asText()));
    }
    return told.toString();
  }

  private void rule(String condition) throws Exception {
    String body =
        "{\"name\":\"%s\",\"operator\":\"%s\",\"for_seconds\":0,\"channels\":[\"hook\"]}"
            .formatted(condition, condition);
    Answer created = post(one, RULES, ADMIN, body);
    assertEquals(201, created.status(), created.json()::toString);
  }
}
