package dev.boardcast.server.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.boardcast.Boards;
import dev.boardcast.Role;
import dev.boardcast.config.SettingCatalog;
import dev.boardcast.config.SettingDeclaration;
import dev.boardcast.spi.InvalidSettingException;
import dev.boardcast.spi.Visibility;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class EffectiveSettingsTest {
  private static final SettingCatalog CATALOG = EffectiveSettings.catalog(Boards.BUILT_IN);

  @TempDir private Path directory;

  @ParameterizedTest(name = "flag {0}, environment {1}, file {2}: {3}")
  @CsvSource({
    "1111, 2222, 3333, 1111",
    "    , 2222, 3333, 2222",
    "    ,     , 3333, 3333",
    "    ,     ,     , 8080",
    "1111,     , 3333, 1111",
    "1111, 2222,     , 1111",
  })
  void aFlagWinsThenTheEnvironmentThenTheFileThenTheDefault(
      String flag, String variable, String key, int expected) throws IOException {
    var flags = new HashMap<String, String>();
    if (flag != null) flags.put("http-port", flag);
    var environment = new HashMap<String, String>();
    if (variable != null) environment.put("BOARDCAST_HTTP_PORT", variable);
    flags.put("config", file(key == null ? "{}" : "{\"http-port\":" + key + "}"));
    assertEquals(expected, settings(flags, environment).get("http-port", Integer.class));
  }

  @Test
  void theFileMayBeNamedByTheEnvironment() throws IOException {
    var environment = Map.of("BOARDCAST_CONFIG", file("{\"host\":\"::1\"}"));
    assertEquals("::1", settings(Map.of(), environment).get("host", String.class));
  }

  static Stream<SettingDeclaration> checkedSettings() {
    // Any text is a good path, name or optional text.
    var free =
        Set.of(
            "config",
            "data-dir",
            "boards-dir",
            // Checked when the boards are known.
            "metrics-board",
            "host",
            "jwt-keys",
            "jwt-issuer",
            "jwt-audience",
            "jwt-user-claim",
            "jwt-teams-claim",
            "jwt-roles-claim",
            "oidc-client-id",
            "cluster-name",
            "cluster-host",
            "cluster-kubernetes",
            "cluster-hazelcast-file",
            "cluster-tls-cert",
            "cluster-tls-key",
            "cluster-tls-ca",
            "pg-root-cert",
            "redis-root-cert",
            "tls-cert",
            "tls-key",
            "tls-keystore",
            "tls-keystore-password",
            "tls-client-ca",
            "admin-host");
    return CATALOG.settings().stream()
        .filter(setting -> !free.contains(setting.key()) && !setting.key().endsWith("-file"));
  }

  @ParameterizedTest
  @MethodSource("checkedSettings")
  void aBadValueNamesKeyValueOriginAndWhatWasExpected(SettingDeclaration setting)
      throws IOException {
    String bad = "?!";
    String start = setting.key() + " was \"" + setting.shown(bad) + "\" (";
    String end = "), expected " + setting.expected();
    assertEquals(
        start + "flag " + setting.flag() + end, refusal(Map.of(setting.key(), bad), Map.of()));
    assertEquals(
        start + "environment " + setting.variable() + end,
        refusal(Map.of(), Map.of(setting.variable(), bad)));
    String file = file("{\"" + setting.key() + "\":\"" + bad + "\"}");
    assertEquals(start + "file " + file + end, refusal(Map.of("config", file), Map.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "emitter-batch | 0 | a whole number of events, 1 to 10000",
        "emitter-lease-ttl | 100ms | a duration such as 250ms, 5s or 1m, at least 500ms",
        "metrics-cache-ttl | 5s | more than metrics-heartbeat",
        "gateway-max-frame | 10 | a whole number of bytes, at least 1024",
        "http-max-body | 1 | a whole number of bytes, at least 1024",
        "pg-pool-size | 1 | a whole number of connections, at least 10",
        "jwt-secret | short | HS256 secrets of at least 32 bytes, separated by commas",
        "cluster-port | 65530 | a port, 0 to 65525",
        "analysis-window | 10m | a duration such as 250ms, 5s or 1m, at least 15m",
        "platform-zone | +01:05 | a time zone that differs from UTC by quarters of an hour",
        "pipeline-stale-after | 10ms | a duration such as 250ms, 5s or 1m, at least 1s",
        "pipeline-lost-after | 25h | at least pipeline-stale-after",
        "pipeline-forget-after | 49h | at least pipeline-lost-after",
        "pipeline-failing-runs | 0 | a whole number of runs, 1 to 1000",
        "pipeline-healthy-percent | 101 | a whole number of percent, 0 to 100",
        "pipeline-warning-percent | 91 | at most pipeline-healthy-percent",
        "pipeline-anomaly-deviations | 0 | a whole number of deviations, 1 to 100",
        "pipeline-anomaly-hours | 1 | a whole number of hours, 2 to 168",
      })
  void aValueOutOfBoundsIsNamedTheSameWay(String key, String value, String expected) {
    assertEquals(
        "%s was \"%s\" (flag --%s), expected %s"
            .formatted(key, CATALOG.find(key).orElseThrow().shown(value), key, expected),
        refusal(Map.of(key, value), Map.of()));
  }

  @Test
  void aProviderNeedsAClientAndHttps() {
    var issuer = Map.of("oidc-issuer", "https://id.example.org");
    assertEquals("oidc-client-id", refusal(issuer, Map.of()).split(" ")[0]);
    var client = Map.of("oidc-client-id", "pages");
    assertEquals("oidc-issuer", refusal(client, Map.of()).split(" ")[0]);
    for (String bad :
        List.of("http://id.example.org", "https://a@id.example.org", "https://x/?y")) {
      var both = Map.of("oidc-issuer", bad, "oidc-client-id", "pages");
      assertEquals("oidc-issuer", refusal(both, Map.of()).split(" ")[0], bad);
    }
  }

  @Test
  void aSecretMayBeInAFileInstead() throws IOException {
    String secret = "a secret in a file that is long enough";
    Path file = Files.writeString(directory.resolve("secret"), secret + "\n");
    assertEquals(
        List.of(secret),
        settings(Map.of("jwt-secret-file", file.toString()), Map.of())
            .get("jwt-secret", List.class));
    assertEquals(
        List.of(secret),
        settings(Map.of(), Map.of("BOARDCAST_JWT_SECRET_FILE", file.toString()))
            .get("jwt-secret", List.class));
    String config = file("{\"jwt-secret-file\":\"" + file + "\"}");
    assertEquals(
        List.of(secret),
        settings(Map.of("config", config), Map.of()).get("jwt-secret", List.class));
  }

  @Test
  void aSecretOnTheCommandLineWinsOverAFileInTheEnvironmentAndTheOtherWayRound()
      throws IOException {
    String ofFile = "a secret in a file that is long enough";
    String given = "another secret that is long enough, too".replace(",", "");
    Path file = Files.writeString(directory.resolve("secret"), ofFile);
    assertEquals(
        List.of(given),
        settings(Map.of("jwt-secret", given), Map.of("BOARDCAST_JWT_SECRET_FILE", file.toString()))
            .get("jwt-secret", List.class));
    assertEquals(
        List.of(ofFile),
        settings(Map.of("jwt-secret-file", file.toString()), Map.of("BOARDCAST_JWT_SECRET", given))
            .get("jwt-secret", List.class));
  }

  @Test
  void aFileOfASecretThatCannotBeUsedIsNamedWithoutItsContent() throws IOException {
    Path absent = directory.resolve("absent");
    assertEquals(
        "jwt-secret-file was \"%s\" (flag --jwt-secret-file), expected a file that can be read"
            .formatted(absent),
        refusal(Map.of("jwt-secret-file", absent.toString()), Map.of()));
    Path open = Files.writeString(directory.resolve("open"), "a secret that anybody can change");
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertEquals(
        "jwt-secret-file was \"%s\" (flag --jwt-secret-file), expected a file that only its owner can change (chmod o-w)"
            .formatted(open),
        refusal(Map.of("jwt-secret-file", open.toString()), Map.of()));
    Path tooShort = Files.writeString(directory.resolve("short"), "too short");
    assertEquals(
        "jwt-secret was \"(hidden)\" (flag --jwt-secret-file, file %s), expected HS256 secrets of at least 32 bytes, separated by commas"
            .formatted(tooShort),
        refusal(Map.of("jwt-secret-file", tooShort.toString()), Map.of()));
  }

  @Test
  void aSecretIsGivenOnceAtOnePlace() throws IOException {
    Path file = Files.writeString(directory.resolve("secret"), "x".repeat(32));
    assertEquals(
        "jwt-secret-file was \"%s\" (flag --jwt-secret-file), expected nothing where jwt-secret is given at the same place"
            .formatted(file),
        refusal(
            Map.of("jwt-secret", "y".repeat(32), "jwt-secret-file", file.toString()), Map.of()));
  }

  @Test
  void anUnknownKeyInTheFileIsNamedWithTheOneThatWasMeant() throws IOException {
    String file = file("{\"http-prt\":8080}");
    assertEquals(
        "http-prt was \"8080\" (file "
            + file
            + "), expected one of the known settings; did you"
            + " mean http-port?",
        refusal(Map.of("config", file), Map.of()));
  }

  @Test
  void theFileMayNameItsSchemaButNoOtherFile() throws IOException {
    String file = file("{\"$schema\":\"boardcast.schema.json\",\"host\":\"::1\"}");
    assertEquals("::1", settings(Map.of("config", file), Map.of()).get("host", String.class));
    file = file("{\"config\":\"other.json\"}");
    assertEquals(
        "config was \"other.json\" (file " + file + "), expected no such key in the file",
        refusal(Map.of("config", file), Map.of()));
  }

  @Test
  void anUnknownVariableIsNamedWithTheOneThatWasMeant() {
    assertEquals(
        "BOARDCAST_HTP_PORT was \"1\" (environment), expected one of the known settings; did you"
            + " mean BOARDCAST_HTTP_PORT?",
        refusal(Map.of(), Map.of("BOARDCAST_HTP_PORT", "1")));
  }

  @Test
  void aNearlyRightNameOfASecretDoesNotShowItsValue() throws IOException {
    String variable = refusal(Map.of(), Map.of("BOARDCAST_JWT_SECRTE", "hunter2"));
    String key = refusal(Map.of("config", file("{\"jwt-secret\":{\"a\":\"hunter2\"}}")), Map.of());
    String pg = refusal(Map.of("pg", "mysql://joe:hunter2@db/x"), Map.of());
    String typo = refusal(Map.of("config", file("{\"jwt-secrets\":\"hunter2\"}")), Map.of());
    for (String message : List.of(variable, key, pg, typo)) {
      assertFalse(message.contains("hunter2"), message);
    }
  }

  @Test
  void variablesOfAnOrchestratorAreNotSettings() {
    settings(
        Map.of(),
        Map.of(
            "BOARDCAST_SERVICE_HOST", "10.0.0.1",
            "BOARDCAST_SERVICE_PORT_HTTP", "8080",
            "BOARDCAST_PORT", "tcp://10.0.0.1:8080",
            "BOARDCAST_PORT_8080_TCP_ADDR", "10.0.0.1",
            "BOARDCAST_DB_PORT", "tcp://10.0.0.2:5432"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "[1] | a file with one JSON object",
        "{\"host\" | a file with one JSON object; line 1, column 8",
        "{\"host\":\"a\",\"host\":\"b\"} | a file with one JSON object; line 1, column 19",
      })
  void aFileThatIsNoSuchObjectIsRefused(String content, String expected) throws IOException {
    String file = file(content);
    assertEquals(
        "config was \"" + file + "\" (the configuration file), expected " + expected,
        refusal(Map.of("config", file), Map.of()));
  }

  @Test
  void aNamedFileMustExist() {
    assertEquals(
        "config was \"nowhere.json\" (the configuration file), expected a file that can be read",
        refusal(Map.of("config", "nowhere.json"), Map.of()));
  }

  @Test
  void theFileTakesNumbersTruthValuesAndLists() throws IOException {
    String file = file("{\"http-port\":9,\"demo\":true,\"roles\":[\"api\",\"gateway\"]}");
    var values = settings(Map.of("config", file), Map.of());
    assertEquals(9, values.get("http-port", Integer.class));
    assertEquals(true, values.get("demo", Boolean.class));
    assertEquals(Set.of(Role.API, Role.GATEWAY), values.get("roles", Set.class));
  }

  @Test
  void visibilityIsReadPerBoard() {
    var values = settings(Map.of("visibility", "routing=public, agents=role:ops"), Map.of());
    assertEquals(
        Map.of("routing", Visibility.PUBLIC, "agents", Visibility.parse("role:ops")),
        values.get("visibility", Map.class));
  }

  private static EffectiveSettings settings(
      Map<String, String> flags, Map<String, String> environment) {
    return EffectiveSettings.of(CATALOG, flags, environment);
  }

  private static String refusal(Map<String, String> flags, Map<String, String> environment) {
    return assertThrows(InvalidSettingException.class, () -> settings(flags, environment))
        .getMessage();
  }

  private String file(String json) throws IOException {
    return Files.writeString(directory.resolve("settings.json"), json).toString();
  }
}
