package dev.boardcast.testing;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** An nginx that runs with a configuration of the product, on a free port, with other upstreams. */
public final class Nginx implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  // Each request that nginx has sent to a node is a line.
  private static final String UPSTREAM_LOG =
      """
        map $upstream_addr $has_asked {
          default 1;
          "" 0;
        }
        log_format upstream "$request_method $request_uri $upstream_status";
        access_log %s upstream if=$has_asked;
      """;

  private final Process process;
  private final int port;
  private final Path log;

  private Nginx(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /**
   * Starts nginx; where it is not installed the test is skipped, or fails if {@code CI} is set.
   *
   * @param directory empty; for its files
   * @param api the node for {@code upstream api}
   * @param gateway the node for {@code upstream gateways}
   */
  public static Nginx start(Path config, Path directory, URI api, URI gateway) throws IOException {
    Optional<Path> program = program();
    String missing = "no nginx: install it on the path";
    if (program.isEmpty() && System.getenv("CI") != null) Assertions.fail(missing);
    Assumptions.assumeTrue(program.isPresent(), missing);
    int port = FreePorts.one();
    String text = Files.readString(config);
    text = text.replace("/var/cache/nginx/", directory + "/");
    text = text.replace("listen 8080;", "listen 127.0.0.1:" + port + ";");
    text = withServer(withServer(text, "api", api), "gateways", gateway);
    Path log = directory.resolve("upstream.log");
    text =
        text.replace(
            "\nhttp {\n", "\nhttp {\n" + UPSTREAM_LOG.formatted(log) + temporaryPaths(directory));
    Path own = Files.writeString(directory.resolve("nginx.conf"), text);
    String user = System.getProperty("user.name").equals("root") ? "user root; " : "";
    String directives = user + "daemon off; pid " + directory.resolve("pid") + ";";
    Path errors = directory.resolve("error.log");
    var process =
        new ProcessBuilder(
                program.get().toString(),
                "-p",
                directory.toString(),
                "-e",
                errors.toString(),
                "-c",
                own.toString(),
                "-g",
                directives)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output.log").toFile())
            .start();
    var nginx = new Nginx(process, port, log);
    Awaitility.await()
        .atMost(TIMEOUT)
        .failFast("nginx has ended: see " + errors, nginx::hasEnded)
        .until(nginx::accepts);
    return nginx;
  }

  /** An address of it. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** The requests that it has sent to nodes so far: method, path and status. */
  public List<String> sent() throws IOException {
    return Files.readAllLines(log);
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().orTimeout(TIMEOUT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS).join();
  }

  private boolean hasEnded() {
    return !process.isAlive();
  }

  private boolean accepts() {
    try {
      new Socket("127.0.0.1", port).close();
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /** With one server in place of those of an upstream. */
  private static String withServer(String text, String upstream, URI node) {
    int from = text.indexOf("upstream " + upstream + " {");
    int to = text.indexOf("}", from);
    String block = text.substring(from, to);
    String one =
        block
            .replaceFirst("server node1:8080", "server 127.0.0.1:" + node.getPort())
            .replaceAll(" *server node\\d:8080.*\n", "");
    return text.substring(0, from) + one + text.substring(to);
  }

  private static String temporaryPaths(Path directory) {
    var paths = new StringBuilder();
    for (String name : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      paths.append("  %s_temp_path %s;\n".formatted(name, directory.resolve(name)));
    }
    return paths.toString();
  }

  private static Optional<Path> program() {
    return Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":"))
        .map(folder -> Path.of(folder, "nginx"))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
