package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.boardcast.spi.Json;
import dev.boardcast.testing.Cluster;
import dev.boardcast.testing.Command;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Proxy;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The alert rules and the dashboard: as Prometheus reads them, and about meters that nodes have.
 */
@Timeout(240)
class PrometheusRulesIT {
  private static final Path RULES = Path.of("src/main/helm/boardcast/files/alerts.yaml");
  private static final Path DASHBOARD = Path.of("src/main/helm/boardcast/files/dashboard.json");
  private static final Path CASES = Path.of("src/test/resources/prometheus/alerts-test.yaml");
  private static final Path RUNBOOK = Path.of("src/docs/RUNBOOK.md");
  private static final Path OPERATIONS = Path.of("src/docs/OPERATIONS.md");
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static final Pattern METER =
      Pattern.compile("\\b(?:boardcast|vertx|jvm|process)_\\w+\\b(?!\\s*=)");
  // With TLS only, and with a source only: ReadmeIT compares OPERATIONS with tests of these.
  private static final Set<String> CONDITIONAL =
      Set.of("boardcast_tls_certificate_expiry_seconds", "boardcast_source_up");

  @Test
  void everyRuleFiresByItsFaultAndNoneInAnHourOfNormalLoad() throws Exception {
    String promtool = Proxy.program("promtool").toString();
    succeeds(Tool.run(LIMIT, promtool, "check", "rules", RULES.toString()));
    succeeds(Tool.run(LIMIT, promtool, "test", "rules", CASES.toString()));

    var tested = new TreeSet<String>();
    for (JsonNode test : yaml(CASES).get("tests")) {
      for (JsonNode expected : test.get("alert_rule_test")) {
        if (!expected.get("exp_alerts").isEmpty()) tested.add(expected.get("alertname").asText());
      }
    }
    var named = new TreeSet<String>();
    for (JsonNode rule : rules()) named.add(rule.get("alert").asText());
    assertEquals(named, tested, "rules that no test fires");
  }

  @Test
  void everyRuleHasASectionWithCauseCheckAndRemedy() throws Exception {
    var sections = new TreeMap<String, String>();
    for (String section : Files.readString(RUNBOOK).split("\n## ")) {
      int end = section.indexOf('\n');
      sections.put(section.substring(0, end), section.substring(end));
    }
    for (JsonNode rule : rules()) {
      String name = rule.get("alert").asText();
      String text = sections.remove(name);
      assertTrue(text != null, name + " has no section");
      for (String part : List.of("**Cause.**", "**Check.**", "**Remedy.**")) {
        assertTrue(text.contains("- " + part + " "), name + " has no " + part);
      }
      String anchor = rule.at("/annotations/runbook").asText();
      assertEquals("RUNBOOK.md#" + name.toLowerCase(Locale.ROOT), anchor);
    }
    assertEquals(1, sections.size(), "sections without a rule: " + sections.keySet());
  }

  @Test
  void everyMeterOfRulesAndDashboardIsOneOfANode() throws Exception {
    var asked = new TreeSet<String>();
    for (JsonNode rule : rules()) meters(rule.get("expr").asText(), asked);
    for (JsonNode panel : Json.MAPPER.readTree(Files.readString(DASHBOARD)).get("panels")) {
      for (JsonNode target : panel.path("targets")) meters(target.get("expr").asText(), asked);
    }
    assertTrue(asked.size() > 30, asked.toString());

    var present = new TreeSet<String>();
    try (var cluster = Cluster.start(Services.get().freshDatabase(), 1)) {
      String token = Person.of("ann").with("ingest").token();
      String fact = "{\"strategy\":\"cost\",\"provider\":\"p\",\"cost\":1}";
      var answer = cluster.post(cluster.node(0), "/routing/decisions", token, fact);
      assertEquals(201, answer.statusCode(), answer.body());
      String text = cluster.get(cluster.node(0), "/metrics", null).body();
      Pattern.compile("^(\\w+)(?:\\{| )", Pattern.MULTILINE)
          .matcher(text)
          .results()
          .forEach(each -> present.add(each.group(1)));
      assertTrue(text.contains("boardcast_http_requests_total{application="), text);
      assertTrue(
          text.contains("code=\"201\",route=\"addRoutingDecisions\""),
          lines(text, "http_requests"));
      assertTrue(
          text.contains("outcome=\"accepted\",route=\"addRoutingDecisions\""),
          lines(text, "facts_"));
      assertTrue(text.contains("pool_type=\"sql\""), lines(text, "vertx_pool_queue_pending"));
    }
    var absent = new TreeSet<>(asked);
    absent.removeAll(present);
    String operations = Files.readString(OPERATIONS);
    absent.removeIf(each -> CONDITIONAL.contains(each) && operations.contains("`" + each + "`"));
    assertEquals(Set.of(), absent, "meters that no node has");
  }

  @Test
  void everyExpressionOfTheDashboardIsOneOfPrometheus() throws Exception {
    // As rules, which promtool parses.
    var rules = new ArrayList<String>();
    for (JsonNode panel : Json.MAPPER.readTree(Files.readString(DASHBOARD)).get("panels")) {
      for (JsonNode target : panel.path("targets")) {
        String expression = target.get("expr").asText().replace("$__rate_interval", "1m");
        rules.add(
            "{record: panel, labels: {n: \"" + rules.size() + "\"}, expr: '" + expression + "'}");
      }
    }
    assertFalse(rules.isEmpty());
    String promtool = Proxy.program("promtool").toString();
    Path file = Files.createTempFile("dashboard", ".yaml");
    try {
      Files.writeString(
          file, "groups: [{name: dashboard, rules: [" + String.join(", ", rules) + "]}]\n");
      succeeds(Tool.run(LIMIT, promtool, "check", "rules", file.toString()));
    } finally {
      Files.delete(file);
    }
  }

  private static void meters(String expression, Set<String> names) {
    METER.matcher(expression).results().forEach(each -> names.add(each.group()));
  }

  private static String lines(String text, String part) {
    return text.lines().filter(line -> line.contains(part)).toList().toString();
  }

  private static void succeeds(Command done) {
    assertEquals(0, done.exitCode(), done.output() + done.errors());
  }

  private static List<JsonNode> rules() throws IOException {
    var rules = new ArrayList<JsonNode>();
    for (JsonNode group : yaml(RULES).get("groups")) group.get("rules").forEach(rules::add);
    return rules;
  }

  private static JsonNode yaml(Path file) throws IOException {
    try (var in = Files.newBufferedReader(file)) {
      return new ObjectMapper()
          .valueToTree(new Yaml(new SafeConstructor(new LoaderOptions())).load(in));
    }
  }
}
