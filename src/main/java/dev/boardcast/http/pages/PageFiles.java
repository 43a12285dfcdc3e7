package dev.boardcast.http.pages;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The pages' files on the class path, each read and compressed once. Thread safe. */
final class PageFiles {
  static final String CHART = "chart.js";

  private static final String CHART_FILE =
      "META-INF/resources/webjars/chart.js/4.5.1/dist/chart.umd.min.js";

  private final Map<String, PageFile> read = new ConcurrentHashMap<>();

  /**
   * @param name below {@code web/}; such as {@code pages/app.js}
   * @return empty when there is no such file
   */
  Future<Optional<PageFile>> find(Vertx vertx, String name) {
    PageFile known = read.get(name);
    if (known != null) return Future.succeededFuture(Optional.of(known));
    return vertx.executeBlocking(
        () -> content(name).map(bytes -> read.computeIfAbsent(name, it -> PageFile.of(it, bytes))),
        false);
  }

  private static Optional<byte[]> content(String name) {
    return switch (name) {
      case CHART -> resource(CHART_FILE);
      case ClientScript.NAME ->
          Optional.of(ClientScript.of(PageFiles::module).getBytes(StandardCharsets.UTF_8));
      default -> resource("web/" + name);
    };
  }

  private static String module(String name) {
    return new String(
        resource("web/client/" + name).orElseThrow(() -> new IllegalStateException(name)),
        StandardCharsets.UTF_8);
  }

  private static Optional<byte[]> resource(String path) {
    try (var in = PageFiles.class.getClassLoader().getResourceAsStream(path)) {
      return in == null ? Optional.empty() : Optional.of(in.readAllBytes());
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
