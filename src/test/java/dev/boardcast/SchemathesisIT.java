package dev.boardcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.boardcast.testing.Api;
import dev.boardcast.testing.Person;
import dev.boardcast.testing.Services;
import dev.boardcast.testing.TestOptions;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Schemathesis, a fuzzer that others have written, finds nothing that {@code openapi.yaml} does not
 * describe. Most requests come from {@link ApiFuzzIT}, which is faster. Skipped where it is not
 * installed: {@code pip install schemathesis} into {@code target/schemathesis}, or on the path;
 * with {@code CI} set it fails there.
 */
@Timeout(330)
class SchemathesisIT {
  // They end the node, tokens or sessions, or have no end.
  private static final List<String> LEFT_OUT =
      List.of(
          "drainNode",
          "drainThisNode",
          "signOutEverywhere",
          "addRevocation",
          "eraseUser",
          "followTopics");

  @TempDir Path directory;

  @Test
  void nothingIsFoundThatIsNotDescribed() throws Exception {
    String program = program();
    var vertx = Vertx.vertx();
    var options = TestOptions.local(Services.get().freshDatabase());
    var node = Api.await(Boardcast.deploy(vertx, options, Boards.BUILT_IN));
    try {
      List<String> command = command(program, node.httpPort());
      Outcome outcome = run(command);
      // An exception within the fuzzer says nothing about the node.
      if (outcome.isFailedInside()) outcome = run(command);
      assertEquals(0, outcome.status(), outcome.found());
    } finally {
      Api.await(node.close());
      Api.await(vertx.close());
    }
  }

  private static List<String> command(String program, int port) {
    String token = Person.of("root").with("admin", "ingest", "publish").token();
    Path description = Path.of("src/main/resources/dev/boardcast/api/openapi.yaml");
    var command = new ArrayList<String>();
    command.addAll(List.of(program, "run", description.toAbsolutePath().toString()));
    command.addAll(List.of("--url", "http://127.0.0.1:" + port));
    command.addAll(List.of("--header", "Authorization: Bearer " + token));
    command.addAll(List.of("--phases", "examples,fuzzing", "--max-examples", "20"));
    command.addAll(
        List.of(
            "--checks",
            "not_a_server_error,status_code_conformance,content_type_conformance,"
                + "response_schema_conformance"));
    command.addAll(List.of("--workers", "2", "--no-shrink", "--request-timeout", "20"));
    command.addAll(List.of("--suppress-health-check", "all", "--warnings", "off"));
    LEFT_OUT.forEach(name -> command.addAll(List.of("--exclude-operation-id", name)));
    return command;
  }

  private Outcome run(List<String> command) throws Exception {
    Path output = directory.resolve("output.txt");
    var process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      assertTrue(process.waitFor(150, TimeUnit.SECONDS), "it does not end");
    } finally {
      process.destroyForcibly();
    }
    return new Outcome(process.exitValue(), Files.readString(output));
  }

  private record Outcome(int status, String output) {
    boolean isFailedInside() {
      return output.contains("Runtime Error") && !output.contains("= FAILURES =");
    }

    /** The part of the output that says what was found. */
    String found() {
      int begin = Stream.of("= ERRORS =", "= FAILURES =").mapToInt(output::indexOf).max().orElse(0);
      String part = output.substring(Math.max(0, begin));
      return part.substring(0, Math.min(part.length(), 4_000));
    }
  }

  private static String program() {
    Optional<Path> found =
        Stream.concat(
                Stream.of(Path.of("target/schemathesis/bin")),
                Stream.of(System.getenv("PATH").split(":")).map(Path::of))
            .map(folder -> folder.resolve("schemathesis"))
            .filter(Files::isExecutable)
            .findFirst();
    String missing = "no schemathesis: see .ci/run for how to install it";
    if (found.isEmpty() && System.getenv("CI") != null) Assertions.fail(missing);
    Assumptions.assumeTrue(found.isPresent(), missing);
    return found.get().toAbsolutePath().toString();
  }
}
