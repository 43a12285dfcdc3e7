package dev.boardcast.testing;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/** A reverse proxy that runs with its configuration of the product, on free ports. */
public final class Proxy implements AutoCloseable {
  /** The proxies whose configurations are tested. */
  public enum Kind {
    HAPROXY("haproxy", "haproxy.cfg"),
    NGINX("nginx", "nginx.conf"),
    NGINX_CACHE("nginx", "nginx-cache.conf"),
    CADDY("caddy", "Caddyfile");

    private final String program;
    private final Path config;

    Kind(String program, String config) {
      this.program = program;
      this.config = Path.of("src/main/docker", config);
    }

    /** The path below which the configuration serves Boardcast without optional lines. */
    public String prefix() {
      return this == NGINX ? "/dashboards" : "";
    }
  }

  /**
   * A node behind it.
   *
   * @param gatewayPort of haproxy's second frontend; a port where nobody listens for none
   */
  public record Upstream(URI http, int gatewayPort, boolean isApi, boolean isGateway) {}

  private static final Path LOGS = Path.of("target", "nodes");
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final Process process;
  private final Path log;
  private final int port;
  private final int gatewayPort;
  private final int tlsPort;

  private Proxy(Process process, Path log, List<Integer> ports) {
    this.process = process;
    this.log = log;
    this.port = ports.get(0);
    this.gatewayPort = ports.get(1);
    this.tlsPort = ports.get(2);
  }

  /**
   * Starts it; where it is not installed the test is skipped, or fails if {@code CI} is set.
   *
   * @param directory empty; for its files
   * @param marks of the optional lines of the configuration to use, such as {@code tls}
   * @param certificate for the mark {@code tls}
   */
  public static Proxy start(
      Kind kind,
      Path directory,
      List<Upstream> nodes,
      List<String> marks,
      Optional<TestCa.Issued> certificate)
      throws IOException {
    Path program = program(kind.program);
    List<Integer> ports = FreePorts.some(3);
    var settings = new ProxySettings(directory, nodes, ports, marks, certificate);
    String text =
        switch (kind) {
          case HAPROXY -> settings.haproxy(Files.readString(kind.config));
          case CADDY -> settings.caddy(Files.readString(kind.config));
          default -> settings.nginx(Files.readString(kind.config));
        };
    Path own = Files.writeString(directory.resolve(kind.config.getFileName()), text);
    Path log = Files.createDirectories(LOGS).resolve(kind + "-" + System.nanoTime() + ".log");
    var builder =
        new ProcessBuilder(command(kind, program, own, directory))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    // Caddy keeps its state there.
    builder.environment().put("XDG_DATA_HOME", directory.toString());
    builder.environment().put("XDG_CONFIG_HOME", directory.toString());
    var proxy = new Proxy(builder.start(), log, ports);
    Awaitility.await()
        .atMost(TIMEOUT)
        .failFast(() -> assertTrue(proxy.process.isAlive(), kind + ": " + proxy.output()))
        .until(proxy::accepts);
    return proxy;
  }

  /** An address of its port. */
  public URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  /** An address of its port with TLS, with the mark {@code tls}. */
  public URI tls(String path) {
    return URI.create("https://127.0.0.1:" + tlsPort + path);
  }

  /** An address of haproxy's frontend for the gateway ports. */
  public URI gateway(String path) {
    return URI.create("http://127.0.0.1:" + gatewayPort + path);
  }

  /** What it has written so far. */
  public String output() {
    try {
      return Files.readString(log);
    } catch (IOException unreadable) {
      return unreadable.toString();
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) process.destroyForcibly();
    } catch (InterruptedException interrupted) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private boolean accepts() {
    try {
      new Socket("127.0.0.1", port).close();
      return true;
    } catch (IOException refused) {
      return false;
    }
  }

  /** Where a program is; the test is skipped without it, or fails if {@code CI} is set. */
  public static Path program(String name) {
    Optional<Path> found =
        Stream.of((System.getenv("PATH") + ":/usr/sbin").split(":"))
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    String missing = "no " + name + ": install it on the path";
    if (found.isEmpty() && System.getenv("CI") != null) Assertions.fail(missing);
    Assumptions.assumeTrue(found.isPresent(), missing);
    return found.get();
  }

  private static List<String> command(Kind kind, Path program, Path config, Path directory) {
    var command = new ArrayList<>(List.of(program.toString()));
    switch (kind) {
      case HAPROXY -> command.addAll(List.of("-db", "-f", config.toString()));
      case CADDY ->
          command.addAll(List.of("run", "--adapter", "caddyfile", "--config", config.toString()));
      default -> {
        String user = System.getProperty("user.name").equals("root") ? "user root; " : "";
        command.addAll(List.of("-p", directory.toString(), "-c", config.toString()));
        command.addAll(List.of("-e", directory.resolve("error.log").toString(), "-g"));
        command.add(user + "daemon off; pid " + directory.resolve("pid") + ";");
      }
    }
    return command;
  }
}
