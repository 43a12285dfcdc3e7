package dev.boardcast.server;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.boardcast.Boards;
import dev.boardcast.auth.AuthConfig;
import dev.boardcast.database.DatabaseConfig;
import dev.boardcast.server.settings.EffectiveSettings;
import dev.boardcast.testing.ApiDescription;
import dev.boardcast.testing.Command;
import dev.boardcast.testing.Tool;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** Checks the Compose files against the schema, the settings and each other, without Docker. */
class ComposeTest {
  private static final Path FILE = Path.of("docker-compose.yml");
  private static final Path BALANCER = Path.of("src/main/docker/haproxy.cfg");
  private static final Path DOCKERFILE = Path.of("src/main/docker/Dockerfile");
  // As in the packaged program.
  private static final List<String> EMBEDDED =
      List.of(
          "dev/boardcast/server/Main.class",
          "postgres-linux-x86_64.txz",
          "postgres-linux-arm_64.txz",
          "postgres-darwin-x86_64.txz",
          "postgres-darwin-arm_64.txz",
          "redis-server-6.2.6-v5-linux-amd64",
          "redis-server-6.2.7-linux-arm64",
          "redis-server-6.2.7-linux-386",
          "redis-server-6.2.6-v5-darwin-arm64",
          "redis-server-5.0.14.1-windows-amd64.exe");
  private static final Path NGINX = Path.of("src/main/docker/nginx.conf");
  private static final String SECRET = "a secret that an operator would set and it is long enough";

  private static final String SECRETS = "/run/secrets/";

  private final JsonNode compose = compose();
  private final Map<String, Map<String, String>> nodes = nodes();

  @Test
  void theFileFitsTheComposeSchema() {
    var schema =
        SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_7)
            .getSchema(SchemaLocation.of("classpath:compose/compose-spec.json"));
    assertEquals(List.of(), schema.validate(compose));

