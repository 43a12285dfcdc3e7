package dev.boardcast.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs that tests build with Go, once, into {@code target/tools}. Where that is not possible
 * the test is skipped, or fails if {@code CI} is set.
 */
public enum GoTool {
  /** Helm, for charts. */
  HELM(Path.of("."), List.of("go", "install", "helm.sh/helm/v3/cmd/helm@v3.16.4")),
  /** Decodes manifests strictly into the API types of Kubernetes. */
  MANIFESTS(Path.of("src/test/go/manifests"), List.of("go", "build", "-o", "", "."));

  private static final Path TOOLS = Path.of("target", "tools").toAbsolutePath();
  private static final Duration BUILD = Duration.ofMinutes(8);
  private static final Duration RUN = Duration.ofMinutes(1);

  private final Path directory;
  private final List<String> build;

  GoTool(Path directory, List<String> build) {
    this.directory = directory;
    this.build = build;
  }

  /** Builds it if it is not there. */
  public synchronized void prepare() throws Exception {
    if (Files.isExecutable(program())) return;
    String missing = built();
    if (missing.isEmpty()) return;
    if (System.getenv("CI") != null) Assertions.fail(missing);
    Assumptions.abort(missing);
  }

  /**
   * Runs it to its end.
   *
   * @param input for its standard input; empty for none
   */
  public Command run(String input, List<String> arguments) throws Exception {
    prepare();
    var all = new ArrayList<>(List.of(program().toString()));
    all.addAll(arguments);
    return Tool.run(Path.of("."), Map.of(), RUN, input, all);
  }

  private Path program() {
    return TOOLS.resolve(name().toLowerCase(Locale.ROOT));
  }

  /** Why it cannot run; empty when it can. */
  private String built() throws Exception {
    Files.createDirectories(TOOLS);
    var command = new ArrayList<>(build);
    command.replaceAll(part -> part.isEmpty() ? program().toString() : part);
    try {
      var environment = Map.of("GOBIN", TOOLS.toString(), "GOFLAGS", "-mod=mod");
      Command done = Tool.run(directory, environment, BUILD, "", command);
      return done.exitCode() == 0 ? "" : "not built: " + command + "\n" + done.errors();
    } catch (IOException absent) {
      return "no go: install it on the path, to build " + program().getFileName();
    }
  }
}
