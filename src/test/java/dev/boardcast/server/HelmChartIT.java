package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.boardcast.Boards;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.Command;
import dev.boardcast.testing.GoTool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The Helm chart, as Helm renders it; no cluster runs it. */
@Tag("go")
@Timeout(1_000)
class HelmChartIT {
  private static final String CHART = "src/main/helm/boardcast";
  private static final String EVERYTHING = "src/test/resources/helm/every-option.yaml";
  private static final String VERSION = "1.31.0";

  @ParameterizedTest
  @ValueSource(strings = {"--set=existingSecret=boardcast", "--values=" + EVERYTHING})
  void helmFindsNothingToImprove(String values) throws Exception {
    Command lint = GoTool.HELM.run("", List.of("lint", "--strict", CHART, values));
    assertEquals(0, lint.exitCode(), lint.output() + lint.errors());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--set=existingSecret=boardcast", "--values=" + EVERYTHING})
  void everyManifestFitsTheTypesOfTheApi(String values) throws Exception {
    String manifests = rendered(values);
    Command decoded = GoTool.MANIFESTS.run(manifests, List.of());
    assertEquals(0, decoded.exitCode(), decoded.errors());
    assertEquals(documents(manifests).size(), decoded.output().lines().count());

    // A check that accepts everything would show nothing.
    Command broken =
        GoTool.MANIFESTS.run(manifests.replace("minReadySeconds", "minReady"), List.of());
    assertNotEquals(0, broken.exitCode());
    assertTrue(broken.errors().contains("minReady"), broken.errors());
  }

  @Test
  void theSettingsOfTheContainersAreValid() throws Exception {
    for (JsonNode container : containers(rendered("--values=" + EVERYTHING))) {
      var variables = new HashMap<String, String>();
      for (JsonNode each : container.get("env")) {
        String name = each.get("name").asText();
        if (!name.startsWith("BOARDCAST_")) continue;
        String value = each.path("value").asText().replace("$(POD_IP)", "10.2.3.4");
        if (value.startsWith("/run/secrets/")) value = secret(value);
        variables.put(name, value);
      }
      // Throws for an unknown variable and for an invalid value.
      var values =
          EffectiveSettings.of(EffectiveSettings.catalog(Boards.BUILT_IN), Map.of(), variables);
      assertEquals("0.0.0.0", values.get("host", String.class));
      for (JsonNode port : container.get("ports")) {
        String name = port.get("name").asText();
        String key =
            Map.of("cluster", "cluster-port", "bus", "cluster-bus-port")
                .getOrDefault(name, name + "-port");
        assertEquals(
            String.valueOf(port.get("containerPort").asInt()), variables.get(variable(key)), name);
      }
    }
  }

  @Test
  void probesAskPathsOfTheApiAndTheStopFitsTheDrain() throws Exception {
    var paths = new TreeSet<String>();
    new ApiDescription("openapi.yaml").operations().forEach(each -> paths.add(each.path()));
    for (JsonNode deployment :
        ofKind(documents(rendered("--values=" + EVERYTHING)), "Deployment")) {
      JsonNode pod = deployment.at("/spec/template/spec");
      JsonNode container = pod.at("/containers/0");
      for (String probe : List.of("startupProbe", "readinessProbe", "livenessProbe")) {
        String path = container.at("/" + probe + "/httpGet/path").asText();
        assertTrue(paths.contains(path), probe + " asks " + path);
      }
      assertEquals(67, pod.get("terminationGracePeriodSeconds").asInt());
      assertEquals("[\"sleep\",\"7\"]", container.at("/lifecycle/preStop/exec/command").toString());
      assertTrue(
          container
              .get("env")
              .toString()
              .contains("\"BOARDCAST_GATEWAY_DRAIN\",\"value\":\"40s\""));
      assertTrue(pod.at("/securityContext/runAsNonRoot").asBoolean());
      assertTrue(container.at("/securityContext/readOnlyRootFilesystem").asBoolean());
      int user = pod.at("/securityContext/runAsUser").asInt();
      String image = Files.readString(Path.of("src/main/docker/Dockerfile"));
      assertTrue(image.contains("\nUSER " + user + ":"), "the image has another user");
    }
  }

  @Test
  void aServiceHasThePodsOfItsRoleAndSessionsAreRoutedToGateways() throws Exception {
    List<JsonNode> all = documents(rendered("--values=" + EVERYTHING));
    for (JsonNode deployment : ofKind(all, "Deployment")) {
      JsonNode labels = deployment.at("/spec/template/metadata/labels");
      String roles = variable(deployment, "BOARDCAST_ROLES");
      for (String role : List.of("api", "gateway", "metrics", "emitter")) {
        boolean has = List.of(roles.split(",")).contains(role);
        assertEquals(has, labels.has("boardcast.dev/" + role), roles);
      }
      var members = variable(deployment, "BOARDCAST_CLUSTER_KUBERNETES");
      assertEquals("demo-members.dash.svc.cluster.local.", members);
    }
    var services = new HashMap<String, JsonNode>();
    ofKind(all, "Service").forEach(each -> services.put(each.at("/metadata/name").asText(), each));
    JsonNode members = services.get("demo-members").get("spec");
    assertEquals("None", members.get("clusterIP").asText());
    assertTrue(members.get("publishNotReadyAddresses").asBoolean());
    assertTrue(services.get("demo-gateway").at("/spec/selector").has("boardcast.dev/gateway"));

    JsonNode paths = ofKind(all, "Ingress").get(0).at("/spec/rules/0/http/paths");
    var wrong = new TreeSet<String>();
    var sessions = new TreeSet<String>();
    for (JsonNode channel : new ApiDescription("asyncapi.yaml").root().get("channels")) {
      sessions.add(channel.get("address").asText());
    }
    var operations = new TreeSet<>(sessions);
    new ApiDescription("openapi.yaml").operations().forEach(each -> operations.add(each.path()));
    for (String path : operations) {
      if (!backend(paths, path).equals(sessions.contains(path) ? "demo-gateway" : "demo-api")) {
        wrong.add(path);
      }
    }
    assertEquals(Set.of(), wrong);
  }

  @Test
  void groupsOfAnOperatorStandInForTheDefaultOne() throws Exception {
    var names = new TreeSet<String>();
    for (JsonNode each : ofKind(documents(rendered("--values=" + EVERYTHING)), "Deployment")) {
      names.add(each.at("/metadata/name").asText());
    }
    assertEquals(Set.of("demo-core", "demo-gateway"), names);
  }

  @Test
  void zeroReplicasAreNoneAndABudgetHasOneOfItsTwoForms() throws Exception {
    var all =
        documents(
            rendered(
                "--set=existingSecret=s,groups.node.replicas=0,disruptionBudget.minAvailable=2"));
    assertEquals(0, ofKind(all, "Deployment").get(0).at("/spec/replicas").asInt(-1));
    JsonNode budget = ofKind(all, "PodDisruptionBudget").get(0).get("spec");
    assertEquals(2, budget.get("minAvailable").asInt());
    assertFalse(budget.has("maxUnavailable"), budget.toString());

    var defaults = documents(rendered("--set=existingSecret=s"));
    assertEquals(3, ofKind(defaults, "Deployment").get(0).at("/spec/replicas").asInt());
    JsonNode usual = ofKind(defaults, "PodDisruptionBudget").get(0).get("spec");
    assertEquals(1, usual.get("maxUnavailable").asInt());
  }

  @Test
  void theJobOfTheMetersIsOneOfTheAlertRulesAndNamesTheRelease() throws Exception {
    JsonNode monitor =
        ofKind(documents(rendered("--values=" + EVERYTHING)), "ServiceMonitor").get(0);
    JsonNode label = monitor.at("/spec/endpoints/0/relabelings/0");
    assertEquals("job", label.get("targetLabel").asText());
    assertEquals("boardcast/dash/demo", label.get("replacement").asText());
    String rules = Files.readString(Path.of(CHART, "files", "alerts.yaml"));
    assertTrue(rules.contains("up{job=~\".*boardcast.*\"}"), "the rules ask for another job");
  }

  @Test
  void whatCannotWorkIsRefusedWithItsName() throws Exception {
    refused("existingSecret");
    refused("the role gateway", "--set=existingSecret=s,groups.node.roles={api,metrics,emitter}");
    refused("groups.node.roles.0", "--set=existingSecret=s,groups.node.roles={proxy}");
    refused("secrets.pg", "--set=secrets.create=true");
    refused("sessions", "--set=existingSecret=s,sessions=1");
    refused("noticeSeconds", "--set=existingSecret=s,stop.noticeSeconds=0");
  }

  private static void refused(String name, String... values) throws Exception {
    var arguments = new ArrayList<>(List.of("template", "demo", CHART, "--kube-version", VERSION));
    arguments.addAll(List.of(values));
    Command done = GoTool.HELM.run("", arguments);
    assertNotEquals(0, done.exitCode(), name);
    assertTrue(done.errors().contains(name), done.errors());
  }

  private static String rendered(String values) throws Exception {
    Command done =
        GoTool.HELM.run(
            "",
            List.of("template", "demo", CHART, "-n", "dash", "--kube-version", VERSION, values));
    assertEquals(0, done.exitCode(), done.errors());
    return done.output();
  }

  /** The backend of the longest path that fits, as an ingress chooses. */
  private static String backend(JsonNode paths, String path) {
    String best = "";
    String backend = "";
    for (JsonNode each : paths) {
      String prefix = each.get("path").asText();
      boolean isExact = each.get("pathType").asText().equals("Exact");
      String below = prefix.endsWith("/") ? prefix : prefix + "/";
      boolean fits = path.equals(prefix) || !isExact && path.startsWith(below);
      if (!fits || prefix.length() < best.length()) continue;
      best = prefix;
      backend = each.at("/backend/service/name").asText();
    }
    return backend;
  }

  private static List<JsonNode> containers(String manifests) {
    var containers = new ArrayList<JsonNode>();
    for (JsonNode each : ofKind(documents(manifests), "Deployment")) {
      containers.add(each.at("/spec/template/spec/containers/0"));
    }
    assertFalse(containers.isEmpty());
    return containers;
  }

  private static String variable(JsonNode deployment, String name) {
    for (JsonNode each : deployment.at("/spec/template/spec/containers/0/env")) {
      if (each.get("name").asText().equals(name)) return each.get("value").asText();
    }
    throw new AssertionError("no " + name);
  }

  private static String variable(String key) {
    return "BOARDCAST_" + key.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** A file with what the Secret would have. */
  private static String secret(String mounted) throws Exception {
    String value =
        switch (Path.of(mounted).getFileName().toString()) {
          case "pg" -> "postgresql://u:p@pg:5432/d";
          case "redis" -> "redis://redis:6379";
          default -> "a secret that an operator would set and it is long enough";
        };
    Path file = Files.createTempFile("secret", "");
    file.toFile().deleteOnExit();
    return Files.writeString(file, value).toString();
  }

  private static List<JsonNode> ofKind(List<JsonNode> all, String kind) {
    List<JsonNode> found =
        all.stream().filter(each -> each.get("kind").asText().equals(kind)).toList();
    assertFalse(found.isEmpty(), kind);
    return found;
  }

  private static List<JsonNode> documents(String manifests) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    var all = new ArrayList<JsonNode>();
    for (Object each : new Yaml(new SafeConstructor(options)).loadAll(manifests)) {
      if (each != null) all.add(new ObjectMapper().valueToTree(each));
    }
    return all;
  }
}
