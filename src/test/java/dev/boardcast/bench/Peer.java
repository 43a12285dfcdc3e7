package dev.boardcast.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process under measurement, by default pinned to core 0; clients run on core 1. */
final class Peer implements AutoCloseable {
  private static final String HEAP = "-Xmx768m";

  private final Process process;
  private final BufferedReader output;
  private final OutputStream input;
  final int port;

  private Peer(List<String> command) throws IOException {
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    output =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    input = process.getOutputStream();
    port = Integer.parseInt(next("PORT"));
  }

  /** Starts a {@link GatewayPeer}. */
  static Peer java(String kind, int size, String... options) throws IOException {
    return java(List.of("taskset", "-c", "0"), kind, size, options);
  }

  /** Starts a {@link GatewayPeer} on any core. */
  static Peer unpinned(String kind, int size) throws IOException {
    return java(List.of(), kind, size);
  }

  private static Peer java(List<String> pin, String kind, int size, String... options)
      throws IOException {
    var command = new ArrayList<>(pin);
    command.addAll(List.of("java", HEAP, "-XX:+UseSerialGC"));
    command.add("--add-opens=java.base/java.nio=ALL-UNNAMED");
    command.add("-Dio.netty.tryReflectionSetAccessible=true");
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(GatewayPeer.class.getName(), kind, Integer.toString(size)));
    return new Peer(command);
  }

  /** Starts the loop in C. */
  static Peer c(Path program, int size) throws IOException {
    return new Peer(
        List.of("taskset", "-c", "0", program.toString(), "serve", Integer.toString(size)));
  }

  /** Compiles a program in C; fails with the reason if there is no compiler. */
  static Path compile(String name) throws IOException, InterruptedException {
    Path program = Files.createTempDirectory(name).resolve(name);
    String source = "src/bench/c/" + name + ".c";
    var cc = new ProcessBuilder("cc", "-O2", "-o", program.toString(), source);
    int code = cc.inheritIO().start().waitFor();
    if (code != 0) throw new IOException("cc ended with " + code);
    return program;
  }

  void send(int command) throws IOException {
    input.write(command);
    input.flush();
  }

  /** The rest of the next line that begins with {@code word}. */
  String next(String word) throws IOException {
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(word)) return line.substring(word.length()).strip();
    }
    throw new IOException("the process ended before it printed " + word);
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() throws IOException {
    input.close();
    process.destroy();
  }
}
