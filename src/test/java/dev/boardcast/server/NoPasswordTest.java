package dev.boardcast.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** No command shows a password, however badly the address is written that it is in. */
class NoPasswordTest {
  private static final String PASSWORD = "hunter2";

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path directory;

  static Stream<Arguments> badAddresses() {
    return Stream.of("pg", "redis", "jwt-jwks-url")
        .flatMap(
            key -> {
              String scheme =
                  switch (key) {
                    case "pg" -> "postgresql";
                    case "redis" -> "redis";
                    default -> "https";
                  };
              return Stream.of(
                      "%s://joe:hunter2@x@db/0",
                      "%s://joe:hunter2/x@db/0",
                      "%s://joe:hunter2?x@db/0",
                      "%s://joe:hunter2#x@db/0",
                      "%s://joe:hunter2 x@db/0",
                      "%s://joe:hunter2%%zz@db/0",
                      "%s://joe:hunter2%%40db/0",
                      "%s://joe:hunter2@/0",
                      "%s://joe:hunter2@db:port/0",
                      "%s://joe:1/hunter2@db/0",
                      "%s://joe:hunter2@my_db/0",
                      "%s:/joe:hunter2@db/0",
                      "%s//joe:hunter2@db/0",
                      "mysql://joe:hunter2@db/0",
                      "joe:hunter2@db/0",
                      "host=db password=hunter2")
                  .map(form -> Arguments.of(key, form.formatted(scheme)));
            });
  }

  @ParameterizedTest
  @MethodSource("badAddresses")
  void aBadAddressIsRefusedWithoutItsPassword(String key, String address) throws Exception {
    Path config = Files.writeString(directory.resolve("c.json"), json(key, address));
    Path file = Files.writeString(directory.resolve("secret"), address);
    String data = directory.toString();
    for (List<String> words :
        List.of(
            List.of("config", "show", "--" + key, address),
            List.of("config", "show", "--" + key + "=" + address),
            List.of("config", "show", "--" + key + "-file", file.toString()),
            List.of("config", "show", "--config", config.toString()),
            List.of("config", "check", config.toString()),
            List.of("serve", "--data-dir", data, "--" + key, address),
            List.of("serve", "--data-dir", data, "--config", config.toString()),
            List.of("token", "--user", "u", "--data-dir", data, "--" + key, address),
            List.of("recompute", "--board", "b", "--data-dir", data, "--" + key, address))) {
      assertEquals(2, run(words), () -> words + "\n" + err);
      String told = out.toString() + err;
      assertFalse(told.contains(PASSWORD), told);
      assertTrue(told.contains(key), told);
    }
  }

  static Stream<Arguments> misplaced() {
    String address = "postgresql://joe:hunter2@db/app";
    return Stream.of(
            List.of("serve", "--pgg", address),
            List.of("serve", "--pgg=" + address),
            List.of(address),
            List.of("config", "show", address),
            List.of("serve", "--host", address, "--http-port", "x"),
            List.of("serve", "--http-port", address),
            List.of("load", "--url", "ws://joe:hunter2@127.0.0.1:1"),
            List.of("load", "--url", "http://joe:hunter2@127.0.0.1:1"),
            List.of("replay", "--board", "routing", "--url", "ftp://joe:hunter2@x", "f"),
            List.of("load", "--url", "ws://joe:hunter2 x@127.0.0.1:1"),
            List.of("load", "--url", "ws://127.0.0.1:1", "--http", "http://joe:hunter2 x@h"),
            List.of("replay", "--board", "routing", "--url", "http://joe:hunter2 x@h", "f"),
            List.of("faults", "--nodes", address),
            List.of("serve", "--cluster-members", address))
        .map(words -> Arguments.of(words));
  }

  @ParameterizedTest
  @MethodSource("misplaced")
  void nothingIsShownOfAnAddressAtAWrongPlace(List<String> words) {
    assertEquals(2, run(words), err::toString);
    assertFalse((out.toString() + err).contains(PASSWORD), () -> out.toString() + err);
  }

  @Test
  void ofAGoodAddressEverythingButTheLoginIsShown() {
    assertEquals(
        0,
        run(
            List.of(
                "config",
                "show",
                "--pg",
                "postgresql://joe:hunter2@db:5433/app?sslmode=require",
                "--redis",
                "redis://:hunter2@cache:6380/1",
                "--jwt-jwks-url",
                "https://idp/keys?token=hunter2")),
        err::toString);
    String shown = out.toString();
    assertFalse((shown + err).contains(PASSWORD), shown + err);
    assertTrue(shown.contains(" postgresql://…@db:5433/app?…  (flag --pg)"), shown);
    assertTrue(shown.contains(" redis://…@cache:6380/1  (flag --redis)"), shown);
    assertTrue(shown.contains(" https://idp/keys?…  (flag --jwt-jwks-url)"), shown);
  }

  @Test
  void aSecretOnTheCommandLineIsWarnedAboutAndOneInAFileIsNot() throws Exception {
    Path file = Files.writeString(directory.resolve("secret"), "postgresql://joe:hunter2@db/app");
    String secret = PASSWORD.repeat(6);
    assertEquals(
        0,
        run(
            List.of(
                "token",
                "--user",
                "u",
                "--jwt-secret",
                secret,
                "--pg-file",
                file.toString(),
                "--redis",
                "redis://cache")));
    assertEquals(
        "boardcast: --jwt-secret on the command line is visible to every user of this machine, in"
            + " the list of processes; give it by --jwt-secret-file or in the environment, as"
            + " BOARDCAST_JWT_SECRET"
            + System.lineSeparator(),
        err.toString());
  }

  @Test
  void aTokenOfTheLoadGeneratorMayBeInAFileAndIsWarnedAboutOtherwise() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "hunter2\n");
    var load = List.of("load", "--url", "ws://127.0.0.1:1");
    var inFile = new ArrayList<>(load);
    inFile.addAll(List.of("--token-file", file.toString(), "--jwt-secret-file", file.toString()));
    assertEquals(2, run(inFile));
    assertTrue(err.toString().startsWith("boardcast: url was "), err.toString());
    var open = new ArrayList<>(load);
    open.addAll(List.of("--token", PASSWORD));
    assertEquals(2, run(open));
    assertTrue(
        err.toString().startsWith("boardcast: --token on the command line is visible"),
        err.toString());
    assertFalse(err.toString().contains(PASSWORD), err.toString());
  }

  private static String json(String key, String value) {
    return "{\"%s\":\"%s\"}".formatted(key, value);
  }

  private int run(List<String> words) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return Main.commandLine(Clock.systemUTC())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(words.toArray(String[]::new));
  }
}