    JsonNode broken = compose.deepCopy();
    ((ObjectNode) broken.at("/services/redis")).put("imag", "redis");
    assertFalse(schema.validate(broken).isEmpty(), "the schema checks nothing");
  }

  @Test
  void everyVariableOfANodeIsASettingWithAValidValue() {
    assertEquals(3, nodes.size());
    for (var node : nodes.entrySet()) {
      // Throws for an unknown variable and for an invalid value.
      EffectiveSettings values = values(node.getValue());
      assertEquals("0.0.0.0", values.get("host", String.class));
      assertEquals(List.of(SECRET), values.bind(AuthConfig.class).secrets());
    }
  }

  @Test
  void clusterMembersAreTheNamesOfTheServices() {
    var members = new TreeSet<String>();
    var listed = new ArrayList<List<?>>();
    for (var node : nodes.entrySet()) {
      EffectiveSettings values = values(node.getValue());
      assertEquals(true, values.get("cluster", Boolean.class));
      assertEquals(Optional.of(node.getKey()), values.get("cluster-host", Optional.class));
      members.add(node.getKey() + ":" + values.get("cluster-port", Integer.class));
      listed.add(values.get("cluster-members", List.class));
    }
    for (List<?> list : listed) assertEquals(members, new TreeSet<Object>(list));
  }

  @Test
  void nodesUseTheServersThatTheFileStarts() {
    JsonNode postgres = compose.at("/services/postgres/environment");
    assertEquals("/run/secrets/pg-password", postgres.get("POSTGRES_PASSWORD_FILE").asText());
    String login = postgres.get("POSTGRES_USER").asText() + ":" + SECRET.replace(" ", "%20");
    for (var variables : nodes.values()) {
      DatabaseConfig db = values(variables).bind(DatabaseConfig.class);
      var pg = URI.create(db.postgresUri());
      assertEquals("postgres", pg.getHost());
      assertEquals(login, pg.getRawUserInfo());
      assertEquals("/" + postgres.get("POSTGRES_DB").asText(), pg.getPath());
      assertEquals("redis", URI.create(db.redisUri()).getHost());
    }
  }

  @Test
  void everyServiceIsBoundedAndComesBack() {
    for (var service : compose.get("services").properties()) {
      String name = service.getKey();
      JsonNode limits = service.getValue().at("/deploy/resources/limits");
      assertTrue(limits.hasNonNull("memory"), name + " may take all memory");
      assertEquals("unless-stopped", service.getValue().path("restart").asText(), name);
    }
  }

  @Test
  void theImageIsBuiltOnceAndItsUserIsANumber() throws IOException {
    var built = new ArrayList<String>();
    for (var service : compose.get("services").properties()) {
      if (service.getValue().has("build")) built.add(service.getKey());
      if (!nodes.containsKey(service.getKey())) continue;
      assertEquals("never", service.getValue().path("pull_policy").asText());
      assertTrue(service.getValue().path("read_only").asBoolean());
    }
    assertEquals(List.of("node1"), built);
    assertEquals(1, found(DOCKERFILE, "(?m)^USER [1-9]\\d*:[1-9]\\d*$").size());
  }

  @Test
  void passwordsAreInFilesAlone() {
    JsonNode secrets = compose.get("secrets");
    for (var service : compose.get("services").properties()) {
      JsonNode granted = service.getValue().path("secrets");
      for (var variable : service.getValue().path("environment").properties()) {
        String value = variable.getValue().asText();
        boolean isSecret = variable.getKey().matches(".*(PASSWORD|SECRET).*");
        assertEquals(isSecret, value.startsWith(SECRETS), service.getKey() + " " + variable);
        assertFalse(value.matches("\\w+://[^/]*:[^/]*@.*"), "a password in " + variable);
        if (!isSecret) continue;
        String name = value.substring(SECRETS.length());
        assertTrue(texts(granted).contains(name), service.getKey() + " has no " + name);
        assertTrue(secrets.at("/" + name).has("file"), name);
      }
    }
  }

  @Test
  void theImageKeepsTheEmbeddedServersOfItsPlatformAlone(@TempDir Path directory) throws Exception {
    assumeTrue(
        Stream.of("zip", "unzip").allMatch(program -> Files.exists(Path.of("/usr/bin", program))),
        "no zip and unzip");
    Path jar = directory.resolve("boardcast.jar");
    var own = new TreeSet<String>();
    try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
      String machine = System.getProperty("os.arch").equals("amd64") ? "x86_64" : "arm_64";
      String redis = machine.equals("x86_64") ? "amd64" : "arm64";
      for (String name : EMBEDDED) {
        out.putNextEntry(new ZipEntry(name));
        out.closeEntry();
        boolean isServer = name.contains("postgres-") || name.contains("redis-server");
        boolean isOwn =
            name.endsWith("linux-" + machine + ".txz") || name.endsWith("linux-" + redis);
        if (!isServer || isOwn) own.add(name);
      }
    }
    Command done =
        Tool.run(Duration.ofMinutes(1), "sh", "src/main/docker/strip.sh", jar.toString());
    assertEquals(0, done.exitCode(), done.errors());
    try (var kept = new ZipFile(jar.toFile())) {
      assertEquals(own, kept.stream().map(ZipEntry::getName).collect(toCollection(TreeSet::new)));
    }
  }

  @Test
  void everyReferencedFileAndServiceExists() throws IOException {
    for (JsonNode service : compose.get("services")) {
      for (JsonNode volume : service.path("volumes")) mounted(volume.asText());
      JsonNode needed = service.path("depends_on");
      needed.forEach(each -> assertTrue(needed.isObject() || isService(each.asText())));
      needed.fieldNames().forEachRemaining(name -> assertTrue(isService(name), name));
      if (!service.has("build")) continue;
      Path context = Path.of(service.at("/build/context").asText());
      Path dockerfile = context.resolve(service.at("/build/dockerfile").asText());
      for (MatchResult copy : found(dockerfile, "(?m)^COPY (?!--)(.+) \\S+$")) {
        for (String source : copy.group(1).split(" ")) copied(source);
      }
    }
  }

  @Test
  void theBalancerKnowsEveryNodeUnderItsNameAndPorts() throws IOException {
    var expected = new TreeMap<String, Set<String>>();
    for (var node : nodes.entrySet()) {
      EffectiveSettings values = values(node.getValue());
      int http = values.get("http-port", Integer.class);
      String gateway = ":" + values.get("gateway-port", Integer.class) + " port " + http;
      expected.put(node.getKey(), Set.of(node.getKey() + ":" + http, node.getKey() + gateway));
    }
    var servers = new TreeMap<String, Set<String>>();
    for (MatchResult server : found(BALANCER, "(?m)^ +server (\\S+) (.+)$")) {
      servers.computeIfAbsent(server.group(1), name -> new TreeSet<>()).add(server.group(2));
    }
    assertEquals(expected, servers);

    JsonNode balancer = compose.at("/services/balancer");
    var bound = found(BALANCER, "(?m)^ +bind :(\\d+)$").stream().map(bind -> bind.group(1));
    var published = new ArrayList<String>();
    balancer.get("ports").forEach(port -> published.add(port.asText().split(":")[1]));
    assertEquals(published, bound.toList());
    assertEquals(nodes.keySet(), texts(balancer.get("depends_on")));
  }

  @Test
  void theBalancerSendsEachPathToNodesOfItsRole() throws IOException {
    var roles = new TreeMap<String, String>();
    for (MatchResult backend :
        found(
            BALANCER,
            "(?m)^backend (\\S+)\n.*\n  http-check send meth GET uri /health/ready\\?role=(\\w+)\n"
                + "  http-check expect status 200$")) {
      roles.put(backend.group(1), backend.group(2));
    }
    assertEquals(Map.of("api", "api", "sessions", "gateway", "gateways", "gateway"), roles);

    List<String> exact = List.of();
    List<String> below = List.of();
    for (MatchResult acl : found(BALANCER, "(?m)^  acl session (\\S+) (.+)$")) {
      List<String> paths = List.of(acl.group(2).split(" "));
      if (acl.group(1).equals("path_beg")) below = paths;
      else exact = paths;
    }
    List<String> paths = exact;
    List<String> prefixes = below;
    assertEquals(
        Set.of(),
        routedWrongly(
            path -> paths.contains(path) || prefixes.stream().anyMatch(path::startsWith)));
  }

  @Test
  void nginxSendsEachPathToNodesOfItsRole() throws IOException {
    var locations = found(NGINX, "(?m)^    location ~ (\\S+) \\{(?:\n      .*)+http://gateways");
    assertEquals(1, locations.size());
    var session = Pattern.compile(locations.get(0).group(1));
    assertEquals(Set.of(), routedWrongly(path -> session.matcher("/dashboards" + path).matches()));
  }

  /** Paths of the API descriptions that a balancer takes for the gateway's, or for others. */
  private static Set<String> routedWrongly(Predicate<String> session) {
    var gateway = new TreeSet<String>();
    for (JsonNode channel : new ApiDescription("asyncapi.yaml").root().get("channels")) {
      gateway.add(channel.get("address").asText());
    }
    var all = new TreeSet<>(gateway);
    new ApiDescription("openapi.yaml").operations().forEach(each -> all.add(each.path()));
    assertTrue(all.size() > gateway.size() && !gateway.isEmpty());
    all.removeIf(path -> session.test(path) == gateway.contains(path));
    return all;
  }

  private void mounted(String volume) {
    String source = volume.split(":")[0];
    if (source.startsWith(".")) assertTrue(Files.exists(Path.of(source)), source);
    else assertTrue(compose.get("volumes").has(source), source);
  }

  /** The jar and its script exist only after a build; the context must not exclude them. */
  private static void copied(String source) throws IOException {
    if (!source.startsWith("target/")) {
      assertTrue(Files.exists(Path.of(source)), source);
      return;
    }
    assertTrue(Files.readAllLines(Path.of(".dockerignore")).contains("!" + source), source);
    Path script = Path.of("src/main/sh", Path.of(source).getFileName().toString());
    if (Files.exists(script)) return;
    String made = source.replace("target/", "<outputFile>${project.build.directory}/");
    assertTrue(Files.readString(Path.of("pom.xml")).contains(made + "</outputFile>"), source);
  }

  private boolean isService(String name) {
    return compose.get("services").has(name);
  }

  private static EffectiveSettings values(Map<String, String> variables) {
    return EffectiveSettings.of(EffectiveSettings.catalog(Boards.BUILT_IN), Map.of(), variables);
  }

  /** The environment of each service that runs our image. */
  private Map<String, Map<String, String>> nodes() {
    var nodes = new TreeMap<String, Map<String, String>>();
    for (var service : compose.get("services").properties()) {
      if (!service.getValue().path("image").asText().equals("boardcast")) continue;
      var variables = new LinkedHashMap<String, String>();
      for (var variable : service.getValue().get("environment").properties()) {
        String text = variable.getValue().asText();
        variables.put(variable.getKey(), text.startsWith(SECRETS) ? secret(text) : text);
      }
      nodes.put(service.getKey(), variables);
    }
    return nodes;
  }

  /** A file in place of one of the secrets that the service has. */
  private static String secret(String mounted) {
    try {
      Path file = Files.createTempFile("secret", "");
      file.toFile().deleteOnExit();
      return Files.writeString(file, SECRET).toString();
    } catch (IOException unwritable) {
      throw new UncheckedIOException(mounted, unwritable);
    }
  }

  private static Set<String> texts(JsonNode list) {
    var texts = new TreeSet<String>();
    list.forEach(each -> texts.add(each.asText()));
    return texts;
  }

  private static List<MatchResult> found(Path file, String pattern) throws IOException {
    var results = Pattern.compile(pattern).matcher(Files.readString(file)).results().toList();
    assertFalse(results.isEmpty(), () -> "no " + pattern + " in " + file);
    return results;
  }

  /** With anchors and merges resolved, as Compose reads it. */
  private static JsonNode compose() {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    try (var yaml = Files.newBufferedReader(FILE)) {
      return new ObjectMapper().valueToTree(new Yaml(new SafeConstructor(options)).load(yaml));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
