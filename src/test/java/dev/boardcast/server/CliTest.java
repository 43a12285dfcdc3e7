package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.auth.AuthConfig;
import dev.boardcast.auth.JwtAuthenticator;
import dev.boardcast.config.Settings;
import dev.boardcast.spi.Principal;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(VertxExtension.class)
class CliTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path directory;

  @Test
  void anInvalidBoardFileIsReportedInOneLineWithCode2() throws Exception {
    Path file = Files.writeString(directory.resolve("a.yaml"), "name: a\ntitel: A\n");
    String boards = directory.toString();
    int code = run("serve", "--data-dir", boards, "--cluster", "off", "--boards-dir", boards);
    assertEquals(2, code);
    assertTrue(
        err.toString().startsWith("boardcast: " + file + ":2: unknown key \"titel\""),
        err.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--http-port x | http-port was \"x\" (flag --http-port), expected a port, 0 to 65535",
        "serve --http-port=-1 | http-port was \"-1\" (flag --http-port), expected a port, 0 to"
            + " 65535",
        "--htp-port 1 | --htp-port was \"1\" (flag), expected one of the known settings; did you"
            + " mean --http-port?",
        "--nonsense | --nonsense was \"\" (flag), expected one of the known settings",
        "--jwt-secrt=hush | --jwt-secrt was \"(hidden)\" (flag), expected one of the known"
            + " settings; did you mean --jwt-secret?",
        "sevre | \"sevre\" is not a command, expected serve, token, recompute, erase, source, board, migrate, backup, restore, doctor, log-level, config,"
            + " replay, load or faults",
        "--http-port 7000 --gateway-port 7000 | gateway-port was \"7000\" (flag --gateway-port),"
            + " expected a port other than http-port, or 0 for any free port",
        "--cluster-members a --pg embedded | cluster-members was \"a\" (flag --cluster-members),"
            + " expected host:port of each node, separated by commas",
        "token --user u --ttl soon | ttl was \"soon\" (flag --ttl), expected a duration such as"
            + " 500ms, 90s, 10m, 1h or 30d",
        "replay --board routing --speed fast x | speed was \"fast\" (flag --speed), expected max or"
            + " a number more than 0",
        "replay --board routing --url ftp://x x | url must be http://host:port, was ftp://x",
        "load --profile calm | profile was \"calm\" (flag --profile), expected one that --help"
            + " names",
        "load --url http://x:1 | url must be ws://host:port, was http://x:1",
        "load --url ws://127.0.0.1:1 | url was \"http://127.0.0.1:1\" (flag --url), expected the"
            + " address of a running node",
        "load --token= | token was \"\" (flag --token), expected a token",
        "load --jwt-secret= | jwt-secret was \"\" (flag --jwt-secret), expected a secret",
        "load --duration long | duration was \"long\" (flag --duration), expected a duration such"
            + " as 500ms, 90s, 10m, 1h or 30d",
        "load --to nowhere | to was \"nowhere\" (flag --to), expected stream, tasks or both",
        "faults --nodes 1 | nodes must be 2 to 9",
        "replay --board chess x | board must be one of analysis, pipeline,"
            + " platform, routing, tasks, was chess",
        "replay --board routing nowhere.ndjson | FILE was \"nowhere.ndjson\" (argument), expected a"
            + " file that can be read",
      })
  void anInvalidArgumentIsReportedInOneLineWithCode2(String arguments, String line) {
    String dataDir = directory.toString();
    String[] words =
        (arguments.matches("(replay|load|faults) .*")
                ? arguments
                : arguments + " --data-dir " + dataDir)
            .split(" ");
    assertEquals(2, run(words));
    assertEquals("boardcast: " + line + System.lineSeparator(), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void helpListsSettingsAndCommands() {
    assertEquals(0, run("--help"));
    for (String word : List.of("--cluster-members", "serve", "token", "replay", "load", "faults")) {
      assertTrue(out.toString().contains(word), word);
    }
  }

  @Test
  void aPrintedTokenIsAcceptedByANodeWithTheSameDataDir(Vertx vertx) {
    String data = directory.resolve("data").toString();
    String[] words = {
      "token",
      "--data-dir",
      data,
      "--user",
      "u1",
      "--team",
      "t1",
      "--team",
      "t2",
      "--role",
      "ingest",
      "--ttl",
      "90s",
      "--jwt-issuer",
      "us"
    };
    assertEquals(0, run(words), err::toString);
    var config =
        Settings.of(AuthConfig.class, "jwt-keys=" + Path.of(data, "jwt.secret"), "jwt-issuer=us");
    Principal principal =
        JwtAuthenticator.start(vertx, config)
            .compose(authenticator -> authenticator.authenticate(out.toString().strip()))
            .toCompletionStage()
            .toCompletableFuture()
            .orTimeout(10, TimeUnit.SECONDS)
            .join();
    assertEquals("u1", principal.user());
    assertEquals(Set.of("t1", "t2"), principal.teams());
    assertEquals(Set.of("ingest"), principal.roles());
    assertEquals(
        Duration.ofSeconds(90), Duration.between(principal.issuedAt(), principal.expiresAt()));
  }

  @Test
  void noTokenIsPrintedWithoutASigningSecret() throws java.io.IOException {
    assertEquals(2, run("token", "--user", "u1", "--jwt-jwks-url", "http://127.0.0.1/keys"));
    assertEquals(
        "boardcast: tokens are signed elsewhere: neither jwt-secret nor a jwt-keys file holds a"
            + " secret"
            + System.lineSeparator(),
        err.toString());
    assertEquals(false, Files.exists(Path.of("data", "jwt.secret")), "no key was created");
  }

  private int run(String... words) {
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words);
  }
}
